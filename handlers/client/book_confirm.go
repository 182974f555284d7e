package client

import (
	"context"
	"strconv"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// askConfirm repeats the whole visit before it is booked.
func (a *arranger) askConfirm() error {
	key := "book.confirm"
	if a.b.Moving != "" {
		key = "book.confirm_move"
	}
	data := a.visit()
	data["Minutes"] = a.t.Clinic.Booking.HoldMinutes
	options := []bot.Option{a.t.Option(key+"_yes", nil, "ok"), a.t.Option("book.other_time", nil, "time")}
	if len(a.t.Clinic.PractitionersFor(a.b.Service, a.b.branch())) > 1 {
		options = append(options, a.t.Option("book.other_doctor", nil, "doctor"))
	}
	options = append(options, a.t.Option("book.leave", nil, "/cancel"))
	return a.ask(askConfirm, key, data, options...)
}

// visit is what texts say about the visit arranged.
func (a *arranger) visit() map[string]any {
	data := visitData(a.t, models.Appointment{Slot: *a.b.Slot, PatientName: a.b.Name, Number: a.b.Number, Phone: a.b.Phone})
	data["Also"] = len(a.b.Also) > 0
	return data
}

// visitData is what texts say about a visit, in the zone of its branch.
func visitData(t *bot.Turn, p models.Appointment) map[string]any {
	return outreach.VisitData(t.Clinic.Clinic, p, t.Now)
}

// plan is what is due about a visit as it stands now.
func plan(t *bot.Turn, p models.Appointment) []models.Task {
	return outreach.PlanVisit(t.Clinic.Clinic, p, t.Now)
}

// confirm books or moves. A hold that ran out is no harm while the time is
// still free; a time that is gone leads to the nearest others.
func (a *arranger) confirm() error {
	t, b := a.t, a.b
	if b.Slot == nil {
		return a.next()
	}
	if a.failed(models.ErrTaken) || !b.Slot.Start.After(t.Now) {
		at := b.Slot.Start
		b.forget()
		b.Windows = nil
		b.Hold = ""
		if !at.After(t.Now) {
			return a.offerInstead(at, "past")
		}
		return a.offerInstead(at, "taken")
	}
	if a.failed(models.ErrLimit) {
		t.Say("book.limit", map[string]any{"Max": t.Clinic.Booking.MaxFuture}, t.Option("book.to_bookings", nil, "/bookings"))
		t.End()
		return nil
	}
	if b.Moving != "" {
		return a.confirmMove()
	}
	return a.confirmNew()
}

func (a *arranger) confirmNew() error {
	t, b := a.t, a.b
	past, err := a.past()
	if err != nil {
		return err
	}
	p := models.Appointment{
		ID: t.Store.NewID(t.Now), Number: models.NewNumber(), ContactID: t.Contact.ID, ClientID: t.Contact.ClientID,
		PatientID: b.Patient, PatientName: b.Name, Species: b.Species, Phone: b.Phone, Slot: *b.Slot, Note: b.Note,
		FirstVisit: len(past) == 0,
	}
	if row := a.patientRow(); row != nil {
		p.ClientID = row.ClientID
	}
	a.register(&p)
	hold, claims := b.Hold, t.Clinic.Slots.Claims(*b.Slot)
	if a.failed(models.ErrHoldGone) || !t.Now.Before(b.HoldUntil) {
		lapsed := hold
		hold = ""
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.ReleaseHold(lapsed) })
	}
	wait := b.Wait
	p.Status, p.Version = models.Booked, 1
	tasks := plan(t, p)
	t.Write(func(_ context.Context, tx *models.Tx) error {
		if err := tx.Book(p, hold, claims, t.Clinic.Booking.MaxFuture, tasks); err != nil {
			return err
		}
		if wait != "" {
			return tx.CloseWait(wait, models.WaitBooked)
		}
		return nil
	})
	p.Version = 1
	a.notifyDesk("new", p)
	a.booked("book.booked", p)
	return nil
}

