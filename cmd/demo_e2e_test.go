package cmd_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
	"zhenban/bot/webchat/webchattest/browser"
)

// shifted is the real clock as if the test began on a Monday morning.
type shifted struct {
	clockwork.Clock
	by time.Duration
}

func mondayMorning() shifted {
	real := clockwork.NewRealClock()
	return shifted{real, time.Date(2026, 11, 23, 1, 12, 0, 0, time.UTC).Sub(real.Now())}
}

// Now implements clockwork.Clock.
func (s shifted) Now() time.Time { return s.Clock.Now().Add(s.by) }

// Since implements clockwork.Clock.
func (s shifted) Since(t time.Time) time.Duration { return s.Now().Sub(t) }

// Until implements clockwork.Clock.
func (s shifted) Until(t time.Time) time.Duration { return t.Sub(s.Now()) }

// demo runs `zhenban demo` of a preset.
func demo(t *testing.T, preset string) *program {
	t.Helper()
	env := []string{"ZHENBAN_DB=sqlite:" + filepath.Join(t.TempDir(), "demo.db")}
	return start(t, opened, env, mondayMorning(), "demo", "--preset", preset, "--listen", "127.0.0.1:0")
}

// phones is the demo's page in a browser.
type phones struct {
	t      *testing.T
	tab    context.Context
	shots  string
	mu     sync.Mutex
	faults []string // what the page complained of
}

func openPhones(t *testing.T, p *program) *phones {
	t.Helper()
	if _, err := browser.Find(); errors.Is(err, browser.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	tab, stop, err := browser.Start(within(t))
	require.NoError(t, err)
	t.Cleanup(stop)
	ph := &phones{t: t, tab: tab, shots: os.Getenv("ZHENBAN_SHOTS")}
	if ph.shots == "" {
		ph.shots = t.TempDir()
	}
	require.NoError(t, os.MkdirAll(ph.shots, 0o755))
	require.NoError(t, chromedp.Listen(tab, ph.listen))
	ph.run(browser.Size(1280, 800), browser.Prefer(false), chromedp.Navigate(p.url+"/?lang=zh-Hans"))
	return ph
}

func (p *phones) listen(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		p.faults = append(p.faults, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			p.faults = append(p.faults, e.Entry.Text)
		}
	}
}

func (p *phones) run(actions ...browser.Action) {
	p.t.Helper()
	if err := chromedp.Do(p.tab, actions...); err != nil {
		_ = chromedp.Do(context.WithoutCancel(p.tab), browser.Shot(filepath.Join(p.shots, "failed.png"))) // best effort
		p.t.Fatalf("%v\nclient's phone: %s", err, p.text("client"))
	}
}

func (p *phones) eval(script string) string {
	v, _ := chromedp.Run(p.tab, chromedp.Evaluate[string](script)) // empty when the page is gone
	return v
}

// text is everything on a phone.
func (p *phones) text(who string) string {
	return p.eval(inPhone(who, `doc.getElementById("entries").innerText`))
}

// inPhone reaches into a phone's frame.
func inPhone(who, expression string) string {
	return `((doc) => ` + expression + `)(document.getElementById("` + who + `").contentDocument)`
}

const bubbles = `[...doc.querySelectorAll("#entries .row")]`

// hears waits until the newest rows of a phone say something, after the mark of
// the last thing that was said on it.
func (p *phones) hears(who, words string) {
	p.t.Helper()
	p.run(browser.Wait(inPhone(who, bubbles+`.slice(window.top["mark-`+who+`"] ?? 0).some((b) => b.innerText.includes(`+quote(words)+`))`)))
}

func (p *phones) mark() {
	for _, who := range []string{"client", "staff"} {
		p.run(browser.Do(`window.top["mark-` + who + `"] = ` + inPhone(who, bubbles+".length")))
	}
}

// taps presses the option that holds words, once it can be pressed.
func (p *phones) taps(who, words string) {
	p.t.Helper()
	find := `[...doc.querySelectorAll(".live .option")].find((b) => b.textContent.includes(` + quote(words) + `))`
	p.run(browser.Wait(inPhone(who, find)))
	p.mark()
	p.run(browser.Do(inPhone(who, find+`.click()`)))
}

// says types into a phone.
func (p *phones) says(who, words string) {
	p.t.Helper()
	p.mark()
	p.run(browser.Do(inPhone(who, `{ const i = doc.getElementById("say"); i.focus(); i.value = `+quote(words)+`; i.dispatchEvent(new Event("input", { bubbles: true })); }`)))
	p.run(chromedp.KeyEvent(kb.Enter))
}

func quote(s string) string { return "`" + s + "`" }

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

var shownNumber = regexp.MustCompile(`预约成功[^\n]*?(` + numberForm + `)`)

