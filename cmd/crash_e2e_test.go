package cmd_test

import (
	"math/rand/v2"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot/wechat/wechattest"
	"zhenban/models/storetest"
)

// freePort is a port that a program can be started on again and again.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// crashRounds is how often the program is killed at a moment nobody chose.
const crashRounds = 30

// A program that is killed between keeping a message and answering it answers
// the platform's repeat as it would have: nothing is lost, nothing done twice.
func TestKilledBetweenCommitAndAnswer(t *testing.T) {
	s, vars := account(t, true)
	env := environment(t, append(vars, "ZHENBAN_LISTEN="+freePort(t))...)
	dsn := strings.TrimPrefix(env[3], "ZHENBAN_DB=")
	p := launch(t, env, "serve")
	f := follow(t, s, p, "o-crash")
	f.tap("同意")
	db := storetest.Raw(t, dsn)
	count := func(query string, args ...any) (n int) {
		require.NoError(t, db.QueryRow(query, args...).Scan(&n))
		return n
	}
	for range crashRounds {
		f.say("预约")
		for !strings.Contains(f.last.Text, "确认预约") {
			f.say("1")
		}
		before := count("SELECT COUNT(*) FROM turns")
		push := f.client.Message("text", wechattest.Field{Name: "Content", Value: "1"})
		var first string
		var all sync.WaitGroup
		all.Go(func() {
			if a, err := f.client.Deliver(f.ctx, push); err == nil && a.Message != nil {
				first = a.Message.Text
			}
		})
		// Anywhere from before the message is read to after it is answered.
		<-time.After(time.Duration(rand.IntN(4000)) * time.Microsecond)
		p.kill()
		all.Wait()
		p = launch(t, env, "serve")
		again, err := f.client.Push(f.ctx, push)
		text := f.took(again, err)
		require.Regexp(t, booked, text)
		if first != "" {
			require.Equal(t, first, text, "the repeat has the answer that was given")
		}
		require.Equal(t, before+1, count("SELECT COUNT(*) FROM turns"))
		number := booked.FindStringSubmatch(text)[1]
		require.Equal(t, 1, count("SELECT COUNT(*) FROM appointments WHERE status = 'booked'"))
		f.say("取消预约 " + number)
		f.until(cancelled, "1")
		require.Zero(t, count("SELECT COUNT(*) FROM claims"))
	}
}

// A program that is asked to stop under load finishes what it took and exits 0.
func TestStopsUnderLoad(t *testing.T) {
	s, vars := account(t, false)
	env := environment(t, vars...)
	p := launch(t, env, "serve")
	const people = 16
	var all sync.WaitGroup
	var mu sync.Mutex
	answered := map[string]bool{}
	busy := make(chan struct{}, 1000)
	for i := range people {
		f := follow(t, s, p, "o-load-"+string(rune('a'+i)))
		all.Go(func() {
			for {
				push := f.client.Message("text", wechattest.Field{Name: "Content", Value: "菜单"})
				if _, err := f.client.Deliver(f.ctx, push); err != nil {
					return
				}
				mu.Lock()
				answered["wechat:"+f.client.OpenID+":"+push.ID] = true
				mu.Unlock()
				select {
				case busy <- struct{}{}:
				default:
				}
			}
		})
	}
	for range 200 {
		<-busy
	}
	asked := time.Now()
	require.Zero(t, p.stop(), p.err)
	require.Less(t, time.Since(asked), 20*time.Second)
	all.Wait()
	db := storetest.Raw(t, strings.TrimPrefix(env[3], "ZHENBAN_DB="))
	rows, err := db.Query("SELECT msg_key FROM turns")
	require.NoError(t, err)
	defer rows.Close()
	kept := map[string]bool{}
	for rows.Next() {
		var key string
		require.NoError(t, rows.Scan(&key))
		kept[key] = true
	}
	require.NoError(t, rows.Err())
	for key := range answered {
		require.True(t, kept[key], "%s was answered and is not kept", key)
	}
}

// How fast it starts and how much it takes are printed; only absurd figures fail.
func TestStartsFastAndSmall(t *testing.T) {
	env := environment(t, "ZHENBAN_LISTEN="+freePort(t))
	built(t)
	for _, what := range []string{"first start, with migration", "second start"} {
		start := time.Now()
		p := spawn(t, env, "serve")
		p.url = "http://" + strings.TrimPrefix(env[len(env)-1], "ZHENBAN_LISTEN=")
		for ready := false; !ready; {
			select {
			case <-p.ended:
				t.Fatal(p.err)
			default:
			}
			resp, err := client.Get(p.url + "/readyz")
			if err == nil {
				ready = resp.StatusCode == http.StatusOK
				_ = resp.Body.Close()
			}
			require.Less(t, time.Since(start), limit)
		}
		took := time.Since(start)
		kib := resident(t, p)
		t.Logf("%s: ready after %v, resident %d MiB", what, took.Round(time.Millisecond), kib/1024)
		require.Less(t, kib, 1<<20, "a gigabyte")
		require.Zero(t, p.stop(), p.err)
	}
}

var residentForm = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)
