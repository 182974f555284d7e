package bot_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

// talk keeps a turn as the engine does.
func talk(t *testing.T, db *storetest.DB, seq int64, in bot.Inbound, inline int, messages ...bot.Message) {
	t.Helper()
	in.Channel, in.Address, in.Key = "web", "a", fmt.Sprint("web:a:", seq)
	row := models.Turn{ContactID: "web:a", Seq: seq, Key: in.Key, At: db.Clock.Now()}
	var err error
	row.In, err = json.Marshal(in)
	require.NoError(t, err)
	row.Answer, err = json.Marshal(map[string]any{"m": messages, "i": inline})
	require.NoError(t, err)
	require.NoError(t, db.CommitTurn(context.Background(), row))
	db.Clock.Advance(time.Second)
}

func deliver(t *testing.T, db *storetest.DB, n int) {
	t.Helper()
	list, err := db.ClaimOutbox(context.Background(), models.Claim{Owner: "me", Channel: "web", From: 1, To: 4, Limit: n, Lease: time.Minute})
	require.NoError(t, err)
	for _, o := range list {
		require.NoError(t, db.FinishOutbox(context.Background(), "me", o, models.Outcome{State: models.OutboxSent}))
	}
	db.Clock.Advance(time.Second)
}

func lines(entries []bot.JournalEntry) []string {
	out := []string{}
	for _, e := range entries {
		if e.Mine {
			out = append(out, "> "+e.Text)
		}
		for _, m := range e.Messages {
			out = append(out, m.Text)
		}
	}
	return out
}

func TestJournal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		j := bot.Journal{Store: db.Store}
		ctx := patient(t)
		entries, next, err := j.Since(ctx, "web:a", "", 10)
		require.NoError(t, err)
		assert.Empty(t, entries)
		assert.Empty(t, next)

		// A reminder that was put into the outbox first of all and goes out last.
		putRow(t, db, models.Outgoing{ContactID: "web:a", Priority: models.PriorityPush, NotBefore: db.Clock.Now().Add(time.Hour)}, "reminder")
		option := []bot.Option{{Label: "预约", Value: "/book", Ref: "/book"}, {Label: "周一", Value: "d1", Ref: "1.2"}}
		talk(t, db, 1, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow}, 1, bot.Message{Text: "welcome", Options: option})
		talk(t, db, 2, bot.Inbound{Kind: bot.KindChoice, Choice: "/book"}, 1, bot.Message{Text: "inline"}, bot.Message{Text: "second"})
		putRow(t, db, models.Outgoing{Key: "turn:web:a:2:1", ContactID: "web:a", Priority: models.PriorityReply}, "second")
		deliver(t, db, 9)
		talk(t, db, 3, bot.Inbound{Kind: bot.KindChoice, Choice: "1.2"}, 1, bot.Message{Text: "handed back"})
		putRow(t, db, models.Outgoing{Key: "turn:web:a:3:0", ContactID: "web:a", Priority: models.PriorityReply}, "handed back")
		deliver(t, db, 9)
		talk(t, db, 4, bot.Inbound{Kind: bot.KindImage, Media: &bot.Media{Name: "a.jpg"}}, 0)

		all, next, err := j.Since(ctx, "web:a", "", 10)
		require.NoError(t, err)
		want := []string{"welcome", "> 预约", "inline", "second", "> 周一", "handed back", "> "}
		assert.Equal(t, want, lines(all), "words, then answers, each once")
		assert.Equal(t, "web:a:2", all[1].Key)
		assert.Equal(t, "a.jpg", all[len(all)-1].Media.Name)

		for limit := 1; limit <= 4; limit++ { // pages join without a gap or a double
			var joined []bot.JournalEntry
			at := "0|0"
			for {
				page, next, err := j.Since(ctx, "web:a", at, limit)
				require.NoError(t, err)
				if len(page) == 0 {
					break
				}
				require.LessOrEqual(t, len(page), limit)
				joined, at = append(joined, page...), next
			}
			assert.Equal(t, all, joined, "pages of %d", limit)
		}
		newest, at, err := j.Since(ctx, "web:a", "", 2)
		require.NoError(t, err)
		assert.Equal(t, all[len(all)-2:], newest)
		assert.Equal(t, next, at)

		db.Clock.Advance(time.Hour)
		deliver(t, db, 9)
		page, at, err := j.Since(ctx, "web:a", at, 10)
		require.NoError(t, err)
		assert.Equal(t, []string{"reminder"}, lines(page), "an old row that is delivered late is news")
		page, same, err := j.Since(ctx, "web:a", at, 10)
		require.NoError(t, err)
		assert.Empty(t, page)
		assert.Equal(t, at, same)
		for _, bad := range []string{"x", "1", "1|", "-1|0", "99|0", "0|99|", "5|99"} {
			_, _, err := j.Since(ctx, "web:a", bad, 10)
			assert.Error(t, err, bad)
		}
	})
}
