package scheduler

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/models"
)

// Several chunks of readers, two copies, a day of sending: each reader is sent
// one entry a month, never the same one again, and nothing that nobody approved.
func TestTipsGoOutOnceAMonth(t *testing.T) {
	start := time.Date(2026, 12, 4, 7, 0, 0, 0, time.UTC)
	o, clock := base(t, start)
	const readers = tipReaders*2 + 7
	require.NoError(t, o.Store.Do(t.Context(), func(_ context.Context, tx *models.Tx) error {
		for i := range readers {
			id := fmt.Sprintf("web:r%04d", i)
			if err := tx.SaveContact(models.Contact{ID: id, Channel: "web", Address: id[4:], Reach: models.ReachOpen}); err != nil {
				return err
			}
			if err := tx.SubscribeTopic(id, "seasons", true); err != nil {
				return err
			}
		}
		return nil
	}))
	first, second := New(o), New(o)
	sent := func() map[string]int {
		require.NoError(t, first.Drain(t.Context()))
		require.NoError(t, second.Drain(t.Context()))
		out := map[string]int{}
		for i := range readers {
			list, err := o.Store.TipsSent(t.Context(), fmt.Sprintf("web:r%04d", i))
			require.NoError(t, err)
			for id := range list {
				out[id]++
			}
		}
		return out
	}
	require.Empty(t, sent())
	clock.Advance(24 * time.Hour) // the fifth, 15:00
	require.Empty(t, sent(), "nothing is approved")
	clinic := o.Clinic()
	for i := range clinic.Tips.Entries {
		clinic.Tips.Entries[i].Approved = true
	}
	clock.Advance(31 * 24 * time.Hour) // 5 January
	require.Equal(t, map[string]int{"cold": readers}, sent())
	clock.Advance(time.Hour)
	require.Equal(t, map[string]int{"cold": readers}, sent())
	o2, err := o.Store.OutboxByKey(t.Context(), "tip:2027-01:web:r0000")
	require.NoError(t, err)
	require.Equal(t, models.KindTip, o2.Kind)
	require.Equal(t, models.PriorityBulk, o2.Priority)
	clock.Advance(30 * 24 * time.Hour) // 4 February, the first day of spring
	require.Equal(t, map[string]int{"cold": readers, "feast": readers}, sent())
}