// register keeps a patient or a phone number told for the first time under a
// client of this chat's own; the clinic's own records are only bound by proof.
func (a *arranger) register(p *models.Appointment) {
	t, b := a.t, a.b
	if b.Patient != "" && (b.Phone == "" || t.Contact.ClientID != "") || b.Name == "" && b.Phone == "" {
		return
	}
	isNew := t.Contact.ClientID == ""
	if isNew {
		t.Contact.ClientID = t.Store.NewID(t.Now)
	}
	client := models.Client{ID: t.Contact.ClientID, Name: t.Contact.Display, Phone: b.Phone, Language: string(t.Lang)}
	if isNew {
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveClient(client) })
	} else if b.Phone != "" {
		t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SetPhone(client.ID, client.Phone) })
	}
	if b.Patient != "" || b.Name == "" {
		if p.ClientID == "" {
			p.ClientID = client.ID
		}
		return
	}
	kind := "person"
	if t.Clinic.Kind == config.Vet {
		kind = "pet"
	}
	patient := models.Patient{ID: t.Store.NewID(t.Now), ClientID: client.ID, Kind: kind, Name: b.Name, Species: b.Species}
	p.ClientID, p.PatientID = client.ID, patient.ID
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SavePatient(patient) })
}

// booked answers with everything the visit needs and what can be done next.
func (a *arranger) booked(key string, p models.Appointment) {
	t := a.t
	data := visitData(t, p)
	options := []bot.Option{
		t.Option("book.to_bookings", nil, "/bookings"), t.Option("book.to_move", nil, "/move "+p.Number),
		t.Option("book.to_cancel", nil, "/cancelbooking ask "+p.Number),
	}
	if a.undo != "" {
		options = append(options, t.Option("book.undo_move", nil, a.undo))
	}
	if len(a.b.Also) > 0 {
		options = append([]bot.Option{a.t.Option("book.to_also", nil, "/book "+p.Slot.Service+" "+a.b.Also[0])}, options...)
	}
	if b := t.Clinic.Branch(p.Slot.Branch); p.FirstVisit && b != nil && b.Map != "" {
		options = append(options, bot.Option{Label: t.Text("book.to_map", nil), Value: "/address " + b.ID, URL: b.Map})
	}
	t.Say(key, data, append(options, calendarOptions(t, p)...)...)
	addToCalendar(t, p)
	t.End()
}

func (a *arranger) confirmMove() error {
	t, b := a.t, a.b
	if a.failed(models.ErrGone) {
		t.Say("change.gone", map[string]any{"Number": b.Number}, t.Option("book.to_bookings", nil, "/bookings"))
		t.End()
		return nil
	}
	p, err := t.Store.AppointmentByID(a.ctx, b.Moving)
	if err != nil {
		return err
	}
	if a.failed(models.ErrHoldGone) || !t.Now.Before(b.HoldUntil) { // hold it once more and ask again
		s := *b.Slot
		b.forget()
		return a.take(s)
	}
	from := p.Slot
	id, was, hold, to, claims := b.Moving, b.Was, b.Hold, *b.Slot, t.Clinic.Slots.Claims(*b.Slot)
	p.Slot = to
	p.Version = was + 1
	p.MovedFrom = &from
	tasks := append(plan(t, p), outreach.FreedTask(from, p.ID+":"+strconv.Itoa(p.Version), t.Now))
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.Move(id, was, hold, to, claims, tasks) })
	a.notifyDesk("moved", p)
	a.undo = "/undo move " + p.Number + " " + strconv.Itoa(p.Version)
	t.Undoable(a.undo)
	a.booked("book.moved", p)
	return nil
}

// notifyDesk tells the desk of the branch, and the doctor, what happened.
func (a *arranger) notifyDesk(what string, p models.Appointment) { notifyDesk(a.t, what, p) }

func notifyDesk(t *bot.Turn, what string, p models.Appointment) {
	data := visitData(t, p)
	data["Note"] = p.Note
	t.Notify(outreach.Notice{
		Key: "booking:" + p.ID + ":" + what + ":" + strconv.Itoa(p.Version), Branch: p.Slot.Branch,
		Roles: []models.Role{models.Desk, models.Manager}, Text: "change.staff_" + what, Data: outreach.Same(data),
		Options: []outreach.Option{{Text: "change.staff_today", Command: "/today " + data["Start"].(time.Time).Format(time.DateOnly)}},
	})
}
