package wechat_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/channeltest"
	"zhenban/bot/wechat/wechattest"
)

func photo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil))
	return b.Bytes()
}

// What becomes of a picture in each way that WeChat can fail to give it out.
func TestFetch(t *testing.T) {
	const path = "/cgi-bin/media/get"
	for _, x := range []struct {
		name    string
		spoil   func(f *fixture, m *bot.Media)
		problem string
	}{
		{"whole", func(*fixture, *bot.Media) {}, ""},
		{"the token is void", func(f *fixture, _ *bot.Media) { f.wechat.VoidTokens(false) }, ""},
		{"a page once", func(f *fixture, _ *bot.Media) { f.wechat.BreakNextAt(path, wechattest.FaultPage, 1) }, ""},
		{"a page always", func(f *fixture, _ *bot.Media) { f.wechat.BreakNextAt(path, wechattest.FaultPage, 9) }, "lost"},
		{"a gateway's page", func(f *fixture, _ *bot.Media) { f.wechat.BreakNextAt(path, wechattest.FaultHTML, 9) }, "lost"},
		{"cut off", func(f *fixture, _ *bot.Media) { f.wechat.BreakNextAt(path, wechattest.FaultCut, 9) }, "lost"},
		{"nothing", func(f *fixture, _ *bot.Media) { f.wechat.BreakNextAt(path, wechattest.FaultEmpty, 9) }, "lost"},
		{"without end", func(f *fixture, _ *bot.Media) { f.wechat.BreakNextAt(path, wechattest.FaultFlood, 9) }, "too_large"},
		{"older than three days", func(f *fixture, _ *bot.Media) { f.clock.Advance(73 * time.Hour) }, "lost"},
		{"unknown", func(_ *fixture, m *bot.Media) { m.ID = "media_x" }, "lost"},
		{"no right to download, but an address", func(f *fixture, m *bot.Media) {
			m.URL = f.wechat.PicURL(m.ID)
			f.wechat.FailNextAt(path, 48001, 9)
		}, ""},
		{"an address that is not WeChat's", func(f *fixture, m *bot.Media) {
			m.ID, m.URL = "", "http://127.0.0.1:1/secret"
		}, "lost"},
	} {
		t.Run(x.name, func(t *testing.T) {
			f := newFixture(t)
			m := &bot.Media{ID: f.wechat.PutMedia("image/jpeg", photo(t))}
			x.spoil(f, m)
			files := channeltest.NewFiles()
			in := bot.Inbound{Channel: "wechat", Address: "o1", Key: "wechat:o1:1", Kind: bot.KindImage, Media: m}
			bot.NewAttachments(files, []bot.Channel{f.channel}, slog.New(slog.DiscardHandler)).Take(f.ctx, &in)
			require.Equal(t, x.problem, in.Media.Problem)
			require.Equal(t, x.problem == "", in.Media.File != "")
			require.Equal(t, x.problem == "", files.Len() == 1, "half a file is not kept")
			require.Empty(t, in.Media.Data)
		})
	}
}
