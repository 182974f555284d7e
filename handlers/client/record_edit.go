package client

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
)

// The fields a person can change, in the order they are offered. Each has a
// label (record.field_…) and a question (record.ask_…).
var (
	petFields     = [...]string{"name", "species", "breed", "sex", "neutered", "birth", "weight"}
	personFields  = [...]string{"name", "relation", "sex", "birth", "weight"}
	petHistory    = [...]string{"vaccination", "deworming", "allergies", "illness", "medication"}
	personHistory = [...]string{"allergies", "illness", "medication", "vaccination"}
)

// choices lists the values of a field that has only some; nil for others.
func choices(field string) []string {
	switch field {
	case "sex":
		return []string{"male", "female"}
	case "neutered":
		return []string{"yes", "no"}
	case "relation":
		return []string{"self", "child", "parent", "spouse", "other"}
	}
	return nil
}

func isField(name string) bool {
	return slices.Contains(petFields[:], name) || slices.Contains(personFields[:], name) || isHistory(name)
}

func isHistory(field string) bool { return slices.Contains(petHistory[:], field) }

func fieldOptions(t *bot.Turn, p *models.Patient) []bot.Option {
	fields := personFields[:]
	if p.Kind == "pet" {
		fields = petFields[:]
	}
	return append(setOptions(t, p, fields), t.Option("record.back", nil, "/record p:"+p.ID))
}

func historyOptions(t *bot.Turn, p *models.Patient) []bot.Option {
	fields := personHistory[:]
	if p.Kind == "pet" {
		fields = petHistory[:]
	}
	return append(setOptions(t, p, fields), t.Option("record.back", nil, "/record p:"+p.ID))
}

func setOptions(t *bot.Turn, p *models.Patient, fields []string) []bot.Option {
	var options []bot.Option
	for _, f := range fields {
		options = append(options, t.Option("record.field_"+f, map[string]any{"Pet": p.Kind == "pet"}, "/record set:"+p.ID+":"+f))
	}
	return options
}

func (s *recordState) ask(t *bot.Turn, key string, data any, options ...bot.Option) {
	t.Ask(key, data, options...)
	t.Keep(s)
}

// askField asks for a field's value. Fields that are numbers have no options,
// so that a bare number is the value.
func (s *recordState) askField(t *bot.Turn, p *models.Patient, key string) {
	var options []bot.Option
	switch {
	case s.Field == "species":
		options = speciesOptions(t)
	case isHistory(s.Field):
		options = []bot.Option{t.Option("record.none", nil, "v:none"), t.Option("record.clear", nil, "v:clear")}
	default:
		for _, c := range choices(s.Field) {
			options = append(options, t.Option("record."+s.Field+"_"+c, map[string]any{"Pet": p.Kind == "pet"}, "v:"+c))
		}
	}
	s.ask(t, key, map[string]any{"Name": p.Name, "Pet": p.Kind == "pet"}, options...)
}

func speciesOptions(t *bot.Turn) []bot.Option {
	var options []bot.Option
	for i := range t.Clinic.Species {
		options = append(options, bot.Option{Label: t.Clinic.Species[i].Name.In(t.Lang), Value: "v:" + t.Clinic.Species[i].ID})
	}
	return append(options, t.Option("record.species_other", nil, "v:other"))
}

// proceed takes the answer to an open question.
func (s *recordState) proceed(_ context.Context, t *bot.Turn, v *recordView) error {
	value, picked := strings.CutPrefix(t.Choice, "v:")
	if !picked && (t.Choice != "" || t.Stale || t.Range > 0 || t.In.Kind != bot.KindText && t.In.Kind != bot.KindVoice && t.In.Kind != bot.KindPhone) {
		t.Pass()
		return nil
	}
	if !picked {
		value = strings.TrimSpace(t.In.Text)
	}
	switch s.Do {
	case "add":
		s.proceedAdd(t, v, value, picked)
	case "emergency":
		s.setEmergency(t, v, value)
	default:
		s.set(t, v, value, picked)
	}
	return nil
}

// set checks a value and keeps it; what cannot be is said and asked again.
func (s *recordState) set(t *bot.Turn, v *recordView, value string, picked bool) {
	p := v.patient(s.Patient)
	if p == nil || !v.mayEdit(p) {
		t.End()
		recordHome(t, v)
		return
	}
	if fault := assign(t, p, s.Field, value, picked); fault != "" {
		if !picked && otherWish(t) {
			t.Pass()
			return
		}
		s.askField(t, p, "record.bad_"+fault)
		return
	}
	changed := *p
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SavePatient(changed) })
	t.End()
	t.Hub()
	if isHistory(s.Field) {
		t.Say("record.history", patientData(t, changed), historyOptions(t, p)...)
		return
	}
	showPatient(t, v, &changed, "record.saved")
}

// otherWish reports that an answer which does not fit plainly asks for
// something else.
func otherWish(t *bot.Turn) bool {
	h := t.Heard()
	switch h.Intent {
	case nlu.IntentUnknown, nlu.IntentYes, nlu.IntentNo:
		return false
	}
	return h.Confidence >= 0.6
}

// assign sets a field; the fault names the text that says what is wrong.
func assign(t *bot.Turn, p *models.Patient, field, value string, picked bool) (fault string) {
	long := utf8.RuneCountInString(value)
	if list := choices(field); list != nil && !slices.Contains(list, value) {
		return "choice"
	}
	switch field {
	case "name":
		if !isName(value) {
			return "name"
		}
		p.Name = value
	case "species":
		if !picked {
			e, ok := t.Heard().Best(nlu.KindSpecies)
			if !ok {
				return "choice"
			}
			value = e.ID
		}
		if t.Clinic.SpeciesByID(value) == nil && value != "other" {
			return "choice"
		}
		p.Species = value
	case "breed":
		if long > maxName {
			return "long"
		}
		p.Breed = value
	case "sex":
		p.Sex = value
	case "neutered":
		p.Neutered = value
	case "relation":
		p.Relation = value
	case "birth":
		birth, fault := parseBirth(value, p.Kind, t.Local())
		if fault != "" {
			return fault
		}
		p.BirthDate = birth
	case "weight":
		grams, fault := parseWeight(value, p.Kind, p.Species)
		if fault != "" {
			return fault
		}
		p.WeightGrams = grams
	default:
		return assignHistory(t, p, field, value, picked)
	}
	return ""
}

func assignHistory(t *bot.Turn, p *models.Patient, field, value string, picked bool) (fault string) {
	switch {
	case picked && value == "none":
		value = t.Text("record.none", nil)
	case picked && value == "clear":
		value = ""
	case utf8.RuneCountInString(value) > 200:
		return "long"
	}
	switch field {
	case "vaccination":
		p.History.Vaccination = value
	case "deworming":
		p.History.Deworming = value
	case "allergies":
		p.History.Allergies = value
	case "illness":
		p.History.Illness = value
	case "medication":
		p.History.Medication = value
	default:
		return "choice"
	}
	return ""
}
