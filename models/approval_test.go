package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func TestApprovalIsOfOneWording(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		decide := func(hash string, ok bool, by string) {
			do(t, db.Store, write(func(tx *models.Tx) error {
				return tx.Decide(models.Approval{Kind: "tip", ID: "fleas", Hash: hash, Approved: ok, By: by})
			}))
		}
		read := func() models.Approvals {
			a, err := db.Approvals(bg(), "tip")
			require.NoError(t, err)
			return a
		}
		assert.False(t, read().Allow("fleas", "h1", false), "nobody decided")
		assert.True(t, read().Allow("fleas", "h1", true), "the file decides")
		decide("h1", true, "staff-1")
		assert.True(t, read().Allow("fleas", "h1", false))
		assert.False(t, read().Allow("fleas", "h2", false), "another wording")
		assert.False(t, read().Allow("ticks", "h1", false), "another entry")
		db.Clock.Advance(time.Hour)
		decide("h1", false, "staff-2")
		assert.False(t, read().Allow("fleas", "h1", true), "a refusal stands above the file")
		d, ok := read().Decided("fleas", "h1")
		require.True(t, ok)
		assert.Equal(t, "staff-2", d.By)
		assert.True(t, d.At.Equal(storetest.Start().Add(time.Hour)))
		other, err := db.Approvals(bg(), "aftercare")
		require.NoError(t, err)
		assert.Empty(t, other)
	})
}
