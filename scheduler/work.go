package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates/outreach"
)

// Work is one task being run, in its transaction.
type Work struct {
	Tx     *models.Tx
	Task   models.Task
	Now    time.Time
	Clinic Clinic

	o          *Options
	suppressed string
}

// Speaker writes messages.
func (w *Work) Speaker() outreach.Speaker {
	return outreach.Speaker{Book: w.o.Book, Language: w.Clinic.Language, Clinic: w.Clinic.Clinic}
}

// Payload reads the task's own data into v.
func (w *Work) Payload(v any) error {
	if len(w.Task.Payload) == 0 {
		return fmt.Errorf("payload of %s: missing, or kept under another data key", w.Task.ID)
	}
	return json.Unmarshal(w.Task.Payload, v)
}

// Suppress ends the task without its effect, for a reason that is kept.
func (w *Work) Suppress(reason string) { w.suppressed = reason }

// Appointment is the visit the task is about.
func (w *Work) Appointment(ctx context.Context) (models.Appointment, error) {
	return w.Tx.Read().AppointmentByID(ctx, models.SubjectID("Appointment", w.Task.Subject))
}

// reader is the contact that is told about a visit: who booked it, else the one
// bound to its patient or client that wrote last. Nobody: the task is suppressed.
func (w *Work) reader(ctx context.Context, p models.Appointment) (contactID string, err error) {
	if p.ContactID != "" {
		return p.ContactID, nil
	}
	list, err := w.Tx.Read().Readers(ctx, p)
	if err == nil && len(list) == 0 {
		w.Suppress("nobody to tell in a chat")
	}
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].ID, nil
}

// Push is a message to a contact that a job sends.
type Push struct {
	Key          string // what it is about; default: the task's
	ContactID    string // default: the task's
	Kind         models.Kind
	Priority     models.Priority // default PriorityPush
	Urgent       bool            // goes out in quiet hours too, and counts against no limit
	UselessAfter time.Time       // default: the task's
	Subject      string          // default: the task's, with its version
	Version      int
	Loose        bool   // it goes out whatever becomes of the task's subject
	Opens        string // the conversation that a short answer to it enters, as "/<name> <subject>"; it passes what is none
	Text         string
	Data         func(config.Language) any
	Options      []outreach.Option
	// Notice is the same in a few named fields, for platforms that carry
	// nothing else to somebody silent (WeChat's templates); nil: that something
	// came from the clinic, where its kind has a short form at all.
	Notice func(config.Language) *models.Notice
}

// Push puts a message into the outbox, in the reader's language, not before
// quiet hours are over.
func (w *Work) Push(ctx context.Context, p Push) error {
	if p.Key == "" {
		p.Key = w.Task.Key
	}
	if p.ContactID == "" {
		p.ContactID = w.Task.ContactID
	}
	if p.ContactID == "" { // booked by the clinic's system for somebody without a chat
		w.Suppress("nobody has a chat to be told in")
		return nil
	}
	if p.Priority == 0 {
		p.Priority = models.PriorityPush
	}
	if p.Subject == "" && !p.Loose {
		p.Subject, p.Version = w.Task.Subject, w.Task.Version
	}
	if p.UselessAfter.IsZero() {
		p.UselessAfter = w.Task.UselessAfter
	}
	o := models.Outgoing{
		Key: p.Key, ContactID: p.ContactID, Kind: p.Kind, Priority: p.Priority, NotBefore: w.Now, UselessAfter: p.UselessAfter,
		Subject: p.Subject, Version: p.Version, Opens: p.Opens, Urgent: p.Urgent,
	}
	if until := w.Clinic.Outreach.Quiet.Until(w.Now.In(w.Clinic.Location(""))); !p.Urgent && !until.IsZero() {
		if o.NotBefore = until; !o.UselessAfter.IsZero() && !until.Before(o.UselessAfter) {
			w.Suppress("quiet hours last until it is of no use")
			return nil
		}
	}
	contact, err := w.Tx.Read().Contact(ctx, p.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		w.Suppress("the contact is not there any more")
		return nil
	}
	if err != nil {
		return fmt.Errorf("contact %s: %w", p.ContactID, err)
	}
	speaks := config.Language(contact.Language)
	if speaks == "" {
		speaks = w.Clinic.Language
	}
	if contact.Large {
		speaks = speaks.Large()
	}
	m, err := w.Speaker().Message(speaks, p.Text, p.Data, p.Options...)
	if err != nil {
		return err
	}
	var notice *models.Notice
	if p.Notice == nil && outreach.Unnoticed()[p.Kind] == "" {
		p.Notice = outreach.MessageNotice(w.Clinic.Clinic, w.Now)
	}
	if p.Notice != nil {
		lang := config.Language(contact.Language)
		if lang == "" {
			lang = w.Clinic.Language
		}
		notice = p.Notice(lang)
	}
	return w.Tx.PushNotice(o, m, notice)
}

// OpenCase opens a case and tells the staff who deal with it; one that is
// there already stays as it is.
func (w *Work) OpenCase(c models.Case) error {
	return w.Speaker().OpenCase(w.Tx, c)
}

// called is what a patient is called in words to their people: the name given,
// or "" for somebody who reads it themselves.
func (w *Work) called(ctx context.Context, patientID, name string) (string, error) {
	if patientID == "" {
		return name, nil
	}
	p, err := w.Tx.Read().PatientByID(ctx, patientID)
	if errors.Is(err, models.ErrNotFound) {
		return name, nil
	}
	return outreach.Called(p), err
}
