package client

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
)

// askPatient shows whom this person may book for; who has nobody yet is asked
// for a name.
func (a *arranger) askPatient() error {
	if !slices.ContainsFunc(a.patients, a.fits) {
		return a.askName()
	}
	var options []bot.Option
	for _, p := range a.patients {
		if len(options) < maxChoices-2 && a.fits(p) {
			options = append(options, bot.Option{Label: p.Name, Value: "p:" + p.ID})
		}
	}
	options = append(options, a.t.Option("book.new_patient_"+a.whom(), nil, "new"), a.t.Option("book.later", nil, "later"))
	return a.ask(askPatient, "book.ask_patient_"+a.whom(), nil, options...)
}

// fits reports that the service is for this animal, and that it is of the kind
// spoken of.
func (a *arranger) fits(p models.Patient) bool {
	s := a.t.Clinic.Service(a.b.Service)
	if p.Species != "" && a.b.Species != "" && p.Species != a.b.Species {
		return false
	}
	if p.Species == "" || len(s.Species) == 0 {
		return true
	}
	for _, id := range s.Species {
		if id == p.Species {
			return true
		}
	}
	return false
}

// whom picks the words for animals or people.
func (a *arranger) whom() string {
	if a.t.Clinic.Kind == config.Vet {
		return "pet"
	}
	return "person"
}

func (a *arranger) askName() error {
	return a.ask(askName, "book.ask_name_"+a.whom(), nil, a.t.Option("book.later", nil, "later"))
}

// maxName is the longest name taken as one, in characters.
const maxName = 20

// hearName takes a bare answer as the patient's name.
func (a *arranger) hearName() error {
	name := strings.Trim(strings.TrimSpace(a.t.In.Text), "。，.,!！?？~～“”\"'《》")
	for _, lead := range []string{"叫", "它叫", "他叫", "她叫", "名字是", "名字叫", "我叫", "就叫"} {
		name = strings.TrimPrefix(name, lead)
	}
	if !isName(name) {
		a.t.Say("book.no_name", nil)
		return a.askName()
	}
	a.b.Name, a.b.Patient = name, ""
	for _, p := range a.patients {
		if strings.EqualFold(nlu.Simplify(p.Name), nlu.Simplify(name)) {
			a.setPatient(p.ID)
		}
	}
	return a.next()
}

// isName accepts letters of any script with the marks names have; no digits,
// no sentences.
func isName(s string) bool {
	n := utf8.RuneCountInString(s)
	if n == 0 || n > maxName {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(" ·•-'.", r) })
}

// knownPhone is the number this person or their client gave before.
func (a *arranger) knownPhone() (string, error) {
	t := a.t
	if p := a.patientRow(); p != nil {
		if c, err := t.Store.ClientByID(a.ctx, p.ClientID); err == nil && c.Phone != "" {
			return c.Phone, nil
		} else if err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", err
		}
	}
	if t.Contact.ClientID == "" {
		return "", nil
	}
	c, err := t.Store.ClientByID(a.ctx, t.Contact.ClientID)
	if errors.Is(err, models.ErrNotFound) {
		return "", nil
	}
	return c.Phone, err
}

func (a *arranger) patientRow() *models.Patient {
	for i := range a.patients {
		if a.patients[i].ID == a.b.Patient {
			return &a.patients[i]
		}
	}
	return nil
}

func (a *arranger) askPhone() error {
	a.b.Asked = askPhone
	a.t.AskMessage(bot.Message{
		Text: a.t.Text("book.ask_phone", nil), Options: []bot.Option{a.t.Option("book.no_phone", nil, "nophone")},
		Phone: a.t.Text("book.share_phone", nil),
	})
	a.t.Keep(a.b)
	return nil
}

