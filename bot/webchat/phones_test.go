package webchat_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
	"zhenban/bot/webchat/webchattest/browser"
)

const (
	clientToken = "demo-client-phone-0001"
	staffToken  = "demo-staff-phone-00001"
)

// phones is a demo with a scripted clinic behind a line that can be cut.
type phones struct {
	t      *testing.T
	tab    context.Context
	memory *webchattest.Memory
	ch     *webchat.Channel
	clock  *clockwork.FakeClock
	url    string
	site   string // another site, which embeds the chat
	shots  string
	cut    func(down bool)
	mu     sync.Mutex
	faults []string // what the page logged

	followed chan bot.Inbound // first visits
}

// clinic answers as a clinic would, as far as looks go.
func clinic(in bot.Inbound) ([]bot.Message, error) {
	switch {
	case in.Address == webchat.Address(staffToken) && in.Kind == bot.KindEvent:
		return []bot.Message{{Text: "王护士，您好。今天 9 个预约，2 件待办。", Options: opts("今日名单", "待办事项", "查找顾客", "发绑定码")}}, nil
	case in.Kind == bot.KindEvent:
		return []bot.Message{
			{Text: "您好，这里是安心宠物医院 🐾\n我可以帮您预约、查报告、答疑，也可以随时转人工。"},
			{Text: "我们会保存您的姓名、电话和就诊信息，仅用于为您服务。详情：https://clinic.example/privacy?v=3&a=1，随时可以说“删除”。", Options: opts("同意", "先不同意", "查看隐私说明")},
		}, nil
	case in.Kind == bot.KindImage:
		return []bot.Message{{Text: "照片收到了，已经发给陈医生。"}}, nil
	case in.Text == "同意":
		return []bot.Message{{Text: "谢谢。请问需要什么？", Options: opts("预约就诊", "我的预约", "查看报告", "护理知识", "联系人工")}}, nil
	case in.Text == "预约就诊" || in.Text == "1":
		return []bot.Message{{Text: "10月4日（周日）陈医生有这些时间，您选一个，或者直接告诉我您方便的时间：", Options: opts("09:00", "09:30", "10:15", "14:00", "15:30", "换一位医生", "换一天")}}, nil
	case in.Text == "10:15":
		return []bot.Message{{
			Text:    "预约成功 ✅\n编号 K7F3M9Q\n豆豆 · 疫苗接种 · 陈医生\n10月4日（周日）10:15\n地址：静安区愚园路 88 号（停车场在后门）\n电话：021-6234 5678 或 13800138000\n请带疫苗本，提前 10 分钟到。",
			Options: opts("改期", "取消预约", "怎么去"),
		}}, nil
	case in.Text == "注意事项":
		return []bot.Message{{Text: "术后护理：\n" + strings.Repeat("伤口保持干燥，佩戴头套，每天检查两次，有红肿渗液及时联系我们。\n", 24), Options: opts("明白了")}}, nil
	case in.Text == "<img src=x onerror=alert(1)>":
		return []bot.Message{{Text: in.Text + " & javascript:alert(1) https://a.example/\"onclick=x"}}, nil
	}
	return []bot.Message{{Text: "好的：" + in.Text}}, nil
}

func opts(labels ...string) []bot.Option {
	var o []bot.Option
	for _, l := range labels {
		o = append(o, bot.Option{Label: l, Value: l})
	}
	return o
}

