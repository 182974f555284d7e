package models

import (
	"context"
	"slices"
	"time"
)

// ResponseSearch selects; empty fields do not restrict. Results are in the
// order in which they were written down.
type ResponseSearch struct {
	IDs, Patients, Statuses, Forms []string
	From, To                       time.Time // of AuthoredAt, To exclusive
	AfterAt                        time.Time // AuthoredAt and ID of the last one seen
	AfterID                        string
	Limit                          int
}

// FindResponses lists the responses of patients on record, oldest first.
func (s *Store) FindResponses(ctx context.Context, f ResponseSearch) ([]QuestionnaireResponse, error) {
	var q selection
	q.add("patient_id <> ''")
	oneOf(&q, "id IN ?", f.IDs)
	oneOf(&q, "patient_id IN ?", f.Patients)
	oneOf(&q, "status IN ?", f.Statuses)
	oneOf(&q, "form IN ?", f.Forms)
	q.between("authored_at", f.From, f.To, f.AfterAt, f.AfterID)
	return s.responses(ctx, "WHERE "+q.String()+" ORDER BY authored_at, id LIMIT ?", append(q.args, f.Limit)...)
}

// CaseSearch selects; empty fields do not restrict. Results are in the order of
// their IDs, which is that of time.
type CaseSearch struct {
	IDs, States, Patients []string
	After                 string // the last ID seen
	Limit                 int
}

// FindCases lists cases, oldest first.
func (s *Store) FindCases(ctx context.Context, f CaseSearch) ([]Case, error) {
	subjects, err := s.SubjectsOfPatients(ctx, f.Patients)
	if err != nil {
		return nil, err
	}
	var q selection
	q.add("id > ?", f.After)
	oneOf(&q, "id IN ?", f.IDs)
	if slices.Contains(f.States, CaseClosed) {
		q.add("CASE WHEN state IN ? THEN 1 ELSE 0 END = 1", f.States) // no index of it: nearly all are closed
	} else {
		oneOf(&q, "state IN ?", f.States)
	}
	oneOf(&q, "subject IN ?", subjects)
	return s.cases(ctx, "WHERE "+q.String()+" ORDER BY id LIMIT ?", append(q.args, f.Limit)...)
}

// SentSearch selects; empty fields do not restrict. Results are in the order in
// which they went out.
type SentSearch struct {
	IDs, Patients []string
	From, To      time.Time // of when it was sent, To exclusive
	AfterAt       time.Time // when the last one seen was sent, and its ID
	AfterID       string
	Limit         int
}

// FindSent lists what the clinic said to clients by itself and about something,
// oldest first; answers and what went to staff are none.
func (s *Store) FindSent(ctx context.Context, f SentSearch) ([]Outgoing, error) {
	subjects, err := s.SubjectsOfPatients(ctx, f.Patients)
	if err != nil {
		return nil, err
	}
	var q selection
	q.add("kind IN ? AND subject <> ''", Refusable())
	oneOf(&q, "id IN ?", f.IDs)
	if oneOf(&q, "subject IN ?", subjects); len(subjects) > 0 {
		q.add("CASE state WHEN ? THEN 1 ELSE 0 END = 1", OutboxSent) // no index of it: nearly everything is sent
	} else {
		q.add("state = ?", OutboxSent)
	}
	q.between("updated_at", f.From, f.To, f.AfterAt, f.AfterID)
	return s.outboxRows(ctx, "WHERE "+q.String()+" ORDER BY updated_at, id LIMIT ?", append(q.args, f.Limit)...)
}

// between restricts a moment, and goes on after the last row seen.
func (q *selection) between(column string, from, to, afterAt time.Time, afterID string) {
	if !from.IsZero() {
		q.add(column+" >= ?", millis(from))
	}
	if !to.IsZero() {
		q.add(column+" < ?", millis(to))
	}
	if !afterAt.IsZero() {
		at := millis(afterAt)
		q.add(column+" >= ? AND ("+column+" > ? OR id > ?)", at, at, afterID)
	}
}
