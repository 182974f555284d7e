package client

import (
	"context"
	"errors"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
)

// Book arranges a visit: it takes what a sentence says, asks for what is left
// open one question at a time, keeps the time while the person decides, and
// books it.
type Book struct{}

// Name implements bot.Flow.
func (Book) Name() string { return "book" }

// Step implements bot.Flow. Arg of /book: a service's ID, "p:" and a
// practitioner's, "pt:" and a patient's, "n:" and a name, "d:" and a date, "ill"
// for what was said to be told to the doctor, in any order.
func (Book) Step(ctx context.Context, t *bot.Turn) error {
	var b booking
	a, err := newArranger(ctx, t, &b)
	if err != nil {
		return err
	}
	if t.Command != "" {
		b = booking{}
		a.argument(t.Arg)
		a.listen()
		a.habitual()
		return a.next()
	}
	if err := t.State(&b); err != nil {
		return err
	}
	return a.proceed()
}

// Leave implements bot.Leaver: the time kept for the person is free again.
func (Book) Leave(_ context.Context, t *bot.Turn) error { return leave(t) }

func leave(t *bot.Turn) error {
	var b booking
	if err := t.State(&b); err != nil {
		return err
	}
	if hold := b.Hold; hold != "" && b.Wait == "" {
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.ReleaseHold(hold) })
	}
	return nil
}

// arranger is one step of arranging a visit.
type arranger struct {
	ctx      context.Context
	t        *bot.Turn
	b        *booking
	patients []models.Patient
	said     said   // what the message itself filled
	ill      bool   // an illness was described: names in it do not change what was chosen
	undo     string // the command that takes back what was arranged
}

// said tells what a sentence filled, so that the answer can react to it.
type said struct {
	anything bool
	time     bool
	conflict string // key of a text that explains what does not go together
	data     map[string]any
	unclear  []nlu.Entity // names that fit several people equally well
}

func newArranger(ctx context.Context, t *bot.Turn, b *booking) (*arranger, error) {
	a := &arranger{ctx: ctx, t: t, b: b}
	var err error
	if a.patients, err = t.Store.PatientsOf(ctx, t.Contact.ID, t.Contact.ClientID); err != nil {
		return nil, err
	}
	a.patients = slices.DeleteFunc(a.patients, func(p models.Patient) bool { return !p.DeceasedAt.IsZero() })
	names := make([]nlu.Name, len(a.patients))
	for i, p := range a.patients {
		names[i] = nlu.Name{Kind: nlu.KindPatient, ID: p.ID, Names: []string{p.Name}}
	}
	t.Know(names)
	return a, nil
}

// argument reads what /book was called with.
func (a *arranger) argument(arg string) {
	c := a.t.Clinic
	for part := range strings.FieldsSeq(arg) {
		if part == illArg {
			a.b.Note = cutRunes(a.t.Said, 200)
			own, _ := splitFound(a.t.Said)
			a.t.Resay(own)
			a.ill = true
		} else if id, ok := strings.CutPrefix(part, "p:"); ok && c.Practitioner(id) != nil {
			a.b.Practitioner = id
		} else if id, ok := strings.CutPrefix(part, "pt:"); ok {
			a.setPatient(id)
		} else if name, ok := strings.CutPrefix(part, "n:"); ok && isName(name) {
			a.b.Name = name
		} else if day, ok := strings.CutPrefix(part, "d:"); ok {
			if d, err := config.ParseDate(day); err == nil {
				loc := c.Location(a.b.branch())
				a.b.Windows, a.said.time, a.said.anything = []window{{d.Time(loc, 0), d.AddDays(1).Time(loc, 0)}}, true, true
			}
		} else if c.Service(part) != nil {
			a.b.Service = part
		} else if c.Department(part) != nil {
			a.b.Category = part
		}
	}
}

