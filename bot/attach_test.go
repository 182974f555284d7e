package bot_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/channeltest"
	"zhenban/models"
)

// platform gives out one picture, by its id.
type platform struct {
	bot.Channel

	data []byte
	asks atomic.Int32
}

func (*platform) Name() string { return "web" }

func (p *platform) Fetch(context.Context, *bot.Media) ([]byte, error) {
	p.asks.Add(1)
	return p.data, nil
}

func pngOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))))
	return b.Bytes()
}

func sentPhoto(key string, m *bot.Media) bot.Inbound {
	return bot.Inbound{Channel: "web", Address: "a", Key: key, Kind: bot.KindImage, Media: m, Inline: -1}
}

// A photo is fetched once, kept once under its message's key, and not again for
// a repeat of what was answered.
func TestPhotoIsTakenOnce(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	p, files := &platform{data: pngOf(t)}, channeltest.NewFiles()
	d.attach = bot.NewAttachments(files, []bot.Channel{p}, slog.New(slog.DiscardHandler))
	require.NoError(t, d.spool.Close())
	d.open(t, bot.SpoolOptions{})
	ctx := patient(t)
	in := sentPhoto("k1", &bot.Media{ID: "x"})
	_, err := d.Receive(ctx, in)
	require.NoError(t, err)
	assert.Equal(t, "key of k1", d.engine.took[0].Media.File)
	assert.Equal(t, len(p.data), d.engine.took[0].Media.Size)
	assert.Empty(t, in.Media.File, "the channel's message stays as it was")

	require.NoError(t, d.db.CommitTurn(ctx, models.Turn{ContactID: "web:a", Seq: 1, Key: "k1", At: d.db.Clock.Now(), In: []byte("{}")}))
	_, err = d.Receive(ctx, in)
	require.NoError(t, err)
	assert.EqualValues(t, 1, p.asks.Load(), "answered before")
	assert.Equal(t, 1, files.Len())
}

// While the database is away a photo is kept all the same; the spool holds no
// bytes of it, and it is there when the message is taken up. The same message
// after a crash has the same file.
func TestPhotoWhileTheDatabaseIsAway(t *testing.T) {
	d := newDesk(t, bot.SpoolOptions{})
	files := channeltest.NewFiles()
	d.attach = bot.NewAttachments(files, nil, slog.New(slog.DiscardHandler))
	require.NoError(t, d.spool.Close())
	d.open(t, bot.SpoolOptions{MaxBytes: 4096})
	ctx := patient(t)
	d.engine.set(true)
	in := sentPhoto("k1", &bot.Media{Data: pngOf(t), Name: "a.png"})
	in.Media.Data = append(in.Media.Data, make([]byte, 64<<10)...) // more than the spool takes
	for range 2 {
		_, err := d.Receive(ctx, in)
		require.NoError(t, err)
	}
	require.NoError(t, d.spool.Close())
	d.open(t, bot.SpoolOptions{})
	d.engine.set(false)
	require.True(t, d.Replay(ctx))
	require.Len(t, d.engine.took, 1)
	got := d.engine.took[0].Media
	assert.Equal(t, "key of k1", got.File)
	assert.Empty(t, got.Data)
	assert.Equal(t, 1, files.Len())
}

// What cannot be kept is said to be lost, so that the person sends it again.
func TestPhotoThatCannotBeKept(t *testing.T) {
	files := channeltest.NewFiles()
	files.Fail = errors.New("the disk is full")
	a := bot.NewAttachments(files, nil, slog.New(slog.DiscardHandler))
	in := sentPhoto("k1", &bot.Media{Data: pngOf(t)})
	a.Take(t.Context(), &in)
	assert.Equal(t, "lost", in.Media.Problem)
	again := sentPhoto("k2", &bot.Media{Data: pngOf(t)})
	a.Take(t.Context(), &again)
	assert.Equal(t, "key of k2", again.Media.File)
	assert.Equal(t, "image/png", again.Media.ContentType)
}
