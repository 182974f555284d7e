package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates"
)

// base is an options of a clinic with nothing in it.
func base(t *testing.T, start time.Time) (Options, *clockwork.FakeClock) {
	t.Helper()
	clock := clockwork.NewFakeClockAt(start)
	store, err := models.Open(t.Context(), models.Options{
		DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), DataKey: testKey, Now: clock.Now,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	profile, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	clinic, err := config.NewClinic(profile)
	require.NoError(t, err)
	book, err := templates.Load()
	require.NoError(t, err)
	c := Clinic{Clinic: clinic, Slots: slots.NewIndex(clinic)}
	return Options{
		Store: store, Clock: clock, Log: slog.New(slog.DiscardHandler), Book: book, Clinic: func() Clinic { return c }, Retention: 30 * 24 * time.Hour,
	}, clock
}

// testKey is 32 bytes in base64: a passphrase would be stretched anew for every store.
const testKey = "YSBrZXkgZm9yIHRlc3RzIG9ubHksIDMyIGJ5dGVzISE="

func TestPruneKeepsTheSession(t *testing.T) {
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	o, _ := base(t, now)
	for seq, at := range map[int64]time.Time{1: now.AddDate(0, 0, -90), 2: now.AddDate(0, 0, -60), 3: now.AddDate(0, 0, -40)} {
		turn := models.Turn{ContactID: "web:a", Seq: seq, Key: string(rune('a' + seq)), At: at, In: []byte("{}")}
		require.NoError(t, o.Store.CommitTurn(t.Context(), turn))
	}
	require.NoError(t, prune(t.Context(), o))
	left, err := o.Store.TurnsSince(t.Context(), "web:a", 0, 10)
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.EqualValues(t, 3, left[0].Seq, "the newest turn is the session and stays, however old")
}

// unsure deletes files, and fails at one of them once.
type unsure struct {
	gone  []string
	fails string
}

func (u *unsure) Delete(_ context.Context, key string) error {
	if key == u.fails {
		u.fails = ""
		return errors.New("the disk is away")
	}
	u.gone = append(u.gone, key)
	return nil
}

// Photos go when they are old or were taken back, the bytes first; those of a
// record stay as long as the law asks.
func TestSweepDeletesFiles(t *testing.T) {
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	o, _ := base(t, now)
	files := &unsure{fails: "f-old"}
	o.Files = files
	for _, a := range []models.Attachment{
		{ID: "old", At: now.AddDate(0, 0, -40)},
		{ID: "new", At: now.AddDate(0, 0, -20)},
		{ID: "taken", At: now.AddDate(0, 0, -1), DroppedAt: now},
		{ID: "record", At: now.AddDate(-2, 0, 0), Subject: "CarePlan/1"},
		{ID: "archive", At: now.AddDate(-4, 0, 0), Subject: "CarePlan/2"},
	} {
		a.ContactID, a.File, a.ContentType = "web:a", "f-"+a.ID, "image/jpeg"
		require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.SaveAttachment(a) }))
	}
	require.Error(t, prune(t.Context(), o))
	require.NoError(t, prune(t.Context(), o), "what failed is found again")
	require.ElementsMatch(t, []string{"f-old", "f-taken", "f-archive"}, files.gone)
	left, err := o.Store.AttachmentsFrom(t.Context(), "web:a", now.AddDate(-9, 0, 0), 9)
	require.NoError(t, err)
	require.Len(t, left, 2)
	dropped, err := o.Store.DroppedAttachments(t.Context(), 9)
	require.NoError(t, err)
	require.Empty(t, dropped)
}

func TestSweepFreesHeldTimes(t *testing.T) {
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	o, clock := base(t, now)
	claims := []slots.Claim{{Resource: "p:wang", From: 10, To: 12}}
	hold := models.Hold{ID: "h1", ContactID: "web:a", ExpiresAt: now.Add(5 * time.Minute)}
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.TakeHold(hold, claims, "", 2) }))
	require.NoError(t, sweepHolds(t.Context(), o))
	held, err := o.Store.Holds(t.Context(), "web:a")
	require.NoError(t, err)
	require.Len(t, held, 1, "a hold in force stays")
	clock.Advance(6 * time.Minute)
	now = clock.Now()
	require.NoError(t, sweepHolds(t.Context(), o))
	again := models.Hold{ID: "h2", ContactID: "web:b", ExpiresAt: now.Add(5 * time.Minute)}
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.TakeHold(again, claims, "", 2) }))
}

func TestJobsAreWellFormed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o, _ := base(t, time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC))
	require.NoError(t, New(o).Run(ctx))
	for _, j := range CalendarJobs() {
		_, err := j.after(o.Clock.Now(), o.Clock.Now().AddDate(1, 0, 0), 1)
		require.NoError(t, err)
	}
}
