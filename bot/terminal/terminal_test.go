package terminal_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"zhenban/bot"
	"zhenban/bot/terminal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var _ bot.Channel = (*terminal.Channel)(nil)

// script answers as it is told and remembers what it got.
type script struct {
	answer func(in bot.Inbound) ([]bot.Message, error)
	mu     sync.Mutex
	got    []bot.Inbound
}

func (s *script) Receive(_ context.Context, in bot.Inbound) (bot.Reply, error) {
	s.mu.Lock()
	s.got = append(s.got, in)
	s.mu.Unlock()
	m, err := s.answer(in)
	return bot.Reply{ContactID: in.ContactID(), Inline: m}, err
}

func (s *script) Late(context.Context, bot.Reply) error { return nil }

func echo(in bot.Inbound) ([]bot.Message, error) {
	if in.Kind == bot.KindEvent {
		return []bot.Message{{Text: "您好", Options: []bot.Option{{Label: "预约"}, {Label: "看报告", URL: "https://clinic.example/r"}}}}, nil
	}
	return []bot.Message{{Text: "收到：" + in.Text}, {Text: "还有吗？", Options: []bot.Option{{Label: "有"}, {Label: "没有"}}, First: 3}}, nil
}

// output can be read while it is written, and waited for.
type output struct {
	mu   sync.Mutex
	b    strings.Builder
	wait string
	seen chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.b.Write(p)
	if o.wait != "" && strings.Contains(o.b.String(), o.wait) {
		o.wait = ""
		close(o.seen)
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func (o *output) until(text string) <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	seen := make(chan struct{})
	if strings.Contains(o.b.String(), text) {
		close(seen)
		return seen
	}
	o.wait, o.seen = text, seen
	return seen
}

func options(in io.Reader, out io.Writer) terminal.Options {
	return terminal.Options{In: in, Out: out, RunID: "run", Clock: clockwork.NewFakeClockAt(time.Date(2026, 10, 3, 1, 0, 0, 0, time.UTC))}
}

func TestPipe(t *testing.T) {
	var out output
	o := options(strings.NewReader("预约\r\n\n\xff明天\n最后一行"), &out)
	o.Greet, o.Lang = true, "zh-Hans"
	s := &script{answer: echo}
	require.NoError(t, terminal.New(o).Run(t.Context(), s))
	require.Equal(t, `您好
1. 预约
2. 看报告 https://clinic.example/r

> 预约
收到：预约

还有吗？
3. 有
4. 没有

>
> �明天
收到：�明天

还有吗？
3. 有
4. 没有

> 最后一行
收到：最后一行

还有吗？
3. 有
4. 没有

`, out.String())
	require.Len(t, s.got, 4)
	require.Equal(t, bot.EventFollow, s.got[0].Event)
	seen := map[string]bool{}
	for _, in := range s.got {
		require.Equal(t, "terminal:me", in.ContactID())
		require.Equal(t, -1, in.Inline)
		require.Equal(t, "zh-Hans", in.Locale)
		require.True(t, strings.HasPrefix(in.Key, "terminal:me:run:"))
		require.False(t, seen[in.Key])
		seen[in.Key] = true
	}
}

func TestLongLine(t *testing.T) {
	var out output
	long := strings.Repeat("a", 3<<20) + "\nkurz\n"
	s := &script{answer: func(bot.Inbound) ([]bot.Message, error) { return nil, nil }}
	require.NoError(t, terminal.New(options(strings.NewReader(long), &out)).Run(t.Context(), s))
	require.Len(t, s.got, 2)
	require.Len(t, s.got[0].Text, 1<<20)
	require.Equal(t, "kurz", s.got[1].Text)
}

func TestControlCharactersAreNotPrinted(t *testing.T) {
	var out output
	s := &script{answer: func(bot.Inbound) ([]bot.Message, error) {
		return []bot.Message{{Text: "a\x1b[2Jb\rc", Media: &bot.Media{Name: "x\x07.pdf", ContentType: "application/pdf", Data: []byte("12")}}, {Media: &bot.Media{Latitude: 31.2, Longitude: 121.4}}}, nil
	}}
	require.NoError(t, terminal.New(options(strings.NewReader("\x1b[31mrot\n"), &out)).Run(t.Context(), s))
	require.Equal(t, "> [31mrot\na[2Jbc\n[x.pdf application/pdf 2 B]\n\n[geo:31.200000,121.400000]\n\n", out.String())
}

// A push comes between the prompt and the person's next line.
func TestPush(t *testing.T) {
	var out output
	r, w := io.Pipe()
	o := options(r, &out)
	o.Interactive, o.Color = true, true
	c := terminal.New(o)
	done := make(chan error, 1)
	prompt := out.until("> ")
	go func() { done <- c.Run(t.Context(), &script{answer: echo}) }()
	<-prompt
	_, err := c.Send(t.Context(), "me", bot.Message{Text: "提醒：明天 10:15"}, "k")
	require.NoError(t, err)
	_, err = fmt.Fprintln(w, "好")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, <-done)
	const p = "\x1b[2m> \x1b[0m"
	require.Equal(t, p+"\r\x1b[K提醒：明天 10:15\n\n"+p+"收到：好\n\n还有吗？\n3. 有\n4. 没有\n\n"+p+"\n", out.String())

	var refused *bot.SendError
	_, err = c.Send(t.Context(), "you", bot.Message{}, "k")
	require.ErrorAs(t, err, &refused)
	require.Equal(t, bot.Unreachable, refused.Reaction)
}

func TestNotKept(t *testing.T) {
	down := errors.New("database away")
	s := &script{answer: func(in bot.Inbound) ([]bot.Message, error) {
		if in.Text == "a" {
			return nil, down
		}
		return echo(in)
	}}
	var out output
	require.ErrorIs(t, terminal.New(options(strings.NewReader("a\nb\n"), &out)).Run(t.Context(), s), down)
	require.Equal(t, "> a\n", out.String())

	out = output{}
	o := options(strings.NewReader("a\nb\n"), &out)
	o.Interactive, o.Trouble = true, "系统正忙，请再说一次。"
	require.NoError(t, terminal.New(o).Run(t.Context(), s))
	require.Contains(t, out.String(), "系统正忙，请再说一次。\n")
	require.Contains(t, out.String(), "收到：b")
}

func TestStops(t *testing.T) {
	var out output
	r, w := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	o := options(r, &out)
	o.Interactive = true
	prompt := out.until("> ")
	done := make(chan error, 1)
	go func() { done <- terminal.New(o).Run(ctx, &script{answer: echo}) }()
	<-prompt
	cancel()
	require.NoError(t, <-done)
	require.NoError(t, w.Close()) // lets the reader go

	closed, err := os.Open(os.DevNull)
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	require.ErrorContains(t, terminal.New(options(closed, &out)).Run(t.Context(), &script{answer: echo}), "read the terminal")
}

func FuzzLines(f *testing.F) {
	f.Add("预约\r\n明天\n")
	f.Add("\xff\n\x00\r\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		var out output
		sc := &script{answer: echo}
		if err := terminal.New(options(strings.NewReader(s), &out)).Run(t.Context(), sc); err != nil {
			t.Fatal(err)
		}
		for _, in := range sc.got {
			if in.Text == "" || strings.ContainsAny(in.Text, "\n") {
				t.Fatalf("%q gave %q", s, in.Text)
			}
		}
	})
}
