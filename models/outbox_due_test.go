package models_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models"
	"zhenban/models/storetest"
)

// rowsRead counts what a MySQL-compatible server reads for one statement.
func rowsRead(t *testing.T, dsn, query string, args ...any) int {
	t.Helper()
	raw := storetest.Raw(t, dsn)
	raw.SetMaxOpenConns(1)
	read := func() (n int) {
		rows, err := raw.Query("SHOW SESSION STATUS LIKE 'Handler_read%'")
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var name string
			var value int
			require.NoError(t, rows.Scan(&name, &value))
			n += value
		}
		require.NoError(t, rows.Err())
		return n
	}
	before := read()
	rows, err := raw.Query(query, args...)
	require.NoError(t, err)
	for rows.Next() { // to the end
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	return read() - before
}

// plan is how SQLite goes about a statement.
func plan(t *testing.T, dsn, query string, args ...any) string {
	t.Helper()
	rows, err := storetest.Raw(t, dsn).Query("EXPLAIN QUERY PLAN "+query, args...)
	require.NoError(t, err)
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var id, parent, none int
		var detail string
		require.NoError(t, rows.Scan(&id, &parent, &none, &detail))
		out.WriteString(detail + "\n")
	}
	require.NoError(t, rows.Err())
	return out.String()
}

// A claim reads what is due and what precedes it, and no more: not what was
// sent, what is not due yet, or what is being sent to others.
func TestClaimReadsOnlyWhatIsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		claim := models.Claim{Owner: "me", Channel: "web", From: models.PriorityReply, To: models.PriorityPush, Limit: 16, Lease: time.Minute}
		require.NoError(t, db.Do(bg(), func(_ context.Context, tx *models.Tx) error {
			for i := range 2000 {
				o := models.Outgoing{Key: fmt.Sprint(i), ContactID: fmt.Sprint("web:", i%500), Priority: models.PriorityPush, Kind: models.KindCare, Body: []byte("x")}
				if i%4 == 3 {
					o.NotBefore = tx.Now.Add(time.Hour)
				}
				if err := tx.Enqueue(o); err != nil {
					return err
				}
			}
			return nil
		}))
		for range 20 {
			list, err := db.ClaimOutbox(bg(), claim)
			require.NoError(t, err)
			require.Len(t, list, 16)
			done := make([]models.Finish, 8) // the others are being sent
			for i := range done {
				done[i] = models.Finish{Row: list[i], End: models.Outcome{State: models.OutboxSent}}
			}
			gone, err := db.FinishSent(bg(), "me", done)
			require.NoError(t, err)
			require.Empty(t, gone)
		}
		query, args := models.DueQuery(db.Store, claim)
		if db.IsMySQL() {
			assert.Less(t, rowsRead(t, db.DSN, query, args...), 40*claim.Limit)
			return
		}
		got := plan(t, db.DSN, query, args...)
		assert.NotContains(t, got, "TEMP B-TREE", "in the order of the index")
		for line := range strings.Lines(got) {
			if strings.HasPrefix(line, "SEARCH") || strings.HasPrefix(line, "SCAN") && !strings.HasPrefix(line, "SCAN p") {
				assert.Regexp(t, `INDEX (outbox_due \(channel=\? AND state=\? AND priority=\? AND not_before<\?|outbox_order \(contact_id=\? AND state=\?|outbox_sent \(contact_id=\? AND sent_seq)`, line)
			}
		}
	})
}
