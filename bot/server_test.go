package bot_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/models/storetest"
)

func newServer(t *testing.T, o bot.ServerOptions) (base string, db *storetest.DB, stop func()) {
	t.Helper()
	db = storetest.Open(t, storetest.SQLite(t))
	o.Addr, o.Clock = "127.0.0.1:0", db.Clock
	if o.Ready == nil {
		o.Ready = bot.StoreReady(db.Store)
	}
	s := bot.NewServer(o)
	require.NoError(t, s.Listen(patient(t)))
	stop = running(t, s.Run)
	return "http://" + s.Address().String(), db, stop
}

func get(t *testing.T, url string) (int, string, http.Header) {
	t.Helper()
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := c.Get(url)
	require.NoError(t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(b), r.Header
}

func TestServerHealthAndReadiness(t *testing.T) {
	var fault error
	base, db, _ := newServer(t, bot.ServerOptions{})
	status, body, h := get(t, base+"/healthz")
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"alive":true}`, body)
	assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
	assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
	assert.Contains(t, h.Get("Content-Security-Policy"), "default-src 'none'")
	status, body, _ = get(t, base+"/readyz")
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"ready":true}`, body)
	require.NoError(t, db.Close())
	status, body, _ = get(t, base+"/readyz")
	assert.Equal(t, 503, status)
	assert.JSONEq(t, `{"ready":false,"reason":"the database cannot be reached"}`, body)

	fault = errors.New("profile: none")
	base, _, _ = newServer(t, bot.ServerOptions{Ready: func(context.Context) error { return fault }})
	status, body, _ = get(t, base+"/readyz")
	assert.Equal(t, 503, status)
	assert.JSONEq(t, `{"ready":false,"reason":"profile: none"}`, body)
}

func TestServerIsNotReadyBeforeTheMigrations(t *testing.T) {
	s, err := models.Connect(models.Options{DSN: storetest.SQLite(t)})
	require.NoError(t, err)
	defer s.Close()
	assert.ErrorContains(t, bot.StoreReady(s)(patient(t)), "is not applied")
}

func TestServerMetrics(t *testing.T) {
	m := bot.NewMetrics()
	d := newDesk(t, bot.SpoolOptions{})
	m.Watch(d.db.Store, d.spool, d.db.Clock)
	base, _, _ := newServer(t, bot.ServerOptions{Metrics: m, Mount: []func(*http.ServeMux){func(mux *http.ServeMux) {
		mux.HandleFunc("GET /chat/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	}}})
	put(t, d.db, "web:a", models.PriorityReply, "x")
	m.Count("wechat_refused_signature")
	m.Count("web_upload")
	m.Turn("web", "answered", 1)
	m.Sent("web", "sent")
	get(t, base+"/chat/1")
	get(t, base+"/chat/2")
	get(t, base+"/nowhere/secret")
	_, body, _ := get(t, base+"/metrics")
	for _, line := range []string{
		`zhenban_http_seconds_count{route="GET /chat/{id}",status="418"} 2`, `zhenban_http_seconds_count{route="none",status="404"} 1`,
		`zhenban_refusals_total{reason="wechat_refused_signature"} 1`, `zhenban_events_total{event="web_upload"} 1`,
		`zhenban_turns_total{channel="web",outcome="answered"} 1`, `zhenban_sends_total{channel="web",outcome="sent"} 1`,
		`zhenban_outbox_rows{state="pending"} 1`, `zhenban_outbox_rows{state="failed"} 0`, `zhenban_spool_messages{state="waiting"} 0`,
		`zhenban_db_connections{state="in_use"}`, "go_goroutines",
	} {
		assert.Contains(t, body, line)
	}
	assert.NotContains(t, body, "secret")
	var none *bot.Metrics
	none.Count("x")
	none.Turn("web", "x", 0)
	none.Sent("web", "x")
}

func TestServerRecoversAndLogsWithoutQueries(t *testing.T) {
	log := &logBook{}
	base, _, stop := newServer(t, bot.ServerOptions{Log: log.logger(), Mount: []func(*http.ServeMux){func(mux *http.ServeMux) {
		mux.HandleFunc("/broken", func(http.ResponseWriter, *http.Request) { panic("豆豆") })
		mux.HandleFunc("/limit", func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.Copy(io.Discard, r.Body); err != nil {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}
		})
	}}})
	status, body, _ := get(t, base+"/broken?signature=s3cret")
	assert.Equal(t, 500, status)
	assert.Contains(t, body, `"id"`)
	assert.Contains(t, log.String(), "panic with a string")
	assert.NotContains(t, log.String(), "s3cret")
	assert.NotContains(t, log.String(), "豆豆")

	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := c.Post(base+"/limit", "text/plain", strings.NewReader(strings.Repeat("x", 33<<20)))
	if err == nil { // the server may close before it has read all
		assert.Equal(t, 413, r.StatusCode)
		_ = r.Body.Close()
	}
	req, err := http.NewRequest(http.MethodGet, base+"/healthz", nil)
	require.NoError(t, err)
	req.Header.Set("X-Long", strings.Repeat("x", 80<<10))
	r, err = c.Do(req)
	require.NoError(t, err)
	assert.Equal(t, 431, r.StatusCode)
	_ = r.Body.Close()
	stop()
}

// Requests under way are finished, new ones refused, sockets told to go.
func TestServerShutsDownGracefully(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	m := bot.NewMetrics()
	stopped := make(chan struct{})
	base, _, stop := newServer(t, bot.ServerOptions{Metrics: m, Stop: func() { close(stopped); close(end) }, Mount: []func(*http.ServeMux){func(mux *http.ServeMux) {
		mux.HandleFunc("/slow", func(w http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-end
			_, _ = io.WriteString(w, "done")
		})
		mux.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) {
			c, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			<-stopped
			_ = c.Close(websocket.StatusGoingAway, "")
		})
	}}})
	ws, _, err := websocket.Dial(patient(t), strings.Replace(base, "http", "ws", 1)+"/ws", nil) //nolint:bodyclose // the socket's own
	require.NoError(t, err, "hijacking goes through the wrapper")
	type answer struct {
		status int
		body   string
	}
	got := make(chan answer, 1)
	go func() {
		status, body, _ := get(t, base+"/slow")
		got <- answer{status, body}
	}()
	<-begun
	closed := make(chan error, 1)
	go func() {
		_, _, err := ws.Read(context.Background())
		closed <- err
	}()
	stop()
	assert.Equal(t, answer{200, "done"}, <-got)
	assert.Equal(t, websocket.StatusGoingAway, websocket.CloseStatus(<-closed))
	_, err = net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	assert.Error(t, err)
}

func TestServerPortTaken(t *testing.T) {
	base, _, _ := newServer(t, bot.ServerOptions{})
	s := bot.NewServer(bot.ServerOptions{Addr: strings.TrimPrefix(base, "http://")})
	assert.ErrorContains(t, s.Run(patient(t)), "listen")
}
