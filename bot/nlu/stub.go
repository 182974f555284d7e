package nlu

import "time"

type Kind string

const (
	KindService      Kind = "service"
	KindPractitioner Kind = "practitioner"
	KindBranch       Kind = "branch"
	KindDepartment   Kind = "department"
	KindPatient      Kind = "patient"
	KindSpecies      Kind = "species"
)

type Name struct {
	Kind  Kind
	ID    string
	Names []string
}
type Lexicon struct{ names []Name }

func NewLexicon(names []Name) *Lexicon { return &Lexicon{names} }

func Understand(req Request) Result { return Result{Intent: IntentUnknown} }

type TimeType string

const (
	TypeDate          TimeType = "date"
	TypeTime          TimeType = "time"
	TypeDateTime      TimeType = "datetime"
	TypeDateRange     TimeType = "daterange"
	TypeTimeRange     TimeType = "timerange"
	TypeDateTimeRange TimeType = "datetimerange"
)

type Time struct {
	Type       TimeType
	Start, End time.Time
	Text       string
	Pos        int
}

func (t Time) MarshalJSON() ([]byte, error)        { return []byte("{}"), nil }
func (t Time) Window() (from, to time.Time)        { return t.Start, t.End }
func ParseTimes(text string, now time.Time) []Time { return nil }
func Command(text string) (Intent, bool)           { return "", false }
func Simplify(s string) string                     { return s }
func IsTraditional(s string) bool                  { return false }
func IsEnglish(s string) bool                      { return false }
func Number(text string) (int, bool)               { return 0, false }
