package models

import (
	"context"
	"time"
)

// Binding ties a chat contact to a client's record: to all of it, or to one
// patient.
type Binding struct {
	ContactID string
	ClientID  string
	PatientID string // "" for the client's whole record
	How       string
	At        time.Time
}

// Bindings lists a contact's bindings, oldest first.
func (s *Store) Bindings(ctx context.Context, contactID string) ([]Binding, error) {
	var rows []struct {
		ContactID, ClientID, PatientID, How string
		At                                  int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT contact_id, client_id, patient_id, how, at FROM bindings WHERE contact_id = ? ORDER BY at, client_id, patient_id",
		contactID).Scan(&rows).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Binding, len(rows))
	for i, r := range rows {
		out[i] = Binding{r.ContactID, r.ClientID, r.PatientID, r.How, fromMillis(r.At)}
	}
	return out, nil
}

// ContactOfClient is the chat of a client that can be reached, the one bound
// last if there are several; "" for none.
func (s *Store) ContactOfClient(ctx context.Context, clientID string) (string, error) {
	var ids []string
	if clientID == "" {
		return "", nil
	}
	err := s.r.WithContext(ctx).Raw(`SELECT c.id FROM bindings b JOIN contacts c ON c.id = b.contact_id
		WHERE b.client_id = ? AND b.patient_id = '' AND c.reach = ? ORDER BY b.at DESC, c.id LIMIT 1`, clientID, ReachOpen).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", unavailable(s.dialect, err)
	}
	return ids[0], nil
}
