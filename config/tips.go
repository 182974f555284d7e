package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tips is what the clinic tells about daily care, to read in the chat and to
// be sent to who asked for it: once a month, or at the start of a season.
// Nothing is shown or sent before the clinic approved it.
type Tips struct {
	Day     int       `yaml:"day"`     // of the month on which they go out; default 5
	Seasons Seasons   `yaml:"seasons"` // in whose months they go out on the first day instead
	Topics  []Topic   `yaml:"topics"`  // what one can subscribe to
	Entries []CareTip `yaml:"entries"`
}

// Seasons are the first days of the seasons; default the solar terms
// 立春, 立夏, 立秋 and 立冬, which fall on these days or the day beside them.
type Seasons struct {
	Spring MonthDay `yaml:"spring"`
	Summer MonthDay `yaml:"summer"`
	Autumn MonthDay `yaml:"autumn"`
	Winter MonthDay `yaml:"winter"`
}

// Topic groups care tips.
type Topic struct {
	ID   string `yaml:"id"`
	Name Text   `yaml:"name"`
}

// CareTip is one thing to know. What is left open fits everybody, all year.
type CareTip struct {
	ID         string   `yaml:"id"`
	Topic      string   `yaml:"topic"`
	Title      Text     `yaml:"title"`
	Text       Text     `yaml:"text"`       // at most 600 bytes in Chinese
	Season     string   `yaml:"season"`     // spring, summer, autumn or winter
	Months     []int    `yaml:"months"`     // 1 to 12
	Species    []string `yaml:"species"`    // vet only
	Age        Age      `yaml:"age"`        // of the patient
	Procedures []string `yaml:"procedures"` // services the patient had in the last half year
	Source     string   `yaml:"source"`     // the guidance it follows
	Approved   bool     `yaml:"approved"`   // false: shown to nobody until somebody approves it, here or in the chat
}

// Age is a span of a patient's age in months; 0 is open.
type Age struct {
	From int `yaml:"from"`
	To   int `yaml:"to"` // exclusive
}

// MonthDay is a day of every year, written MM-DD.
type MonthDay struct {
	Month time.Month
	Day   int
}

// UnmarshalText reads MM-DD.
func (m *MonthDay) UnmarshalText(b []byte) error {
	t, err := time.Parse("01-02", string(b))
	if err != nil || t.Month() == time.February && t.Day() == 29 {
		return fmt.Errorf("%q is no day of every year: write MM-DD", b)
	}
	*m = MonthDay{t.Month(), t.Day()}
	return nil
}

// String writes MM-DD.
func (m MonthDay) String() string { return fmt.Sprintf("%02d-%02d", int(m.Month), m.Day) }

// MarshalText writes MM-DD.
func (m MonthDay) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// In is the day in a year.
func (m MonthDay) In(year int) Date { return Date{year, m.Month, m.Day} }

type season struct {
	name  string
	first MonthDay
}

func (s Seasons) list() []season {
	return []season{{"spring", s.Spring}, {"summer", s.Summer}, {"autumn", s.Autumn}, {"winter", s.Winter}}
}

// On is the season a day lies in.
func (s Seasons) On(day Date) string {
	name, nearest := "", Date{}
	for _, x := range s.list() {
		first := x.first.In(day.Year)
		if first.Compare(day) > 0 {
			first = x.first.In(day.Year - 1)
		}
		if nearest.IsZero() || first.Compare(nearest) > 0 {
			name, nearest = x.name, first
		}
	}
	return name
}

// SendDay is the day of a day's month on which care tips go out: a season's
// first in the months that have one.
func (t Tips) SendDay(day Date) Date {
	for _, x := range t.Seasons.list() {
		if x.first.Month == day.Month {
			return x.first.In(day.Year)
		}
	}
	return Date{day.Year, day.Month, t.Day}
}

// Hash names the wording of an entry: an approval is of this wording.
func (c *CareTip) Hash() string { return hashText(c.Source, c.Title, c.Text) }

// InSeason reports whether an entry fits a day; dated is set when it is meant
// for this time of the year rather than for all of it.
func (c *CareTip) InSeason(day Date, s Seasons) (fits, dated bool) {
	if len(c.Months) > 0 && !slices.Contains(c.Months, int(day.Month)) {
		return false, false
	}
	if c.Season != "" && c.Season != s.On(day) {
		return false, false
	}
	return true, c.Season != "" || len(c.Months) > 0
}

// Topic finds a topic by ID; nil when there is none.
func (t *Tips) Topic(id string) *Topic {
	for i := range t.Topics {
		if t.Topics[i].ID == id {
			return &t.Topics[i]
		}
	}
	return nil
}

// Entry finds an entry by ID; nil when there is none.
func (t *Tips) Entry(id string) *CareTip {
	for i := range t.Entries {
		if t.Entries[i].ID == id {
			return &t.Entries[i]
		}
	}
	return nil
}

func (t *Tips) setDefaults() {
	t.Day = orElse(t.Day, 5)
	s := &t.Seasons
	s.Spring = orElse(s.Spring, MonthDay{time.February, 4})
	s.Summer = orElse(s.Summer, MonthDay{time.May, 5})
	s.Autumn = orElse(s.Autumn, MonthDay{time.August, 7})
	s.Winter = orElse(s.Winter, MonthDay{time.November, 7})
}

// maxTip is the length of a tip's Chinese text in bytes: with its title, the
// way to refuse and the options it fits one message of WeChat.
const maxTip = 600

func (v *validator) tips() {
	t := &v.Profile.Tips
	v.within("tips.day", t.Day, 1, 28)
	topics, entries := ids{}, ids{}
	for i, x := range t.Topics {
		key := at("tips.topics", i)
		v.unique(key+".id", x.ID, topics)
		v.text(key+".name", x.Name)
	}
	for i := range t.Entries {
		key := at("tips.entries", i)
		v.unique(key+".id", t.Entries[i].ID, entries)
		v.refers(key+".topic", t.Entries[i].Topic, topics, "topic")
		v.tip(key, &t.Entries[i])
	}
}

func (v *validator) unique(key, id string, seen ids) {
	switch {
	case id == "":
		v.add(key, missing)
	case !wellFormed(id):
		v.add(key, "%q is no ID: use 1 to 32 of a-z, 0-9 and -", id)
	case seen[id]:
		v.add(key, "%q stands here twice", id)
	}
	seen[id] = true
}

func (v *validator) tip(key string, c *CareTip) {
	v.text(key+".title", c.Title)
	v.text(key+".text", c.Text)
	for _, l := range []Language{Hans, Hant} {
		if n := len(c.Text.In(l)); n > maxTip {
			v.add(key+".text."+string(l), "has %d bytes, at most %d", n, maxTip)
		}
	}
	if strings.TrimSpace(c.Source) == "" {
		v.add(key+".source", "is missing: say which guidance it follows")
	}
	if c.Season != "" && !slices.Contains([]string{"spring", "summer", "autumn", "winter"}, c.Season) {
		v.add(key+".season", "%q is none of spring, summer, autumn, winter", c.Season)
	}
	for i, m := range c.Months {
		v.within(at(key+".months", i), m, 1, 12)
	}
	v.refersAll(key+".species", c.Species, v.animals, "species")
	v.refersAll(key+".procedures", c.Procedures, v.services, "service")
	v.within(key+".age.from", c.Age.From, 0, 1500)
	if c.Age.To != 0 && c.Age.To <= c.Age.From {
		v.add(key+".age.to", "%d does not come after from, %d", c.Age.To, c.Age.From)
	}
}
