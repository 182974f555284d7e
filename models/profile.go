package models

import (
	"bytes"
	"context"
	"fmt"
	"time"
)

// ProfileVersion is one state of the clinic's profile, as written.
type ProfileVersion struct {
	Version int
	Source  string // the file or preset it came from
	Body    []byte
	At      time.Time
}

// CurrentProfile is the profile in force; ErrNotFound before the first.
func (s *Store) CurrentProfile(ctx context.Context) (ProfileVersion, error) {
	return s.oneProfile(ctx, "ORDER BY version DESC LIMIT 1")
}

// ProfileOf is the profile of an earlier version; ErrNotFound.
func (s *Store) ProfileOf(ctx context.Context, version int) (ProfileVersion, error) {
	return s.oneProfile(ctx, "WHERE version = ?", version)
}

func (s *Store) oneProfile(ctx context.Context, tail string, args ...any) (ProfileVersion, error) {
	var rows []struct {
		Version int
		Source  string
		Body    []byte
		At      int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT version, source, body, at FROM clinic_profiles "+tail, args...).Scan(&rows).Error
	if err != nil {
		return ProfileVersion{}, unavailable(s.dialect, err)
	}
	if len(rows) == 0 {
		return ProfileVersion{}, ErrNotFound
	}
	return ProfileVersion{rows[0].Version, rows[0].Source, rows[0].Body, fromMillis(rows[0].At)}, nil
}

// ProfileNumber is the version in force, 0 for none; copies poll it.
func (s *Store) ProfileNumber(ctx context.Context) (int, error) {
	var n int
	err := s.r.WithContext(ctx).Raw("SELECT COALESCE(MAX(version), 0) FROM clinic_profiles").Scan(&n).Error
	return n, unavailable(s.dialect, err)
}

// PutProfile makes body the profile in force if the one before is version was.
// ErrGone when another import came first. The same body again changes nothing.
func (s *Store) PutProfile(ctx context.Context, was int, source string, body []byte) error {
	if was > 0 {
		cur, err := s.CurrentProfile(ctx)
		if err != nil {
			return err
		}
		if bytes.Equal(cur.Body, body) {
			return nil
		}
	}
	err := s.transact(ctx, func(tx *Tx) error {
		return tx.db.Exec("INSERT INTO clinic_profiles (version, source, body, at) VALUES (?, ?, ?, ?)", was+1, cut(source), body, millis(tx.Now)).Error
	})
	if err != nil && s.dialect.duplicate(err) {
		return ErrGone
	}
	if err != nil {
		return fmt.Errorf("keep clinic profile: %w", err)
	}
	return nil
}

// FutureUse lists the visits to come with their branch, service, practitioner and
// rooms, so that a change of the profile can be refused that would strand them.
func (s *Store) FutureUse(ctx context.Context, now time.Time) ([]Appointment, error) {
	return s.appointments(ctx, "WHERE status IN ? AND end_at > ? ORDER BY start_at, id",
		[]AppointmentStatus{Booked, Arrived}, millis(now))
}
