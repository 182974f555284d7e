package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"time"

	"zhenban/bot"
	"zhenban/bot/webchat"
	"zhenban/bot/wechat/wechattest"
	"zhenban/config"
	"zhenban/models"
)

const (
	benchToken = "benchtoken"
	benchAppID = "wx0123456789abcdef"
)

// benchWorld is the program under load: wired and served as `zhenban serve`
// does it, with a stand-in for WeChat's API and the floor's server beside it.
type benchWorld struct {
	o        benchOptions
	w        World
	label    string
	progress io.Writer
	app      *app
	platform *wechattest.Server
	address  string // of the program
	bare     *bareServers
	pushID   atomic.Int64
	stmts    *atomic.Int64

	end  context.CancelFunc
	done chan error
}

func startBench(ctx context.Context, w World, o benchOptions, dsn, dir string) (*benchWorld, error) {
	b := &benchWorld{o: o, w: w, label: models.DatabaseLabel(dsn), progress: w.Err, done: make(chan error, 1)}
	b.pushID.Store(7_000_000_000_000_000)
	var err error
	if b.platform, err = wechattest.New(wechattest.Config{AppID: benchAppID, Secret: "bench", Token: benchToken, Clock: w.Clock}); err != nil {
		return nil, err
	}
	key, err := models.NewDataKey()
	if err != nil {
		return nil, err
	}
	s := config.DefaultSettings()
	s.DB, s.Listen, s.Clinic, s.DataKey = dsn, "127.0.0.1:0", "vet", config.Secret(key)
	s.WeChat = config.WeChat{AppID: benchAppID, Secret: "bench", Token: benchToken, APIBase: b.platform.URL}
	var p *platforms
	b.app, err = newApp(ctx, appOptions{
		settings: s, clock: w.Clock, log: slog.New(slog.NewTextHandler(w.Err, &slog.HandlerOptions{Level: slog.LevelWarn})),
		spool: filepath.Join(dir, "spool"),
		channels: func(a *app) ([]bot.Channel, error) {
			var err error
			if p, err = openPlatforms(a, w.Clock, webchat.Options{}); err != nil {
				return nil, err
			}
			return p.list(), nil
		},
	})
	if err != nil {
		b.platform.Close()
		return nil, err
	}
	if b.stmts, err = b.app.store.CountStatements(); err != nil {
		return nil, err
	}
	if b.bare, err = startBare(ctx, b.app.store, w.Clock); err != nil {
		return nil, err
	}
	inner, end := context.WithCancel(ctx)
	b.end = end
	listening := make(chan string, 1)
	go func() { b.done <- serveHTTP(inner, w, b.app, p, func(url string) { listening <- url }) }()
	select {
	case url := <-listening:
		b.address = url[len("http://"):]
		return b, nil
	case err := <-b.done:
		end()
		return nil, errors.Join(err, errors.New("the program did not start"))
	}
}

func (b *benchWorld) stop() error {
	b.end()
	err := <-b.done
	b.bare.close()
	b.app.close()
	b.platform.Close()
	return err
}

// bareServers are what the program is compared with: a handler that only
// checks the signature and commits one row, and one that does nothing at all,
// which shows what the load itself costs.
type bareServers struct {
	floor, null *http.Server
	floorAt     string
	nullAt      string
}

func startBare(ctx context.Context, store *models.Store, clock interface{ Now() time.Time }) (*bareServers, error) {
	f, err := store.NewFloor(ctx)
	if err != nil {
		return nil, err
	}
	var id atomic.Int64
	s := &bareServers{}
	keep := func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("signature") != pushSignature(benchToken, q.Get("timestamp"), q.Get("nonce")) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = f.Keep(r.Context(), id.Add(1), clock.Now(), body)
		}
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, "success")
	}
	nothing := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "success")
	}
	if s.floor, s.floorAt, err = serveBare(keep); err != nil {
		return nil, err
	}
	s.null, s.nullAt, err = serveBare(nothing)
	return s, err
}

func serveBare(h http.HandlerFunc) (*http.Server, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", fmt.Errorf("listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/wechat", h)
	s := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.Serve(l) }()
	return s, l.Addr().String(), nil
}

func (s *bareServers) close() {
	_ = s.floor.Close()
	_ = s.null.Close()
}

func cpus() int { return runtime.GOMAXPROCS(0) }