// proceed handles the answer to the question that is open.
func (a *arranger) proceed() error {
	t := a.t
	switch {
	case t.Stale || t.Range > 0:
		t.Pass()
		return nil
	case t.Choice != "":
		return a.choose(t.Choice)
	case t.In.Kind == bot.KindPhone || a.b.Asked == askPhone:
		return a.hearPhone()
	case t.In.Kind != bot.KindText && t.In.Kind != bot.KindVoice:
		t.Pass()
		return nil
	}
	h := t.Heard()
	if a.b.Asked == askConfirm {
		switch h.Intent {
		case nlu.IntentYes, nlu.IntentConfirmVisit:
			return a.choose("ok")
		case nlu.IntentNo:
			return a.choose("time")
		}
	}
	if digression(h) {
		t.Pass()
		return nil
	}
	if a.b.Moving == "" && otherDepartment(t.In.Text) {
		t.Resay(a.b.Note) // the illness goes along
		t.End()
		t.Then("/triage other")
		return leave(t)
	}
	a.listen()
	switch {
	case a.said.anything:
		return a.next()
	case a.b.Asked == askPatient || a.b.Asked == askName:
		return a.hearName()
	case a.b.Asked == askTime && wantsOthers(t.In.Text):
		return a.choose("more")
	case a.b.Asked == askDoctor && h.Intent == nlu.IntentNo:
		return a.choose("d:" + anyone)
	}
	t.Pass()
	return nil
}

// digression reports a sentence that plainly asks for something else.
func digression(h *nlu.Result) bool {
	if h.Confidence < 0.7 {
		return false
	}
	switch h.Intent {
	case nlu.IntentPrice, nlu.IntentHours, nlu.IntentAddress, nlu.IntentAgent, nlu.IntentComplaint, nlu.IntentPrivacy,
		nlu.IntentMyBookings, nlu.IntentCancelBooking, nlu.IntentMenu, nlu.IntentHelp, nlu.IntentQuestion:
		return true
	case nlu.IntentReschedule:
		return h.Number != ""
	}
	return false
}

func wantsOthers(text string) bool {
	s := nlu.Simplify(text)
	for _, w := range []string{"其他", "别的", "都不行", "不合适", "换一", "更多", "下一页", "还有", "other", "more", "none"} {
		if strings.Contains(strings.ToLower(s), w) {
			return true
		}
	}
	return false
}

// next asks for the first thing that is still open, or for the confirmation.
func (a *arranger) next() error {
	b, c := a.b, a.t.Clinic
	if a.said.conflict != "" {
		a.t.Say(a.said.conflict, a.said.data)
	}
	if len(a.said.unclear) > 1 {
		return a.askWhich(a.said.unclear)
	}
	switch {
	case b.Service == "":
		return a.askService()
	case b.Species == "" && a.needsSpecies():
		return a.askSpecies()
	}
	if b.Branch == "" {
		branches := a.branches()
		if len(branches) > 1 {
			return a.askBranch(branches)
		}
		if len(branches) == 1 {
			b.Branch = branches[0].ID
		}
	}
	if b.Practitioner == "" {
		doctors := c.PractitionersFor(b.Service, b.branch())
		if len(doctors) > 1 && len(b.Windows) == 0 {
			return a.askDoctor(doctors)
		}
		b.Practitioner = anyone
		if len(doctors) == 1 {
			b.Practitioner = doctors[0].ID
		}
	}
	if b.Slot == nil {
		return a.askTime()
	}
	if b.Moving == "" {
		if b.Patient == "" && b.Name == "" && !b.Later {
			return a.askPatient()
		}
		if b.Phone == "" && !b.NoPhone {
			if known, err := a.knownPhone(); err != nil {
				return err
			} else if known == "" {
				return a.askPhone()
			} else {
				b.Phone = known
			}
		}
	}
	return a.askConfirm()
}

// failed reports that the first try of this very step failed with one of errs.
func (a *arranger) failed(errs ...error) bool {
	for _, e := range errs {
		if errors.Is(a.t.Failed, e) {
			return true
		}
	}
	return false
}
