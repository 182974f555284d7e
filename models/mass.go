package models

import (
	"context"
	"time"
)

// WayMass is one call to the platform that says the same to many.
const WayMass = "mass"

// States of a Mass.
const (
	MassSending  = "sending"  // under way, or nobody knows how it ended: it is repeated under its key
	MassAccepted = "accepted" // the platform has it; its rows are being marked
	MassSent     = "sent"
	MassFailed   = "failed" // it did not go out
	MassUnknown  = "unknown"
)

// Why a row of a broadcast failed, as its error begins.
const (
	ReasonNoWay  = "no way to them now" // silent for too long, and there is nothing else
	ReasonTooFew = "no way to them now: too few for a message to many"
	ReasonReview = "the platform did not send it:"
)

// Mass is one call that sends a broadcast to many. Its rows of the outbox are
// leased to it, and it is leased to a copy.
type Mass struct {
	ID       string // the platform's key against doubles
	Channel  string
	Batch    string // the broadcast
	Language string // of the wording, as contacts have it
	State    string
	Attempts int
	BegunAt  time.Time
	Receipt  string
}

// MassRules is what a platform allows of calls to many, as far as it is
// counted here; the platform counts as well.
type MassRules struct {
	Least, Most int           // recipients of one call
	PerContact  int           // messages to one contact in a month
	PerDay      int           // calls
	Once        time.Duration // how long a repeat under the same key is dropped
	Zone        *time.Location
	Window      Window // who is silent for longer can be reached in no other way
}

// Month and Day are when the platform began to count.
func (r MassRules) Month(now time.Time) time.Time {
	now = now.In(r.Zone)
	return time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, r.Zone)
}

// Day is the beginning of the platform's day.
func (r MassRules) Day(now time.Time) time.Time {
	now = now.In(r.Zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, r.Zone)
}

// MassBatch is a broadcast that is on its way.
type MassBatch struct {
	ID       string
	Kind     Kind
	Expanded bool
	State    string
}

// MassRow is one recipient of a call.
type MassRow struct {
	ID        string
	ContactID string
	Language  string
	Had       int  // messages of this sort in the platform's month
	May       bool // reachable, and wants the kind
}

type massRow struct {
	ID         string `gorm:"primaryKey"`
	Channel    string
	Batch      string
	Language   string
	State      string
	Total      int
	Attempts   int
	BegunAt    int64
	LeaseUntil int64
	LeaseOwner string
	HoldUntil  int64
	Receipt    string
	Error      string
	UpdatedAt  int64 `gorm:"autoUpdateTime:false"`
}

func (massRow) TableName() string { return "mass_sends" }

func (r massRow) mass() Mass {
	return Mass{
		ID: r.ID, Channel: r.Channel, Batch: r.Batch, Language: r.Language, State: r.State, Attempts: r.Attempts, BegunAt: fromMillis(r.BegunAt), Receipt: r.Receipt,
	}
}

// MassBatches lists the broadcasts that are running.
func (s *Store) MassBatches(ctx context.Context) ([]MassBatch, error) {
	var out []MassBatch
	err := s.r.WithContext(ctx).Raw("SELECT id, kind, expanded, state FROM broadcasts WHERE state = ? ORDER BY id", BroadcastRunning).Scan(&out).Error
	return out, unavailable(s.dialect, err)
}

// MassBatch finds one in any state.
func (s *Store) MassBatch(ctx context.Context, id string) (MassBatch, error) {
	var out []MassBatch
	err := s.r.WithContext(ctx).Raw("SELECT id, kind, expanded, state FROM broadcasts WHERE id = ?", id).Scan(&out).Error
	if err == nil && len(out) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return MassBatch{}, unavailable(s.dialect, err)
	}
	return out[0], nil
}

// MassHold is when the next call may be made, as far as earlier ones tell; the
// zero time for now. What was refused at once counts against no day.
func (s *Store) MassHold(ctx context.Context, channel string, r MassRules) (time.Time, error) {
	now := s.now()
	var held, calls int64
	db := s.r.WithContext(ctx)
	err := db.Raw("SELECT COALESCE(MAX(hold_until), 0) FROM mass_sends WHERE channel = ?", channel).Scan(&held).Error
	if err == nil {
		err = db.Raw("SELECT COALESCE(SUM(attempts), 0) FROM mass_sends WHERE channel = ? AND begun_at >= ? AND (state <> ? OR receipt <> '')",
			channel, millis(r.Day(now)), MassFailed).Scan(&calls).Error
	}
	until := fromMillis(held)
	if calls >= int64(r.PerDay) {
		until = r.Day(now.AddDate(0, 0, 1))
	}
	if !until.After(now) {
		until = time.Time{}
	}
	return until, unavailable(s.dialect, err)
}

// HadMass is how many such messages a contact has had in the platform's month.
func (s *Store) HadMass(ctx context.Context, contactID string, r MassRules) (n int, err error) {
	err = s.r.WithContext(ctx).Raw(hadMass+"?", WayMass, massCounts(), millis(r.Month(s.now())), contactID).Scan(&n).Error
	return n, unavailable(s.dialect, err)
}

const hadMass = "SELECT COUNT(*) FROM outbox m WHERE m.way = ? AND m.state IN ? AND m.updated_at >= ? AND m.contact_id = "

// massCounts are the states of rows that the person has, or may have.
func massCounts() []string { return []string{OutboxSending, OutboxSent, OutboxUnknown} }
