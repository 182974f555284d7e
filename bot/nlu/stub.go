package nlu

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

func NewLexicon(names []Name) *Lexicon   { return &Lexicon{names} }
func Understand(req Request) Result      { return Result{Intent: IntentUnknown} }
func Command(text string) (Intent, bool) { return "", false }
func isPinyin(string) bool               { return false }
func englishWords() map[string]bool      { return nil }
