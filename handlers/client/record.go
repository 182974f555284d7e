package client

import (
	"context"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Record shows and changes what is kept of a person and their patients. What
// somebody may see is decided afresh in every step. Arg of /record: empty, or
// p:ID, edit:ID, history:ID, share:ID, set:ID:FIELD, add, emergency.
type Record struct{}

type recordState struct {
	Do      string `json:"do"` // set, add, emergency
	Patient string `json:"patient,omitempty"`
	Field   string `json:"field,omitempty"`
	Name    string `json:"name,omitempty"` // of the patient being added
}

// Name implements bot.Flow.
func (Record) Name() string { return "record" }

// Step implements bot.Flow.
func (Record) Step(ctx context.Context, t *bot.Turn) error {
	view, err := viewRecords(ctx, t)
	if err != nil {
		return err
	}
	if t.Command == "" {
		var s recordState
		if err := t.State(&s); err != nil {
			return err
		}
		return s.proceed(ctx, t, view)
	}
	t.Hub()
	verb, id, _ := strings.Cut(t.Arg, ":")
	id, field, _ := strings.Cut(id, ":")
	switch verb {
	case "add":
		s := recordState{Do: "add"}
		s.ask(t, "record.ask_new_"+whose(t), nil)
		return nil
	case "emergency":
		s := recordState{Do: "emergency"}
		s.ask(t, "record.ask_emergency", nil)
		return nil
	}
	p := view.patient(id)
	if p == nil {
		recordHome(t, view)
		return nil
	}
	switch {
	case verb == "p" || !view.mayEdit(p):
		showPatient(t, view, p, "record.patient")
	case verb == "edit":
		t.Say("record.edit", patientData(t, *p), fieldOptions(t, p)...)
	case verb == "share":
		return share(t, p)
	case verb == "set" && !isField(field):
		recordHome(t, view)
	case verb == "history", verb == "set" && isHistory(field):
		ok, err := healthConsented(ctx, t)
		if err != nil {
			return err
		}
		ok = ok || t.Choice == justAgreed
		if !ok {
			t.Then("/consent " + consentHealth + " /record " + t.Arg)
			return nil
		}
		if verb == "history" {
			t.Say("record.history", patientData(t, *p), historyOptions(t, p)...)
			return nil
		}
		fallthrough
	case verb == "set":
		s := recordState{Do: "set", Patient: p.ID, Field: field}
		s.askField(t, p, "record.ask_"+field)
	default:
		recordHome(t, view)
	}
	return nil
}

// recordView is what one person may see.
type recordView struct {
	clients  []recordClient
	patients []models.Patient
	bound    bool // to a record of the clinic, in whole or in part
}

type recordClient struct {
	models.Client
	Bound bool
}

// viewRecords reads what this person may see: their own entries, the records
// they are bound to whole, and the single patients they are bound to.
func viewRecords(ctx context.Context, t *bot.Turn) (*recordView, error) {
	bindings, err := t.Store.Bindings(ctx, t.Contact.ID)
	if err != nil {
		return nil, err
	}
	v := &recordView{bound: len(bindings) > 0}
	for _, b := range bindings {
		if b.PatientID != "" {
			continue
		}
		c, err := t.Store.ClientByID(ctx, b.ClientID)
		if err != nil {
			return nil, err
		}
		v.clients = append(v.clients, recordClient{c, true})
	}
	own, ok, err := ownClient(ctx, t)
	if err != nil {
		return nil, err
	}
	if ok && !slices.ContainsFunc(v.clients, func(c recordClient) bool { return c.ID == own.ID }) {
		v.clients = append(v.clients, recordClient{own, false})
	}
	v.patients, err = t.Store.PatientsOf(ctx, t.Contact.ID, ownID(t))
	return v, err
}

func (v *recordView) patient(id string) *models.Patient {
	for i := range v.patients {
		if v.patients[i].ID == id {
			return &v.patients[i]
		}
	}
	return nil
}

// mayEdit reports that the patient is under a record this person has whole;
// who was let in to see one patient does not change it.
func (v *recordView) mayEdit(p *models.Patient) bool {
	return slices.ContainsFunc(v.clients, func(c recordClient) bool { return c.ID == p.ClientID })
}

// maxPatients is how many patients one answer offers.
const maxPatients = 6

func recordHome(t *bot.Turn, v *recordView) {
	var options []bot.Option
	for i, p := range v.patients {
		if i < maxPatients {
			options = append(options, bot.Option{Label: t.Text("record.patient_line", patientData(t, p)), Value: "/record p:" + p.ID})
		}
	}
	options = append(options, t.Option("record.add_"+whose(t), nil, "/record add"))
	if len(v.clients) > 0 {
		options = append(options, t.Option("record.emergency", nil, "/record emergency"))
	}
	if !v.bound {
		options = append(options, t.Option("record.bind", nil, "/bind"))
	}
	options = append(options, t.Option("needs.open", nil, "/needs"), t.Option("menu.language", nil, "/language"), t.Option("menu.menu", nil, "/menu"))
	t.Hub()
	t.Say("record.home", map[string]any{"Clients": clientData(v), "Patients": len(v.patients), "Bound": v.bound, "Pets": pets(t)}, options...)
}

func showPatient(t *bot.Turn, v *recordView, p *models.Patient, key string) {
	var options []bot.Option
	if v.mayEdit(p) {
		options = append(options, t.Option("record.do_edit", nil, "/record edit:"+p.ID), t.Option("record.do_history", nil, "/record history:"+p.ID),
			t.Option("record.do_share", nil, "/record share:"+p.ID))
	}
	if v.bound {
		options = append(options, t.Option("health.open", nil, "/health "+p.ID))
	}
	t.Say(key, patientData(t, *p), append(options, t.Option("menu.book", nil, "/book"), t.Option("record.back", nil, "/record"))...)
}

func pets(t *bot.Turn) bool { return t.Clinic.Kind == config.Vet }

// whose picks the words for animals or people.
func whose(t *bot.Turn) string {
	if pets(t) {
		return "pet"
	}
	return "person"
}

// share gives the owner a code that binds one of the family to one patient.
func share(t *bot.Turn, p *models.Patient) error {
	code := models.NewCode()
	subject, by := p.ClientID+"/"+p.ID, t.Contact.ID
	expires := t.Now.Add(models.CodeLife)
	t.Write(func(_ context.Context, tx *models.Tx) error {
		return tx.IssueCode(code, models.CodeBind, subject, by, expires)
	})
	t.Say("record.share", map[string]any{"Name": p.Name, "Code": code, "Until": expires.In(t.Clinic.Location(""))}, t.Option("record.back", nil, "/record p:"+p.ID))
	return nil
}
