package cmd

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

// broken is an engine whose every turn fails.
type broken struct{ err error }

func (b *broken) Receive(context.Context, bot.Inbound) (bot.Reply, error) { return bot.Reply{}, b.err }

func (b *broken) Late(context.Context, bot.Reply) error { return b.err }

// layAside leaves messages in the spool of the settings that nobody could handle.
func layAside(t *testing.T, d *desk, path string, texts ...string) {
	t.Helper()
	cipher, err := models.ParseDataKey(quickKey)
	require.NoError(t, err)
	s, err := bot.OpenSpool(bot.SpoolOptions{Path: path, Cipher: cipher})
	require.NoError(t, err)
	defer s.Close()
	e := &broken{&models.UnavailableError{Err: errors.New("away")}}
	i := bot.NewIntake(bot.IntakeOptions{Engine: e, Store: d.store(), Spool: s, Clock: d.clock, Sorry: func(*bot.Inbound, string, map[string]any) bot.Message {
		return bot.Message{Text: "sorry"}
	}})
	for n, text := range texts {
		_, err := i.Receive(t.Context(), bot.Inbound{Channel: "web", Address: "a", Key: string(rune('a' + n)), Kind: bot.KindText, Text: text})
		require.NoError(t, err)
	}
	e.err = errors.New("a step is broken")
	for _, dead := s.Depth(); dead < len(texts); _, dead = s.Depth() {
		i.Replay(t.Context())
	}
}

func TestSpoolCommand(t *testing.T) {
	for name, c := range map[string]struct{ dsn, set, path string }{
		"beside the database": {dsn: "sqlite:DIR/z.db", path: "z.db.spool"},
		"as set":              {dsn: "sqlite:DIR/z.db", set: "messages.spool", path: "messages.spool"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			d := newDesk(t, strings.ReplaceAll(c.dsn, "DIR", dir), "vet")
			path := filepath.Join(dir, c.path)
			if c.set != "" {
				d.env = append(d.env, "ZHENBAN_SPOOL="+filepath.Join(dir, c.set))
			}
			code, _, errs := d.run("spool", "list")
			require.Equal(t, 1, code)
			require.Contains(t, errs, "no spool")
			layAside(t, d, path, "豆豆吐了", "还在吐", "好了")

			code, out, errs := d.run("spool", "list")
			require.Zero(t, code, errs)
			require.Contains(t, out, "0 waiting, 3 laid aside")
			require.Contains(t, out, "web:a")
			require.NotContains(t, out, "吐", "nobody reads here what people said")

			code, _, errs = d.run("spool", "drop", "2", "9")
			require.Equal(t, 1, code)
			require.Contains(t, errs, "message 9: not found")
			code, out, errs = d.run("spool", "retry", "1")
			require.Zero(t, code, errs)
			require.Equal(t, "1 will be tried again\n", out)
			_, out, _ = d.run("spool", "list")
			require.Contains(t, out, "1 waiting, 1 laid aside")

			code, _, errs = d.run("spool", "drop", "all")
			require.Equal(t, 2, code)
			require.Contains(t, errs, `"all" is no number`)
			code, _, _ = d.run("spool", "retry")
			require.Equal(t, 2, code)

			cipher, err := models.ParseDataKey(quickKey)
			require.NoError(t, err)
			s, err := bot.OpenSpool(bot.SpoolOptions{Path: path, Cipher: cipher})
			require.NoError(t, err)
			code, _, errs = d.run("spool", "list")
			require.Equal(t, 1, code)
			require.Contains(t, errs, "stop the copy first")
			require.NoError(t, s.Close())
		})
	}
}

func TestSpoolPath(t *testing.T) {
	d := newDesk(t, storetest.SQLite(t), "vet")
	s, err := World{Env: append(d.env, "ZHENBAN_DB=mysql://u:p@h:3306/z", "ZHENBAN_LISTEN=:9000")}.settings("")
	require.NoError(t, err)
	path, err := spoolPath(s)
	require.NoError(t, err)
	require.Equal(t, "zhenban-9000.spool", path)
}
