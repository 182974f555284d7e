package scheduler

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/slots"
)

func open(t *testing.T, now *time.Time) Options {
	t.Helper()
	store, err := models.Open(t.Context(), models.Options{
		DSN: "sqlite:" + filepath.Join(t.TempDir(), "s.db"), DataKey: "a passphrase for tests only", Now: func() time.Time { return *now },
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return Options{Store: store, Now: func() time.Time { return *now }, Log: slog.New(slog.DiscardHandler), Retention: 30 * 24 * time.Hour}
}

func TestPruneKeepsTheSession(t *testing.T) {
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	o := open(t, &now)
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

func TestSweepFreesHeldTimes(t *testing.T) {
	now := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	o := open(t, &now)
	claims := []slots.Claim{{Resource: "p:wang", From: 10, To: 12}}
	hold := models.Hold{ID: "h1", ContactID: "web:a", ExpiresAt: now.Add(5 * time.Minute)}
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.TakeHold(hold, claims, "", 2) }))
	require.NoError(t, sweepHolds(t.Context(), o))
	held, err := o.Store.Holds(t.Context(), "web:a")
	require.NoError(t, err)
	require.Len(t, held, 1, "a hold in force stays")
	now = now.Add(6 * time.Minute)
	require.NoError(t, sweepHolds(t.Context(), o))
	again := models.Hold{ID: "h2", ContactID: "web:b", ExpiresAt: now.Add(5 * time.Minute)}
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return tx.TakeHold(again, claims, "", 2) }))
}

func TestJobsAreWellFormed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	clock := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	require.NoError(t, Run(ctx, open(t, &clock)))
}
