package bot

import (
	"context"
	"time"

	"zhenban/models"
)

// Policy looks once more, at the moment of sending, whether a push goes out:
// what it is about stands as it did, the person has not refused its kind, it
// does not wake anybody, and it is not one too many.
type Policy struct {
	Store  *models.Store
	Clinic func() *Clinic // nil: there are no quiet hours and no limits
}

// staleAfter is when a push without an end of use, put off by limits again
// and again, is no news any more.
const staleAfter = 7 * 24 * time.Hour

// Clear says what becomes of a row instead of being sent; nil: it goes out.
// Answers need no clearing, and what is urgent waits for nothing.
func (p Policy) Clear(ctx context.Context, row models.Outgoing, now time.Time) (*models.Outcome, error) {
	if !needsLook(row) {
		return nil, nil //nolint:nilnil // nothing against it
	}
	looks, err := p.Store.Look(ctx, []models.Outgoing{row})
	if err == nil {
		err = looks[0].Err
	}
	if err != nil {
		return nil, err
	}
	return p.judge(ctx, row, looks[0], now)
}

// needsLook: an answer goes out whatever happened since, by the chat.
func needsLook(row models.Outgoing) bool {
	return row.Kind != "" || row.Subject != "" || len(row.Notice) > 0
}

// judge is Clear of a row that was just looked at.
func (p Policy) judge(ctx context.Context, row models.Outgoing, look models.Look, now time.Time) (*models.Outcome, error) {
	reason := look.Fallen
	if reason == "" && !look.Wants(row.Kind) {
		reason = models.RefusedReason + string(row.Kind)
	}
	switch {
	case reason == models.PausedReason:
		return &models.Outcome{State: models.OutboxPaused, Reason: reason}, nil
	case reason != "":
		return &models.Outcome{State: models.OutboxSuppressed, Reason: reason}, nil
	case !canWait(row) || p.Clinic == nil:
		return nil, nil //nolint:nilnil // nothing against it
	}
	clinic := p.Clinic()
	local := now.In(clinic.Location(""))
	if until := clinic.Outreach.Quiet.Until(local); !until.IsZero() {
		return putOff(row, until, "quiet hours", models.OutboxExpired), nil
	}
	return p.limited(ctx, row, clinic, local)
}

// canWait: staff work when they work, and who is answered is awake.
func canWait(row models.Outgoing) bool {
	return !row.Urgent && row.Priority > models.PriorityAlert && row.Kind != "" && row.Kind != models.KindStaff
}

// limited looks at how many of the kind the contact has had.
func (p Policy) limited(ctx context.Context, row models.Outgoing, clinic *Clinic, local time.Time) (*models.Outcome, error) {
	limit := clinic.Outreach.Caps.Of(string(row.Kind))
	if limit.None() {
		return nil, nil //nolint:nilnil // nothing against it
	}
	list, err := p.Store.DeliveredSince(ctx, row.ContactID, local.AddDate(0, 0, -7))
	if err != nil {
		return nil, err
	}
	var had []time.Time
	for _, d := range list {
		if d.Kind == row.Kind && !d.Urgent {
			had = append(had, d.At)
		}
	}
	next := limit.Next(local, had)
	if next.IsZero() {
		return nil, nil //nolint:nilnil // nothing against it
	}
	if until := clinic.Outreach.Quiet.Until(next); !until.IsZero() {
		next = until
	}
	if row.UselessAfter.IsZero() {
		row.UselessAfter = row.CreatedAt.Add(staleAfter)
	}
	return putOff(row, next, "enough of this kind: "+string(row.Kind), models.OutboxSuppressed), nil
}

// putOff lets a row wait until then; one that is of no use by then ends in the
// state given.
func putOff(row models.Outgoing, until time.Time, reason, late string) *models.Outcome {
	if !row.UselessAfter.IsZero() && !until.Before(row.UselessAfter) {
		return &models.Outcome{State: late, Reason: reason}
	}
	return &models.Outcome{State: models.OutboxPending, PutOff: true, Again: until, Reason: reason}
}
