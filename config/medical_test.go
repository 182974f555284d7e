package config

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// medicalTexts are the texts of a profile that say something about health. Each
// stands in an entry, or below one, that names its source and says whether the
// clinic has approved it.
func medicalTexts() []string {
	return []string{
		"emergency.advice", "visits.aftercare.text", "tips.entries.title", "tips.entries.text", "analytes.explain", "forms.title", "forms.intro",
		"forms.done", "forms.item.text", "forms.item.shortText", "forms.item.answerOption.text", "forms.rules.reason", "forms.rules.advice",
		"forms.bands.text", "plans.prepare.how.text", "plans.discharge.medication.text", "plans.discharge.wound.text",
		"plans.discharge.diet.text", "plans.discharge.activity.text", "plans.discharge.watch.text", "plans.course.text", "recalls.text", "consents.purpose", "consents.risks", "consents.alternatives", "consents.duration",
		"treatments.plans.name", "treatments.plans.benefit", "treatments.plans.risk", "treatments.plans.visits", "treatments.plans.grade",
		"knowledge.name", "knowledge.answer", "knowledge.watch",
	}
}

// plainTexts say nothing about health: names, prices, addresses, questions that
// are asked, rules of law.
func plainTexts() []string {
	return []string{
		"name", "welcome", "privacy.text", "booking.late_policy", "tips.topics.name", "checkup_day.name", "checkup_day.text", "analytes.name",
		"broadcast.rules.law", "broadcast.rules.reason", "broadcast.rules.advice", "species.name", "holidays.name", "branches.name", "branches.address",
		"branches.parking", "branches.access", "departments.name", "resources.name", "services.name", "services.price.note", "services.bring", "practitioners.name",
		"practitioners.title", "practitioners.specialties", "plans.name", "plans.prepare.name", "plans.steps.text", "plans.steps.questions", "recalls.name",
		"consultation.terms", "billing.pay", "referrals.name", "referrals.for", "referrals.address", "referrals.bring", "consents.title", "consents.price",
		"treatments.name", "treatments.plans.price", "menu.name",
	}
}

// ownTexts are a clinic's own instructions, written with the service they are
// for and told to whoever books it; the presets' stand for what a clinic writes.
func ownTexts() []string { return []string{"services.preparation"} }

// textPaths lists where a type holds texts, by the names in the file.
func textPaths(t reflect.Type, path string, within []reflect.Type) []string {
	switch {
	case t == reflect.TypeFor[Text]():
		return []string{path}
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer:
		return textPaths(t.Elem(), path, within)
	case t.Kind() != reflect.Struct || slices.Contains(within, t):
		return nil
	}
	var out []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			out = append(out, textPaths(t.Field(i).Type, strings.TrimPrefix(path+"."+name, "."), append(slices.Clone(within), t))...)
		}
	}
	return out
}

// A section that is new says here what its texts are.
func TestEveryTextIsSorted(t *testing.T) {
	listed := slices.Concat(medicalTexts(), plainTexts(), ownTexts())
	have := textPaths(reflect.TypeFor[Profile](), "", nil)
	for _, path := range have {
		assert.Contains(t, listed, path, "is it about health? then it needs a source and the clinic's approval: list it in this file")
	}
	for i, path := range listed {
		assert.Contains(t, have, path, "no such text any more")
		assert.NotContains(t, listed[:i], path, "listed twice")
	}
}

// Nothing medical is invented: every text about health names its source, and
// waits for the approval of the clinic whose preset it is.
func TestMedicalTextsHaveASource(t *testing.T) {
	for _, preset := range Presets() {
		c := loadPreset(t, preset)
		found := map[string]int{}
		medical := medicalTexts()
		var walk func(v reflect.Value, path string, sources []string)
		walk = func(v reflect.Value, path string, sources []string) {
			switch {
			case v.Type() == reflect.TypeFor[Text]():
				if v.Len() == 0 || !slices.Contains(medical, path) {
					return
				}
				found[path]++
				if !slices.ContainsFunc(sources, func(s string) bool { return strings.TrimSpace(s) != "" }) {
					t.Errorf("%s: %s has no source beside an approval: %q", preset, path, v.Interface().(Text).In(Hans))
				}
			case v.Kind() == reflect.Slice:
				for i := range v.Len() {
					walk(v.Index(i), path, sources)
				}
			case v.Kind() == reflect.Struct:
				source, approved := v.FieldByName("Source"), v.FieldByName("Approved")
				if source.IsValid() && approved.IsValid() {
					sources = append(slices.Clone(sources), source.String())
					if approved.Bool() {
						t.Errorf("%s: %s comes approved, which only a clinic can do: %q", preset, path, source)
					}
				}
				for i := range v.NumField() {
					if name := v.Type().Field(i).Tag.Get("yaml"); name != "" {
						walk(v.Field(i), strings.TrimPrefix(path+"."+name, "."), sources)
					}
				}
			}
		}
		walk(reflect.ValueOf(c.Profile).Elem(), "", nil)
		for _, path := range []string{"emergency.advice", "visits.aftercare.text", "tips.entries.text", "knowledge.answer", "forms.item.text"} {
			assert.NotZero(t, found[path], "%s of %s is not walked", path, preset)
		}
	}
}
