package config

import (
	"fmt"
	"slices"
	"strings"
)

// Band says what a range of a form's score means, as it was published.
type Band struct {
	From     int      `yaml:"from"` // of the score, both inclusive
	To       int      `yaml:"to"`
	Species  []string `yaml:"species"`  // animals it is for; empty: all
	Text     Text     `yaml:"text"`     // told to the client; never a diagnosis
	Source   string   `yaml:"source"`   // where it was published
	Approved bool     `yaml:"approved"` // false: not said before the clinic approves it
}

// BandTexts is the kind of the approvals of bands.
const BandTexts = "band"

// Hash names the wording of a band: an approval is of this wording.
func (b *Band) Hash() string {
	return hashText(fmt.Sprintf("%d-%d %q %s", b.From, b.To, b.Species, b.Source), b.Text)
}

// BandID names a band for its approval.
func (f *Form) BandID(b *Band) string {
	id := fmt.Sprintf("%s-%d", f.ID, b.From)
	if len(b.Species) > 0 {
		id += "-" + b.Species[0]
	}
	return id
}

// BandOf is the band that a score of some species' falls into; nil for none.
func (f *Form) BandOf(score float64, species string) *Band {
	i := slices.IndexFunc(f.Bands, func(b Band) bool {
		return float64(b.From) <= score && score <= float64(b.To) && (len(b.Species) == 0 || slices.Contains(b.Species, species))
	})
	if i < 0 {
		return nil
	}
	return &f.Bands[i]
}

// Scores lists the forms that come to a score and can be asked for.
func (p *Profile) Scores() []*Form {
	var out []*Form
	for i := range p.Forms {
		if len(p.Forms[i].Bands) > 0 {
			out = append(out, &p.Forms[i])
		}
	}
	return out
}

// HighestScore is the most points that options chosen can add up to.
func (f *Form) HighestScore() int {
	top := 0
	for i := range f.Bands {
		top = max(top, f.Bands[i].To)
	}
	return top
}

// score checks what a form that comes to a score has beside the questions.
func (v *validator) score(key string, f *Form) {
	v.words(key+".words", f.Words)
	if f.Service != "" {
		v.refers(key+".service", f.Service, v.services, "service")
	}
	v.refersAll(key+".species", f.Species, v.animals, "species")
	for i := range f.Bands {
		b, key := &f.Bands[i], at(key+".bands", i)
		v.text(key+".text", b.Text)
		if b.To < b.From {
			v.add(key+".to", "%d is less than from, %d", b.To, b.From)
		}
		if strings.TrimSpace(b.Source) == "" {
			v.add(key+".source", "is missing: say where it was published")
		}
		v.refersAll(key+".species", b.Species, v.animals, "species")
		for j, other := range f.Bands[:i] {
			if b.From <= other.To && other.From <= b.To && meet(b.Species, other.Species) {
				v.add(key+".from", "overlaps bands[%d]", j)
			}
		}
	}
}

// meet reports that two lists of species have one in common; empty is all.
func meet(a, b []string) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Asked reports a text that is the form's title or one of its words; plain
// makes texts comparable.
func (f *Form) Asked(text string, plain func(string) string) bool {
	for _, l := range Languages() {
		if s := f.Title[l]; s != "" && plain(s) == text {
			return true
		}
	}
	return slices.ContainsFunc(f.Words, func(w string) bool { return plain(w) == text })
}