// hearPhone takes a number typed or shared; a shared one must be the sender's own.
func (a *arranger) hearPhone() error {
	t := a.t
	if t.In.Kind == bot.KindPhone && t.In.Text == "" {
		t.Say("book.not_own_phone", nil)
		return a.askPhone()
	}
	if t.In.Kind != bot.KindPhone && t.In.Kind != bot.KindText && t.In.Kind != bot.KindVoice {
		t.Pass()
		return nil
	}
	number, ok := ParsePhone(t.In.Text)
	if !ok {
		if h := t.Heard(); h.Phone != "" {
			number, ok = ParsePhone(h.Phone)
		} else if digression(h) {
			t.Pass()
			return nil
		}
	}
	switch h := t.Heard(); {
	case ok:
		a.b.Phone = number
	case !strings.ContainsAny(t.In.Text, "0123456789") && a.listened():
	case h.Intent == nlu.IntentNo && h.Confidence > 0.5:
		a.b.NoPhone = true
	default:
		t.Say("book.bad_phone", nil)
		return a.askPhone()
	}
	return a.next()
}

// listened takes what else a sentence says about the visit, if anything.
func (a *arranger) listened() bool {
	a.listen()
	return a.said.anything
}

// ParsePhone reads a telephone number, mainland China unless it says another
// country, and gives it as E.164.
func ParsePhone(s string) (string, bool) {
	n, err := phonenumbers.Parse(strings.TrimSpace(s), "CN")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// habits reads how this person came before: whom they saw, when they come.
func (a *arranger) habits() ([]slots.Habit, error) {
	past, err := a.past()
	if err != nil {
		return nil, err
	}
	var out []slots.Habit
	for _, p := range past {
		start := p.Slot.Start.In(a.t.Clinic.Location(p.Slot.Branch))
		h := slots.Habit{Practitioner: p.Slot.Practitioner, Weekday: start.Weekday(), Minute: start.Hour()*60 + start.Minute(), Weight: 1}
		merged := false
		for i := range out {
			if out[i].Practitioner == h.Practitioner && out[i].Weekday == h.Weekday && out[i].Minute == h.Minute {
				out[i].Weight++
				merged = true
			}
		}
		if !merged {
			out = append(out, h)
		}
	}
	return out, nil
}

func (a *arranger) past() ([]models.Appointment, error) {
	access, err := records(a.ctx, a.t)
	if err != nil {
		return nil, err
	}
	return a.t.Store.Past(a.ctx, a.t.Contact.ID, access, a.t.Now, 20)
}

// records are whose visits this contact may see: its own client's, those it is
// bound to whole, and single patients that the family shared. They are read
// afresh, since staff can unbind.
func records(ctx context.Context, t *bot.Turn) (models.Access, error) {
	var out models.Access
	if t.Contact.ClientID != "" {
		out.Clients = append(out.Clients, t.Contact.ClientID)
	}
	bound, err := t.Store.Bindings(ctx, t.Contact.ID)
	for _, b := range bound {
		if b.PatientID == "" {
			out.Clients = append(out.Clients, b.ClientID)
		} else {
			out.Patients = append(out.Patients, b.PatientID)
		}
	}
	return out, err
}

// usualDoctor is who saw this person last for the service, or last at all if
// that doctor does it.
func (a *arranger) usualDoctor() (string, error) {
	past, err := a.past()
	if err != nil {
		return "", err
	}
	for _, same := range []bool{true, false} {
		for _, p := range past {
			if (!same || p.Slot.Service == a.b.Service) && does(a.t.Clinic.Practitioner(p.Slot.Practitioner), a.b.Service) {
				return p.Slot.Practitioner, nil
			}
		}
	}
	return "", nil
}

// habitual presumes the only patient a person ever booked for, unless another
// animal is spoken of.
func (a *arranger) habitual() {
	if len(a.patients) == 1 && (a.b.Species == "" || a.patients[0].Species == "" || a.b.Species == a.patients[0].Species) && a.b.Name == "" && !a.b.Later && a.b.Moving == "" && a.b.Service != "" && a.fits(a.patients[0]) {
		a.setPatient(a.patients[0].ID)
	}
}
