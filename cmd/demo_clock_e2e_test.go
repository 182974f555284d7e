package cmd_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot/webchat"
	"zhenban/bot/webchat/webchattest"
	"zhenban/models/storetest"
)

// demoPhone is the client's phone of a demo.
type demoPhone struct {
	t      *testing.T
	p      *program
	ctx    context.Context
	c      *webchattest.Client
	token  string
	cursor string
	heard  []string // all that the phone was told
}

var clientToken = regexp.MustCompile(`token=([A-Za-z0-9_-]{20,})&amp;as=client`)

// ring connects the client's phone to a demo, and goes on where it was.
func (d *demoPhone) ring(p *program) {
	d.t.Helper()
	d.p, d.ctx = p, within(d.t)
	_, page := p.get("/")
	found := clientToken.FindStringSubmatch(page)
	require.NotNil(d.t, found)
	if d.token != "" {
		require.Equal(d.t, d.token, found[1], "the same phone after a restart")
	}
	d.token = found[1]
	c, missed, err := webchattest.DialHello(d.ctx, p.url, webchattest.Hello{Token: d.token, Cursor: d.cursor, Lang: "zh-Hans", Client: client})
	require.NoError(d.t, err)
	d.c = c
	for _, item := range missed {
		d.hear(item.Messages)
	}
}

func (d *demoPhone) hear(said []webchat.Said) {
	for _, s := range said {
		d.heard = append(d.heard, s.Text)
	}
}

func (d *demoPhone) hangUp() {
	d.t.Helper()
	d.cursor = d.c.Cursor()
	d.c.Cut()
}

// says sends words and then takes the first option until the answer has what
// is wanted.
func (d *demoPhone) says(words, wanted string) string {
	d.t.Helper()
	said, err := d.c.Ask(d.ctx, words)
	require.NoError(d.t, err)
	for step := 0; ; step++ {
		d.hear(said)
		if strings.Contains(all(said), wanted) {
			return all(said)
		}
		require.Less(d.t, step, 15, all(said))
		first := pick(said)
		require.NotNil(d.t, first, all(said))
		said, err = d.c.Choose(d.ctx, *first)
		require.NoError(d.t, err)
	}
}

// advance moves the demo's clock and then reads what the phone was told.
func (d *demoPhone) advance(by string) time.Time {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.ctx, http.MethodPost, d.p.url+"/demo/clock", strings.NewReader(`{"advance":"`+by+`"}`))
	require.NoError(d.t, err)
	resp, err := client.Do(req)
	require.NoError(d.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(d.t, err)
	require.Equal(d.t, http.StatusOK, resp.StatusCode, string(body))
	var r struct{ Now time.Time }
	require.NoError(d.t, json.Unmarshal(body, &r))
	// What was handed over is there for whoever connects anew.
	d.hangUp()
	d.ring(d.p)
	return r.Now
}

func (d *demoPhone) times(words string) (n int) {
	for _, text := range d.heard {
		if strings.Contains(text, words) {
			n++
		}
	}
	return n
}

// A visit is booked by a sentence; as the clock is moved, each reminder comes
// once, over a restart; what was cancelled sends nothing.
func TestDemoRemindsOverARestart(t *testing.T) {
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "demo.db")
	run := func() *program {
		return start(t, opened, []string{"ZHENBAN_DB=" + dsn}, mondayMorning(), "demo", "--preset", "vet", "--listen", "127.0.0.1:0")
	}
	d := &demoPhone{t: t}
	d.ring(run())
	d.says("周四下午三点约王医生洗牙，狗", "预约成功") // Monday, 09:12
	second := regexp.MustCompile(numberForm).FindString(d.says("周五上午十点约王医生洗牙，狗", "预约成功"))
	require.NotEmpty(t, second)
	d.says("取消预约 "+second, "已取消")
	due := func() int {
		db := storetest.Raw(t, dsn)
		return scalar(t, db, "SELECT COUNT(*) FROM tasks WHERE state = 'due' AND kind = 'visit-remind'")
	}
	require.Equal(t, 2, due(), "of the visit that stands")

	d.advance("50h") // Wednesday, 11:12
	require.Zero(t, d.times("提醒您"))
	now := d.advance("4h") // Wednesday, 15:12: a day before
	require.Equal(t, 1, d.times("提醒您"))
	require.Equal(t, 1, due())
	db := storetest.Raw(t, dsn)
	require.Zero(t, scalar(t, db, "SELECT COUNT(*) FROM outbox WHERE state IN ('pending', 'sending') AND not_before <= ?", now.UnixMilli()), "all has gone out")

	d.hangUp()
	require.Zero(t, d.p.stop(), d.p.err)
	d.ring(run())
	d.advance("21h") // Thursday, 12:12
	require.Equal(t, 1, d.times("提醒您"), "not once more")
	require.Zero(t, d.times("等您"))
	d.advance("1h") // two hours before
	require.Equal(t, 1, d.times("等您"))
	d.advance("72h")
	require.Equal(t, 1, d.times("提醒您"))
	require.Equal(t, 1, d.times("等您"), "and nothing of the one that was cancelled")
	require.Zero(t, due())
	d.hangUp()
	require.Zero(t, d.p.stop(), d.p.err)
	require.NotContains(t, d.p.err.String(), "level=ERROR")
}
