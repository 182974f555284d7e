package cmd_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot/wechat/wechattest"
	"zhenban/config"
	"zhenban/models/storetest"
)

// copies starts n programs at once on one empty MariaDB, as a deployment does.
func copies(t *testing.T, n int, vars ...string) (list []*program, dsn string) {
	t.Helper()
	dsn = storetest.MySQL(t)
	env := environment(t, append(vars, "ZHENBAN_DB="+dsn)...)
	list = make([]*program, n)
	built(t)
	for i := range list {
		list[i] = spawn(t, append(env, "ZHENBAN_LISTEN="+freePort(t)), "serve")
	}
	for _, p := range list {
		p.url = p.address(p.err.await(t, listening, p.ended))
	}
	return list, dsn
}

func scalar(t *testing.T, db *sql.DB, query string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow(query, args...).Scan(&n))
	return n
}

// Four that start at once on an empty database migrate it once between them.
func TestFourCopiesMigrateOnce(t *testing.T) {
	list, dsn := copies(t, 4)
	for _, p := range list {
		status, body := p.get("/readyz")
		require.Equal(t, 200, status, body)
	}
	db := storetest.Raw(t, dsn)
	require.Zero(t, scalar(t, db, "SELECT COUNT(*) - COUNT(DISTINCT version_id) FROM goose_db_version"))
	require.Equal(t, 1, scalar(t, db, "SELECT COUNT(*) FROM clinic_profiles"), "one of them put the profile there")
	for _, p := range list {
		require.Zero(t, p.stop(), p.err)
		require.NotContains(t, p.err.String(), "level=ERROR")
	}
}

// racers is how many people want one time.
const racers = 64

// Over two copies one of all who want a time gets it; the others are offered
// other times, and what is kept is consistent.
func TestRaceOverTwoCopies(t *testing.T) {
	s, vars := account(t, true)
	list, dsn := copies(t, 2, vars...)
	scout := follow(t, s, list[0], "o-scout")
	scout.say("1")
	scout.say("约王晓琳洗牙")
	scout.say("1")
	wish := timeForm.FindString(scout.last.Text) + "约王晓琳洗牙，给豆豆"
	require.Contains(t, wish, ":", scout.last.Text)
	people := make([]*follower, racers)
	var all sync.WaitGroup
	for i := range people {
		all.Go(func() {
			p := list[i%2]
			f := &follower{t: t, ctx: t.Context(), client: s.Client("o-race-"+strconv.Itoa(i), p.url+"/wechat")}
			people[i] = f
			if _, err := f.client.Follow(f.ctx, ""); err != nil {
				t.Error(err)
			}
			for _, words := range []string{"1", wish} { // which leaves one question open: what kind of animal
				if _, err := f.client.Text(f.ctx, words); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	start := make(chan struct{})
	answers := make([]string, racers)
	for i, f := range people {
		all.Go(func() {
			<-start
			a, err := f.client.Text(f.ctx, "1")
			if err != nil || a.Message == nil {
				t.Errorf("%d: %v", i, err)
				return
			}
			f.last, answers[i] = a.Message, a.Message.Text
		})
	}
	close(start)
	all.Wait()
	if t.Failed() {
		t.FailNow()
	}
	db := storetest.Raw(t, dsn)
	require.Equal(t, 1, scalar(t, db, "SELECT COUNT(*) FROM holds"), "one holds the time")
	require.Equal(t, 1, scalar(t, db, "SELECT COUNT(DISTINCT owner) FROM claims"))
	var winner *follower
	for i, f := range people {
		if strings.Contains(answers[i], "约走了") || strings.Contains(answers[i], "约满") {
			require.Contains(t, answers[i], "1. ", "others are offered")
			require.Contains(t, answers[i], "可以换成")
			continue
		}
		require.Nil(t, winner, "two were told that the time is theirs:\n%s", answers[i])
		winner = f
	}
	require.NotNil(t, winner)
	number := winner.until(booked, "1")
	require.Equal(t, 1, scalar(t, db, "SELECT COUNT(*) FROM appointments WHERE number = ?", number))
	require.Equal(t, scalar(t, db, "SELECT COUNT(*) FROM claims"),
		scalar(t, db, "SELECT COUNT(*) FROM claims c JOIN appointments a ON a.id = c.owner AND a.number = ?", number))
	for _, p := range list {
		require.Zero(t, p.stop(), p.err)
		require.NotContains(t, p.err.String(), "level=ERROR")
	}
}

// A person whose messages come now to one copy, now to the other, has one
// conversation; so has one whose message comes to both at once.
func TestOneConversationOverTwoCopies(t *testing.T) {
	s, vars := account(t, false)
	list, dsn := copies(t, 2, vars...)
	f := follow(t, s, list[0], "o-roam")
	turn := 0
	next := func(words string) string {
		turn++
		f = f.at(s, list[turn%2])
		return f.say(words)
	}
	next("1")
	next("预约")
	for !strings.Contains(f.last.Text, "确认预约") {
		next("1")
	}
	push := f.client.Message("text", wechattest.Field{Name: "Content", Value: "1"})
	answers := make([]string, 4)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			if a, err := f.at(s, list[i%2]).client.Deliver(f.ctx, push); err == nil && a.Message != nil {
				answers[i] = a.Message.Text
			}
		})
	}
	all.Wait()
	for _, a := range answers {
		require.Regexp(t, booked, a)
		require.Equal(t, answers[0], a)
	}
	number := booked.FindStringSubmatch(answers[0])[1]
	require.Contains(t, next("我的预约"), number)
	require.Contains(t, next("我的预约"), number)
	next("取消预约 " + number)
	require.Contains(t, f.last.Text, "已取消")
	db := storetest.Raw(t, dsn)
	require.Equal(t, 1, scalar(t, db, "SELECT COUNT(*) FROM appointments"))
	require.Equal(t, scalar(t, db, "SELECT COUNT(*) FROM turns"), scalar(t, db, "SELECT MAX(seq) FROM turns"))
}

// A profile that one copy's operator imports is what the other talks by.
func TestImportIsSeenByTheOtherCopy(t *testing.T) {
	s, vars := account(t, false)
	list, dsn := copies(t, 2, vars...)
	_, body, err := config.LoadProfile("vet")
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "clinic.yaml")
	changed := strings.ReplaceAll(string(body), "小橘灯宠物医院", "大柚子宠物医院")
	require.NotEqual(t, string(body), changed)
	require.NoError(t, os.WriteFile(file, []byte(changed), 0o600))
	code, _, errs := run(t, environment(t, "ZHENBAN_DB="+dsn), "", "import", "clinic", file)
	require.Zero(t, code, errs)
	for i, p := range list {
		waitFor(t, func() bool {
			f := follow(t, s, p, "o-import-"+strconv.Itoa(i)+"-"+strconv.Itoa(len(s.Client("o", "").Inbox())))
			return strings.Contains(f.last.Text, "大柚子") || strings.Contains(f.say("你好"), "大柚子")
		})
	}
}
