package cmd_test

import (
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// waitFor asks again and again until ok holds.
func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	ctx := within(t)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("never came about")
		}
	}
}

// line is a TCP line to a server that can be cut and mended.
type line struct {
	to   string
	l    net.Listener
	mu   sync.Mutex
	down bool
	open map[net.Conn]bool
	all  sync.WaitGroup
}

// lineTo opens a line to the server of a MySQL DSN and gives the DSN through it.
func lineTo(t *testing.T, dsn string) (*line, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	l := &line{to: u.Host, open: map[net.Conn]bool{}}
	l.l, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l.all.Go(l.accept)
	t.Cleanup(func() {
		_ = l.l.Close()
		l.cut(true)
		l.all.Wait()
	})
	u.Host = l.l.Addr().String()
	return l, u.String()
}

func (l *line) accept() {
	for {
		in, err := l.l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", l.to)
		if err != nil || !l.enter(in, out) {
			_ = in.Close()
			if out != nil {
				_ = out.Close()
			}
			continue
		}
		l.all.Go(func() { l.pass(in, out) })
		l.all.Go(func() { l.pass(out, in) })
	}
}

func (l *line) enter(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return false
	}
	for _, c := range conns {
		l.open[c] = true
	}
	return true
}

func (l *line) pass(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

// cut drops what is connected and refuses what comes, until it is mended.
func (l *line) cut(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = down
	if down {
		for c := range l.open {
			_ = c.Close()
		}
		clear(l.open)
	}
}
