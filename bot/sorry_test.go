package bot_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates"
)

// broken is a conversation that fails in the way asked for.
type broken struct{}

func (broken) Name() string { return "broken" }

func (broken) Step(_ context.Context, t *bot.Turn) error {
	if t.In.Text == "panic" {
		panic(t.In.Text)
	}
	return errors.New("broken")
}

// The real engine under the intake: its apology is in the person's language,
// names the clinic's phone, and leaves no turn.
func TestIntakeWithTheEngine(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	profile, _, err := config.LoadProfile("vet")
	require.NoError(t, err)
	clinic, err := bot.NewClinic(profile, 1)
	require.NoError(t, err)
	book, err := templates.Load()
	require.NoError(t, err)
	log := &logBook{}
	engine, err := bot.NewEngine(bot.EngineOptions{
		Store: db.Store, Clinic: func() *bot.Clinic { return clinic }, Book: book, Now: db.Clock.Now, Log: log.logger(),
		Routes: bot.Routes{Flows: []bot.Flow{broken{}}, Commands: map[string]string{"/x": "broken"}, Unknown: "/x", Start: "/x"},
	})
	require.NoError(t, err)
	cipher, err := models.ParseDataKey(storetest.DataKey)
	require.NoError(t, err)
	spool, err := bot.OpenSpool(bot.SpoolOptions{Path: filepath.Join(t.TempDir(), "spool"), Cipher: cipher})
	require.NoError(t, err)
	defer spool.Close()
	intake := bot.NewIntake(bot.IntakeOptions{Engine: engine, Store: db.Store, Spool: spool, Clock: db.Clock, Log: log.logger(), Sorry: engine.Sorry})
	for text, want := range map[string]string{"出错了吗": "抱歉，刚才", "這裡壞了嗎": "抱歉，剛才", "is this thing broken": "Sorry, something", "panic": "抱歉，刚才"} {
		in := said("a"+want, 1)
		in.Text = text
		r, err := intake.Receive(patient(t), in)
		require.NoError(t, err)
		require.Len(t, r.Inline, 1)
		assert.Contains(t, r.Inline[0].Text, want)
		assert.Contains(t, r.Inline[0].Text, profile.Phone)
		_, err = db.LastTurn(patient(t), in.ContactID())
		assert.ErrorIs(t, err, models.ErrNotFound)
	}
	require.NoError(t, db.Close()) // the database goes
	in := said("b", 1)
	in.Locale, in.Text = "en-GB", "123"
	r, err := intake.Receive(patient(t), in)
	require.NoError(t, err)
	assert.Contains(t, r.Inline[0].Text, "We have your message")
	assert.True(t, spool.Has("web:b"))
}
