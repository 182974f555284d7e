package bot

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// CaseReach is the kind of the cases that somebody must be called.
const CaseReach = "reach"

// Why somebody cannot be reached, as the case's text knows it, beside
// models.ReachLeft and models.ReachBlocked.
const (
	whyWindow = "window" // silent for too long, or nothing goes out now
	whyFailed = "failed" // the platform does not take it
)

// lost completes the outcome of a push that did not get through: another
// contact of the same client may get it instead; where there is none and it is
// about a visit or care, the desk is asked to call.
func (l *lane) lost(row models.Outgoing, end models.Outcome, why string) models.Outcome {
	isPart := strings.Contains(row.ID, ".") // the rest of it is with the first contact
	if row.Priority == models.PriorityBulk || row.Kind == models.KindStaff || row.Kind == "" || isPart {
		return end
	}
	for _, other := range l.s.lanes {
		if _, lies := other.c.(Drawer); !lies && other != l {
			end.Channels = append(end.Channels, other.c.Name())
		}
	}
	if (row.Kind == models.KindVisit || row.Kind == models.KindCare) && l.s.o.Book != nil {
		end.Lost = OpenReach(l.s.speaker(), row, why)
	}
	return end
}

func (s *Sender) speaker() outreach.Speaker {
	sp := outreach.Speaker{Book: s.o.Book}
	if s.o.Clinic != nil {
		c := s.o.Clinic()
		sp.Language, sp.Clinic = c.Language, c.Clinic
	}
	return sp
}

// wordsShown is how much of a message a case repeats, in characters.
const wordsShown = 300

// OpenReach asks the desk to call somebody about a push that did not arrive:
// one case a visit, whatever was to be said about it.
func OpenReach(sp outreach.Speaker, row models.Outgoing, why string) models.Write {
	return func(ctx context.Context, tx *models.Tx) error {
		name, phone, err := whom(ctx, tx.Read(), row)
		if err != nil {
			return err
		}
		m, err := message(row)
		if err != nil {
			m.Text = ""
		}
		key := CaseReach + ":" + row.Key
		if row.Version > 0 {
			key = CaseReach + ":" + row.Subject + ":" + strconv.Itoa(row.Version)
		}
		return sp.OpenCase(tx, models.Case{
			Key: key, Kind: CaseReach, Roles: []models.Role{models.Desk}, Subject: row.Subject, ContactID: row.ContactID, DueAt: row.UselessAfter,
			Details: map[string]string{"Name": name, "Phone": phone, "Words": firstWords(m.Text), "Why": why},
		})
	}
}

// whom finds who is to be called: whoever the visit was booked for, else the
// client behind the contact.
func whom(ctx context.Context, s *models.Store, row models.Outgoing) (name, phone string, err error) {
	if id := models.SubjectID("Appointment", row.Subject); id != "" {
		p, err := s.AppointmentByID(ctx, id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", "", err
		}
		if p.Phone != "" {
			return p.PatientName, outreach.ShowPhone(p.Phone), nil
		}
	}
	contact, err := s.Contact(ctx, row.ContactID)
	if errors.Is(err, models.ErrNotFound) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	list, err := s.ClientsOf(ctx, row.ContactID)
	if err != nil {
		return "", "", err
	}
	if contact.ClientID != "" {
		own, err := s.ClientByID(ctx, contact.ClientID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", "", err
		}
		list = append(list, own)
	}
	name = contact.Display
	for _, c := range list {
		if c.Name != "" {
			name = c.Name
		}
		if c.Phone != "" {
			return name, outreach.ShowPhone(c.Phone), nil
		}
	}
	return name, "", nil
}

func firstWords(s string) string {
	n := 0
	for at := range s {
		if n == wordsShown {
			return s[:at] + "…"
		}
		n++
	}
	return s
}