func (p *phones) number() string {
	p.t.Helper()
	all := shownNumber.FindAllStringSubmatch(p.text("client"), -1)
	require.NotEmpty(p.t, all)
	return all[len(all)-1][1]
}

// A person and the desk see the same visit booked, moved and cancelled, each on
// their own phone.
func TestDemoInBrowser(t *testing.T) {
	p := openPhones(t, demo(t, "vet"))
	p.hears("client", "同意")
	p.hears("staff", "小林") // the desk is greeted as the desk
	p.shot("demo-1-opened")
	p.taps("client", "同意")
	p.hears("client", "想办什么")
	p.taps("client", "预约")
	p.hears("client", "想约哪个项目")
	p.taps("client", "疫苗接种")
	p.shot("demo-2-booking")
	p.taps("client", "狗")
	p.taps("client", "都可以")
	p.hears("client", "什么时候方便")
	p.shot("demo-3-times")
	p.taps("client", "周二")
	p.hears("client", "叫什么名字")
	p.says("client", "豆豆")
	p.hears("client", "手机号")
	p.says("client", "13800000002")
	p.hears("client", "请核对")
	p.shot("demo-4-confirm")
	readme(t, p)
	p.taps("client", "确认预约")
	p.hears("client", "预约成功")
	first := p.number()
	p.hears("staff", first)
	p.shot("demo-5-booked")

	p.says("client", "明天下午三点给豆豆约王医生洗牙")
	p.hears("client", "洗牙")
	p.shot("demo-6-sentence")
	p.says("client", "取消")
	p.says("client", "后天下午三点给豆豆约李建平洗牙")
	p.hears("client", "请核对")
	p.taps("client", "确认预约")
	p.hears("client", "预约成功")
	second := p.number()
	p.hears("staff", second)

	p.says("client", "改期 "+second)
	p.hears("client", "改到什么时候")
	p.shot("demo-7-moving")
	p.says("client", "1")
	p.hears("client", second+" 改到")
	p.says("client", "1")
	p.hears("client", "改好了")
	p.hears("staff", second)
	p.shot("demo-8-moved")

	p.says("client", "取消预约 "+first)
	p.hears("client", "已取消")
	p.hears("staff", first)
	p.shot("demo-9-cancelled")

	for _, day := range []string{"24日", "25日", "26日"} {
		p.run(chromedp.Click(chromedp.CSS(`[data-advance="24h"]`)), browser.Wait(`document.getElementById("date").textContent.includes("`+day+`")`),
			browser.Wait(`![...document.querySelectorAll(".moves button")].some((b) => b.disabled)`))
	}
	p.says("staff", "今日预约")
	p.hears("staff", "豆豆")
	p.shot("demo-10-day-list")
	p.taps("staff", "豆豆")
	p.hears("staff", second)
	p.shot("demo-11-visit")
	p.run(browser.Prefer(true))
	p.shot("demo-12-dark")
	p.run(browser.Prefer(false), browser.Size(390, 844))
	p.shot("demo-13-narrow")
}

// readme writes the picture of README.md when it is asked for.
func readme(t *testing.T, p *phones) {
	if os.Getenv("ZHENBAN_README_SHOT") == "" {
		return
	}
	require.NoError(t, os.MkdirAll("../docs", 0o755))
	p.run(browser.Shot("../docs/demo.png"))
}

// Every preset's demo books by always taking the first option.
func TestEveryDemoBooks(t *testing.T) {
	for _, preset := range presets() {
		t.Run(preset, func(t *testing.T) {
			p := demo(t, preset)
			status, page := p.get("/")
			require.Equal(t, 200, status)
			token := regexp.MustCompile(`token=([A-Za-z0-9_-]{20,})&amp;as=client`).FindStringSubmatch(page)
			require.NotNil(t, token, page)
			ctx := within(t)
			c, _, err := webchattest.DialHello(ctx, p.url, webchattest.Hello{Token: token[1], Lang: "zh-Hans", Client: client})
			require.NoError(t, err)
			defer c.Cut()
			said, err := c.Ask(ctx, "预约")
			require.NoError(t, err)
			for step := 0; !strings.Contains(all(said), "预约成功"); step++ {
				require.Less(t, step, 15, all(said))
				first := pick(said)
				require.NotNil(t, first, all(said))
				said, err = c.Choose(ctx, *first)
				require.NoError(t, err)
			}
			require.Regexp(t, numberForm, all(said))
			require.NoError(t, c.Close())
			require.Zero(t, p.stop(), p.err)
		})
	}
}

func all(said []webchat.Said) string {
	var b strings.Builder
	for _, s := range said {
		b.WriteString(s.Text + "\n")
	}
	return b.String()
}

// pick is the first option of the last message.
func pick(said []webchat.Said) *webchat.Pick {
	for i := len(said) - 1; i >= 0; i-- {
		if len(said[i].Choices) > 0 {
			return &said[i].Choices[0]
		}
	}
	return nil
}
