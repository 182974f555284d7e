package webchat_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
)

func (b *bench) get(path string, header ...string) (*http.Response, string) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.ctx, http.MethodGet, b.url+path, nil)
	require.NoError(b.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := b.client.Do(req)
	require.NoError(b.t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, res.Body.Close())
	return res, string(body)
}

func TestPage(t *testing.T) {
	b := start(t, func(o *webchat.Options) { o.Zone = "Asia/Shanghai" })
	res, body := b.get("/", "Accept-Language", "en-GB,en;q=0.9")
	policy := res.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'; script-src 'self'; style-src 'self';")
	require.Contains(t, policy, "frame-ancestors 'self';")
	require.NotContains(t, policy, "unsafe")
	require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
	require.Equal(t, "no-referrer", res.Header.Get("Referrer-Policy"))
	require.Contains(t, body, `<html lang="en">`)
	require.Contains(t, body, `<h1 id="name">Anxin &lt;Clinic&gt;</h1>`)
	require.NotContains(t, body, "<Clinic>", "nor in the setup")
	require.Contains(t, body, `"zone":"Asia/Shanghai"`)
	require.NotRegexp(t, regexp.MustCompile(`<script(?:[^>]*)>[^<{]`), body, "no inline script")
	require.NotRegexp(t, regexp.MustCompile(`\son\w+=|\sstyle=`), body)

	_, body = b.get("/?lang=zh-TW", "Accept-Language", "en")
	require.Contains(t, body, `<html lang="zh-Hant">`)
	require.Contains(t, body, "安心診所")
	res, _ = b.get("/other")
	require.Equal(t, http.StatusNotFound, res.StatusCode)
}

func TestFrameEmbedders(t *testing.T) {
	b := start(t, nil)
	res, _ := b.get("/chat/frame")
	policy := res.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "frame-ancestors 'self' https://clinic.example;")
	require.NotContains(t, policy, "nonsense")
}

func TestAssets(t *testing.T) {
	b := start(t, nil)
	_, page := b.get("/")
	paths := regexp.MustCompile(`/chat/assets/[^"]+`).FindAllString(page, -1)
	require.NotEmpty(t, paths)
	seen := map[string]bool{}
	for len(paths) > 0 { // and what the modules import
		path := paths[0]
		paths = paths[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		res, body := b.get(path)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		require.Contains(t, res.Header.Get("Cache-Control"), "immutable")
		require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
		for _, m := range regexp.MustCompile(`from "\./([^"]+)"`).FindAllStringSubmatch(body, -1) {
			paths = append(paths, path[:strings.LastIndex(path, "/")+1]+m[1])
		}
		require.NotContains(t, body, "innerHTML")
	}
	require.Greater(t, len(seen), 12)

	res, _ := b.get("/chat/assets/0000000000000000/app.js")
	require.Equal(t, "no-store", res.Header.Get("Cache-Control"), "a page of another version")
	for _, path := range []string{"/chat/assets/x/chat.html", "/chat/assets/x/..%2fchannel.go", "/chat/assets/x/none.js"} {
		res, _ = b.get(path)
		require.Equal(t, http.StatusNotFound, res.StatusCode, path)
	}
	res, body := b.get("/chat/embed.js")
	require.Equal(t, "cross-origin", res.Header.Get("Cross-Origin-Resource-Policy"))
	require.Contains(t, body, "/chat/frame")
}

func TestDemoPage(t *testing.T) {
	w := httptest.NewRecorder()
	h := webchat.DemoPage(webchat.DemoOptions{Clinic: `安心 "A&B"`, ClientToken: clientToken, StaffToken: staffToken})
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?lang=en", nil))
	body := w.Body.String()
	require.Contains(t, body, `src="/chat/frame?lang=en#token=`+clientToken+`&amp;as=client"`)
	require.Contains(t, body, `#token=`+staffToken+`&amp;as=staff"`)
	require.Contains(t, body, "安心 &#34;A&amp;B&#34;")
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "frame-src 'self'")
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'")
}

