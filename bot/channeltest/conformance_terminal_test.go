package channeltest_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/channeltest"
	"zhenban/bot/terminal"
)

func TestTerminal(t *testing.T) { channeltest.Run(t, newTerminal) }

// terminalHarness is the chat over a pipe.
type terminalHarness struct {
	t   *testing.T
	ch  *terminal.Channel
	in  *io.PipeWriter
	out *screen
}

func newTerminal(t *testing.T, r bot.Receiver) channeltest.Harness {
	in, typed := io.Pipe()
	h := &terminalHarness{t: t, in: typed, out: &screen{changed: make(chan struct{})}}
	h.ch = terminal.New(terminal.Options{
		In: in, Out: h.out, RunID: "run", Clock: clockwork.NewFakeClockAt(time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC)), Lang: "zh-Hans",
	})
	done := make(chan error, 1)
	go func() { done <- h.ch.Run(context.Background(), r) }()
	t.Cleanup(func() {
		_ = typed.Close()
		<-done
		_ = in.Close()
	})
	return h
}

func (h *terminalHarness) Channel() bot.Channel { return h.ch }
func (h *terminalHarness) Address() string      { return "me" }
func (h *terminalHarness) Pass(time.Duration)   {}
func (h *terminalHarness) Reopen()              {}

func (h *terminalHarness) Say(text string) {
	require.NotContains(h.t, text, "\n", "a line is a message")
	_, err := io.WriteString(h.in, text+"\n")
	require.NoError(h.t, err)
}

func (h *terminalHarness) Tap(int) bool                   { return false }
func (h *terminalHarness) Give(bot.Kind) bool             { return false }
func (h *terminalHarness) Again(int) bool                 { return false }
func (h *terminalHarness) Redeliver() bool                { return false } // Run ends with the error
func (h *terminalHarness) Block() bool                    { return false }
func (h *terminalHarness) Break(channeltest.Failure) bool { return false }

func (h *terminalHarness) Seen(ctx context.Context, n int) ([]channeltest.Seen, error) {
	for {
		all, changed := h.out.messages()
		if len(all) >= n {
			return all, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return all, ctx.Err()
		}
	}
}

// screen is what was printed.
type screen struct {
	mu      sync.Mutex
	text    []string // one write each: an echo or a message
	changed chan struct{}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, string(p))
	close(s.changed)
	s.changed = make(chan struct{})
	return len(p), nil
}

var attachment = regexp.MustCompile(`(?m)^\[[^\n]* \d+ B\]$`)

func (s *screen) messages() ([]channeltest.Seen, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []channeltest.Seen
	for _, text := range s.text {
		if text = strings.TrimSpace(text); text == "" || strings.HasPrefix(text, "> ") {
			continue
		}
		all = append(all, channeltest.Seen{Text: text, Media: attachment.MatchString(text)})
	}
	return all, s.changed
}

func smallPNG() []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)))
	return b.Bytes()
}
