package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

func TestUndelivered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		end := func(key string, o models.Outgoing, end models.Outcome) {
			o.Key, o.ContactID = key, "web:"+key
			enqueue(t, db, o)
			list := claimAll(t, db.Store, "me", 9)
			require.Len(t, list, 1)
			require.NoError(t, db.FinishOutbox(bg(), "me", list[0], end))
		}
		failed := models.Outcome{State: models.OutboxFailed, Reason: "why"}
		end("old", models.Outgoing{}, failed)
		db.Clock.Advance(72 * time.Hour)
		end("failed", models.Outgoing{}, failed)
		end("sent", models.Outgoing{}, models.Outcome{State: models.OutboxSent})
		end("bulk", models.Outgoing{Priority: models.PriorityBulk}, failed)
		db.Clock.Advance(time.Minute)
		end("unknown", models.Outgoing{Priority: models.PriorityPush}, models.Outcome{State: models.OutboxUnknown})
		told := failed
		told.Lost = write(func(tx *models.Tx) error { return nil })
		end("told", models.Outgoing{Priority: models.PriorityPush}, told)

		list, bulk, err := db.Undelivered(bg(), db.Clock.Now().Add(-time.Hour), 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"unknown", "failed"}, keys(list), "the newest first; what the desk was told of is not in it")
		assert.Equal(t, 1, bulk)
		do(t, db.Store, write(func(tx *models.Tx) error { return tx.Handle(list[0].ID) }))
		list, _, err = db.Undelivered(bg(), db.Clock.Now().Add(-time.Hour), 9)
		require.NoError(t, err)
		assert.Equal(t, []string{"failed"}, keys(list))
	})
}
