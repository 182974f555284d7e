package cmd_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"zhenban/bot/telegram/telegramtest"
	"zhenban/models/storetest"
)

// telegram is a stand-in of the Bot API, and what the program needs to use it.
func telegram(t *testing.T) (*telegramtest.Server, []string) {
	t.Helper()
	s := telegramtest.New(telegramtest.Config{Unlimited: true})
	url, err := s.Start()
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s, []string{"ZHENBAN_TELEGRAM_TOKEN=" + telegramtest.Token, "ZHENBAN_TELEGRAM_API_BASE=" + url}
}

// user talks to the bot.
type user struct {
	t    *testing.T
	ctx  context.Context
	p    *telegramtest.Person
	seen int
	last string
}

// hears waits for a message that the form matches, after what was heard before.
func (u *user) hears(form string) string {
	u.t.Helper()
	re := regexp.MustCompile(form)
	list, err := u.p.Wait(u.ctx, func(list []telegramtest.Message) bool {
		for _, m := range list[min(u.seen, len(list)):] {
			if re.MatchString(m.Text) {
				return true
			}
		}
		return false
	})
	for i := u.seen; i < len(list); i++ {
		if re.MatchString(list[i].Text) {
			u.seen, u.last = i+1, list[i].Text
			return u.last
		}
	}
	if err != nil && len(list) > 0 {
		u.t.Fatalf("never heard %s: %v; last:\n%s", form, err, list[len(list)-1].Text)
	}
	require.NoError(u.t, err)
	return ""
}

func (u *user) say(words, form string) string {
	u.t.Helper()
	u.p.Say(words)
	return u.hears(form)
}

// tap taps the newest button whose label holds words.
func (u *user) tap(words, form string) string {
	u.t.Helper()
	list := u.p.Messages()
	for i := len(list) - 1; i >= 0; i-- {
		for _, row := range list[i].Inline {
			for _, b := range row {
				if strings.Contains(b.Text, words) {
					require.NoError(u.t, u.p.Tap(b.Text))
					return u.hears(form)
				}
			}
		}
	}
	u.t.Fatalf("no button %q; last:\n%s", words, u.last)
	return ""
}

// From /start to a cancelled visit by buttons, by polling and by webhook.
func TestTelegramFromStartToCancelled(t *testing.T) {
	for _, mode := range []string{"poll", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel() // the sender keeps to a message a second for each chat
			s, vars := telegram(t)
			env := environment(t, vars...)
			if mode == "webhook" {
				address := freePort(t)
				env = append(env, "ZHENBAN_TELEGRAM_MODE=webhook", "ZHENBAN_TELEGRAM_WEBHOOK_SECRET=hook-secret-0123456789",
					"ZHENBAN_LISTEN="+address, "ZHENBAN_PUBLIC_URL=http://"+address)
			}
			p := serve(t, env)
			u := &user{t: t, ctx: within(t), p: s.Person(7).Named("小陈", "zh-hans")}
			u.p.Start("")
			u.hears("同意")
			u.tap("同意", "想办什么|有什么")
			u.tap("预约", "想约哪个项目")
			u.tap("洗牙", "哪位医生|哪种宠物|什么时候")
			// The platform asks for patience in the middle of it.
			s.Fail(telegramtest.Fault{
				Method: "sendMessage", Status: 429, Times: 1,
				Body: `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}`,
			})
			u.say("明天下午三点，豆豆", "手机号|核对|有空|换成|哪种宠物")
			var text string
			for range 10 {
				if text = u.last; strings.Contains(text, "预约成功") {
					break
				}
				u.say("1", ".")
			}
			require.Regexp(t, booked, text)
			number := booked.FindStringSubmatch(text)[1]
			u.say("改期 "+number, "改到")
			u.say("1", number)
			u.say("1", "改好了")
			u.say("取消预约 "+number, "已取消")
			require.False(t, u.p.Spinning(), "every tap was answered")

			// Somebody who blocks the bot is left alone, and welcome back.
			u.p.Block()
			db := storetest.Raw(t, strings.TrimPrefix(env[3], "ZHENBAN_DB="))
			waitFor(t, func() bool {
				var reach string
				require.NoError(t, db.QueryRow("SELECT reach FROM contacts WHERE id = 'telegram:7'").Scan(&reach))
				return reach == "blocked"
			})
			u.p.Unblock()
			u.p.Start("")
			u.hears("您好|欢迎|有什么")
			require.Zero(t, p.stop(), p.err)
			require.Zero(t, s.Unconfirmed())
			require.NotContains(t, p.err.String(), "level=ERROR")
		})
	}
}