func TestUpload(t *testing.T) {
	b := start(t, func(o *webchat.Options) { o.MaxUpload = 100 << 10 })
	b.memory.Answer = func(in bot.Inbound) ([]bot.Message, error) {
		if in.Kind == bot.KindImage {
			return []bot.Message{{Text: "收到", Media: &bot.Media{Name: "报告.pdf", ContentType: "application/pdf", Data: bytes.Repeat([]byte("%PDF"), 20<<10), URL: "https://secret.example/?token=1"}}}, nil
		}
		return echo(in)
	}
	token := webchattest.Token()
	c, _ := b.dial(token)
	f, err := c.Upload(b.ctx, `C:\照片\..\豆豆<1>.png`, photo())
	require.NoError(t, err)
	require.Empty(t, f.Messages, "they come over the socket")
	in := b.memory.Taken()[1]
	require.Equal(t, bot.KindImage, in.Kind)
	require.Equal(t, "豆豆1.png", in.Media.Name)
	require.Equal(t, "image/png", in.Media.ContentType)
	require.Equal(t, photo(), in.Media.Data)

	e, err := c.Push(b.ctx)
	require.NoError(t, err)
	require.Equal(t, photo(), e.Media.Data, "small: in the frame")
	large := e.Messages[0].Media
	require.Empty(t, large.Data)
	require.NotEmpty(t, large.Path)
	data, err := c.Media(b.ctx, large)
	require.NoError(t, err)
	require.Len(t, data, 80<<10)

	// Somebody else's token finds nothing there; none is let in.
	other, _ := b.dial(webchattest.Token())
	_, err = other.Media(b.ctx, large)
	require.Error(t, err)
	res, _ := b.get(large.Path)
	require.Equal(t, http.StatusUnauthorized, res.StatusCode)
	// After a reload, whose history begins elsewhere, both are found too.
	again, items := b.dial(token)
	require.Len(t, items, 2)
	require.Equal(t, photo(), items[1].Media.Data)
	data, err = again.Media(b.ctx, items[1].Messages[0].Media)
	require.NoError(t, err)
	require.Len(t, data, 80<<10)

	var refused *webchattest.Refused
	_, err = c.Upload(b.ctx, "x.bin", make([]byte, 101<<10))
	require.ErrorAs(t, err, &refused)
	require.Equal(t, webchat.CodeTooLarge, refused.Code)
	_, err = c.Upload(b.ctx, "x.bin", make([]byte, 1<<20))
	require.ErrorAs(t, err, &refused)
	require.Equal(t, webchat.CodeTooLarge, refused.Code)
	_, err = c.Upload(b.ctx, "empty.png", nil)
	require.ErrorAs(t, err, &refused)
	require.Equal(t, webchat.CodeEmpty, refused.Code)
}

func TestUploadLimits(t *testing.T) {
	b := start(t, nil)
	c, _ := b.dial(webchattest.Token())
	for range 10 {
		_, err := c.Upload(b.ctx, "note.txt", []byte("hello"))
		require.NoError(t, err)
	}
	var refused *webchattest.Refused
	_, err := c.Upload(b.ctx, "note.txt", []byte("hello"))
	require.ErrorAs(t, err, &refused)
	require.Equal(t, webchat.CodeRate, refused.Code)
	require.EqualValues(t, time.Minute.Milliseconds(), refused.RetryMS)
	require.Equal(t, bot.KindFile, b.memory.Taken()[1].Kind)
	b.clock.Advance(time.Minute)
	_, err = c.Upload(b.ctx, "note.txt", []byte("hello"))
	require.NoError(t, err)
}

func TestFit(t *testing.T) {
	c := start(t, nil).ch
	short := bot.Message{Text: "短", Options: opts("一")}
	require.Equal(t, []bot.Message{short}, c.Fit(short))

	line := strings.Repeat("字", 999) + "\n"
	long := bot.Message{Text: strings.Repeat(line, 45), Options: opts("一"), First: 4, Media: &bot.Media{Name: "x"}}
	parts := c.Fit(long)
	require.Len(t, parts, 3)
	var all []string
	for i, p := range parts {
		require.LessOrEqual(t, len([]rune(p.Text)), 20_000)
		require.Equal(t, i == 2, len(p.Options) > 0)
		require.Equal(t, i == 0, p.Media != nil)
		all = append(all, p.Text)
	}
	require.Equal(t, 4, parts[2].Number(0))
	require.Equal(t, strings.TrimSuffix(long.Text, "\n"), strings.Join(all, "\n"))
	require.Len(t, c.Fit(bot.Message{Text: strings.Repeat("字", 45_000)}), 3, "no line ends at all")
}
