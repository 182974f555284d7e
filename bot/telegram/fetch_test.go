package telegram

import (
	"bytes"
	"image"
	"image/jpeg"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/channeltest"
	"zhenban/bot/telegram/telegramtest"
)

// What becomes of a photo or a document in each way that Telegram can fail to
// give it out; that it is too large is known before anything is fetched.
func TestFetch(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil))
	photo := func(p *telegramtest.Person) { p.Photo(b.Bytes(), "第三天") }
	failing := func(method string, f telegramtest.Fault) func(w *world) {
		return func(w *world) { f.Method = method; w.api.Fail(f) }
	}
	for _, x := range []struct {
		name    string
		send    func(p *telegramtest.Person)
		spoil   func(w *world)
		problem string
		kind    bot.Kind
	}{
		{"photo", photo, nil, "", bot.KindImage},
		{"pdf", func(p *telegramtest.Person) { p.Document("a.pdf", "application/pdf", []byte("%PDF-1.4\n%%EOF"), "") }, nil, "", bot.KindFile},
		{"a photo called a pdf", func(p *telegramtest.Person) { p.Document("a.pdf", "application/pdf", b.Bytes(), "") }, nil, "", bot.KindImage},
		{"too large", func(p *telegramtest.Person) { p.Document("a.pdf", "application/pdf", make([]byte, 21<<20), "") }, nil, "too_large", bot.KindFile},
		{"video", func(p *telegramtest.Person) { p.Video([]byte("x")) }, nil, "video", bot.KindFile},
		{"a page called a photo", func(p *telegramtest.Person) { p.Document("a.png", "image/png", []byte("<html>"), "") }, nil, "lost", bot.KindImage},
		{"a program", func(p *telegramtest.Person) { p.Document("a.exe", "application/x-msdownload", []byte("MZ\x90"), "") }, nil, "kind", bot.KindFile},
		{"a gateway once", photo, failing("getFile", telegramtest.Fault{Status: 502, Body: telegramtest.BadGateway}), "", bot.KindImage},
		{"a gateway always", photo, failing("getFile", telegramtest.Fault{Status: 502, Body: telegramtest.BadGateway, Times: 9}), "lost", bot.KindImage},
		{"half a file once", photo, failing("download", telegramtest.Fault{Kind: telegramtest.Cut}), "", bot.KindImage},
		{"half a file always", photo, failing("download", telegramtest.Fault{Kind: telegramtest.Cut, Times: 9}), "lost", bot.KindImage},
		{"gone from the file server", photo, failing("download", telegramtest.Fault{Status: 404, Body: "{}", Times: 9}), "lost", bot.KindImage},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := newWorld(t, nil)
			x.send(w.api.Person(1))
			w.run()
			in := w.inbox.count(t, 1)[0]
			if x.spoil != nil {
				x.spoil(w)
			}
			files := channeltest.NewFiles()
			bot.NewAttachments(files, []bot.Channel{w.ch}, slog.New(slog.DiscardHandler)).Take(t.Context(), &in)
			require.Equal(t, x.problem, in.Media.Problem)
			require.Equal(t, x.kind, in.Kind)
			require.Equal(t, x.problem == "", files.Len() == 1, "half a file is not kept")
		})
	}
}