func openDemo(t *testing.T, demo bool) *phones {
	t.Helper()
	if _, err := browser.Find(); errors.Is(err, browser.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	p := &phones{t: t, clock: clockwork.NewFakeClockAt(time.Date(2026, 10, 3, 1, 30, 0, 0, time.UTC)), followed: make(chan bot.Inbound, 10)}
	p.memory = webchattest.NewMemory(func(in bot.Inbound) ([]bot.Message, error) {
		if in.Kind == bot.KindEvent {
			p.followed <- in
		}
		return clinic(in)
	})
	p.shots = os.Getenv("ZHENBAN_SHOTS") // a folder to keep the pictures in
	if p.shots == "" {
		p.shots = t.TempDir()
	}
	o := webchat.Options{
		Clock: p.clock, Journal: p.memory, Demo: demo, Zone: "Asia/Shanghai",
		Name: func(string) string { return "安心宠物医院" },
	}
	if demo {
		o.Home = webchat.DemoPage(webchat.DemoOptions{Clinic: "安心宠物医院", ClientToken: clientToken, StaffToken: staffToken})
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>安心宠物医院</title>
			<body style="font-family:sans-serif;margin:4rem"><h1>安心宠物医院</h1><p>周一至周日 09:00–21:00，静安区愚园路 88 号。</p>
			<script src="%s/chat/embed.js" data-lang="zh-Hans" async></script></body></html>`, p.url)
	}))
	p.site = site.URL
	o.Origins = []string{site.URL}
	p.ch = webchat.New(o)
	mux := http.NewServeMux()
	p.ch.Register(mux, p.memory)
	mux.HandleFunc("/demo/clock", p.serveClock)
	s := httptest.NewUnstartedServer(mux)
	line := &line{Listener: s.Listener, open: map[net.Conn]bool{}}
	s.Listener, p.cut = line, line.cut
	s.Start()
	p.url = s.URL
	tab, stop, err := browser.Start(ctx)
	require.NoError(t, err)
	p.tab = tab
	require.NoError(t, chromedp.Listen(tab, p.listen))
	t.Cleanup(func() {
		stop()
		p.ch.Close()
		site.Close()
		s.Close()
	})
	return p
}

// listen keeps what the page complains of: script faults, policy violations.
func (p *phones) listen(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, fault(e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.faults = append(p.faults, e.Entry.Text)
		}
	}
}

func (p *phones) serveClock(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		var q struct{ Advance string }
		_ = json.NewDecoder(r.Body).Decode(&q)
		d, err := time.ParseDuration(q.Advance)
		if err != nil {
			http.Error(w, "advance", http.StatusBadRequest)
			return
		}
		p.clock.Advance(d)
		p.push(clientToken, bot.Message{Text: "提醒：明天 10:15 豆豆来接种疫苗，陈医生在 2 号诊室等您。", Options: opts("会来", "会晚到", "改期", "取消")})
		p.push(staffToken, bot.Message{Text: "紧急：顾客 李女士 说豆豆误食了巧克力，已让她立即来院。"})
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"now": p.clock.Now().Format(time.RFC3339), "zone": "Asia/Shanghai", "next": p.clock.Now().Add(2 * time.Hour).Format(time.RFC3339)})
}

func (p *phones) push(token string, m bot.Message) {
	for i := range m.Options {
		m.Options[i].Ref = fmt.Sprintf("9.%d", i+1)
	}
	p.memory.Push("web:"+webchat.Address(token), p.clock.Now(), m)
	_, _ = p.ch.Send(p.t.Context(), webchat.Address(token), m, "")
}

func fault(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Text + " " + d.Exception.Description
	}
	return d.Text
}

func (p *phones) run(actions ...browser.Action) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.tab, actions...))
}

func ask[T any](p *phones, expression string) T {
	p.t.Helper()
	v, err := chromedp.Run(p.tab, chromedp.Evaluate[T](expression))
	require.NoError(p.t, err)
	return v
}

// shot takes a picture, and looks for what would keep somebody out.
func (p *phones) shot(name string) {
	p.t.Helper()
	p.run(browser.Shot(filepath.Join(p.shots, name+".png")))
	problems, err := chromedp.Run(p.tab, browser.Audit())
	require.NoError(p.t, err)
	require.Empty(p.t, problems, name)
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(p.t, p.faults, name)
}

// line is a listener whose connections can be cut and refused.
type line struct {
	net.Listener
	mu   sync.Mutex
	down bool
	open map[net.Conn]bool
}

func (l *line) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		if !l.down {
			l.open[c] = true
			l.mu.Unlock()
			return c, nil
		}
		l.mu.Unlock()
		_ = c.Close()
	}
}

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

// in reaches into a phone.
func in(who, expression string) string {
	return `((doc) => ` + expression + `)(document.getElementById("` + who + `").contentDocument)`
}

func tap(label string) string {
	return `{ const b = [...doc.querySelectorAll(".live .option")].find((b) => b.textContent.endsWith("` + label + `")); b.click(); return true; }`
}

func says(text string) string {
	return `[...doc.querySelectorAll("#entries .theirs")].some((r) => r.textContent.includes("` + text + `"))`
}

func photo() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			img.Set(x, y, color.RGBA{uint8(120 + x/4), uint8(170 - y/4), 150, 255})
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}
