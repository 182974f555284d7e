package bot_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

func vet(t testing.TB) func() *bot.Clinic {
	t.Helper()
	p, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	c, err := bot.NewClinic(p, 1)
	require.NoError(t, err)
	return func() *bot.Clinic { return c }
}

func TestSenderLooksAtQuietHoursAgain(t *testing.T) {
	web := &standIn{name: "web"}
	p := newPost(t, bot.SenderOptions{Clinic: vet(t)}, web)
	p.db.Clock.Advance(13*time.Hour + 30*time.Minute) // 22:30 in Shanghai
	now := p.db.Clock.Now()
	morning := now.Add(9*time.Hour + 30*time.Minute) // 08:00
	push := func(who string, o models.Outgoing) {
		o.ContactID, o.Key = "web:"+who, who
		if o.Priority == 0 {
			o.Priority = models.PriorityPush
		}
		putRow(t, p.db, o, who)
	}
	push("care", models.Outgoing{Kind: models.KindCare})
	push("early", models.Outgoing{Kind: models.KindVisit, UselessAfter: morning})
	push("urgent", models.Outgoing{Kind: models.KindVisit, Urgent: true})
	push("alert", models.Outgoing{Kind: models.KindVisit, Priority: models.PriorityAlert})
	push("staff", models.Outgoing{Kind: models.KindStaff})
	push("answer", models.Outgoing{Priority: models.PriorityReply})
	push("bulk", models.Outgoing{Kind: models.KindNotice, Priority: models.PriorityBulk})
	p.start(t)
	p.drain(t)
	assert.ElementsMatch(t, []string{"urgent", "alert", "staff", "answer"}, web.texts())
	assert.Equal(t, models.OutboxExpired, row(t, p.db, "early").State)
	care := row(t, p.db, "care")
	assert.Equal(t, models.OutboxPending, care.State)
	assert.True(t, morning.Equal(care.NotBefore), care.NotBefore)
	assert.Zero(t, care.Attempts)
	p.db.Clock.Advance(9*time.Hour + 30*time.Minute)
	p.drain(t)
	assert.ElementsMatch(t, []string{"urgent", "alert", "staff", "answer", "care", "bulk"}, web.texts())
}

func TestSenderKeepsToTheCaps(t *testing.T) {
	web := &standIn{name: "web"}
	p := newPost(t, bot.SenderOptions{Clinic: vet(t)}, web)
	put := func(key string, o models.Outgoing) {
		o.Key, o.ContactID, o.Priority = key, "web:a", models.PriorityPush
		putRow(t, p.db, o, key)
	}
	require.NoError(t, p.db.Do(context.Background(), func(_ context.Context, tx *models.Tx) error { return tx.Prefer("web:a", models.KindTip, true) }))
	now := p.db.Clock.Now() // Monday 09:00
	p.start(t)
	put("survey-urgent", models.Outgoing{Kind: models.KindSurvey, Urgent: true})
	put("survey-1", models.Outgoing{Kind: models.KindSurvey})
	p.drain(t)
	put("survey-2", models.Outgoing{Kind: models.KindSurvey})
	put("survey-today", models.Outgoing{Kind: models.KindSurvey, UselessAfter: now.Add(10 * time.Hour)})
	put("tip-1", models.Outgoing{Kind: models.KindTip})
	put("visit-1", models.Outgoing{Kind: models.KindVisit})
	put("visit-2", models.Outgoing{Kind: models.KindVisit})
	p.drain(t)
	assert.Equal(t, []string{"survey-urgent", "survey-1", "tip-1", "visit-1", "visit-2"}, web.texts(), "each kind counts by itself, the urgent one not at all")
	o := row(t, p.db, "survey-2")
	assert.Equal(t, models.OutboxPending, o.State)
	assert.True(t, now.Add(23*time.Hour).Equal(o.NotBefore), "tomorrow, when quiet hours are over: %s", o.NotBefore)
	o = row(t, p.db, "survey-today")
	assert.Equal(t, models.OutboxSuppressed, o.State)
	assert.Equal(t, "enough of this kind: survey", o.Error)

	p.db.Clock.Advance(23 * time.Hour)
	p.drain(t)
	assert.Equal(t, models.OutboxSent, row(t, p.db, "survey-2").State)
	put("survey-3", models.Outgoing{Kind: models.KindSurvey})
	p.drain(t)
	o = row(t, p.db, "survey-3")
	assert.Equal(t, models.OutboxPending, o.State)
	assert.True(t, now.Add(7*24*time.Hour).Equal(o.NotBefore), "two in seven days: %s", o.NotBefore)
}
