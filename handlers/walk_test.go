package handlers_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/handlers"
	"zhenban/handlers/talk"
)

// Every command answers something: in the vet preset for people of all kinds,
// in every language, with an argument and without; in the others for a client.
func TestEveryCommandAnswers(t *testing.T) {
	commands := slices.Sorted(maps.Keys(handlers.Routes().Commands))
	for _, preset := range config.Presets() {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			k := talk.New(t, talk.Options{Preset: preset, Routes: handlers.Routes, Staff: true})
			k.Send("agreed", bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow})
			k.Tap("agreed", 1)
			languages, people, args := config.Languages(), []string{"agreed", "fresh", talk.Desk}, []string{"", " x:y:z -1"}
			if preset != "vet" {
				languages, people, args = languages[:1], people[:1], args[:1]
			}
			for _, lang := range languages {
				for _, who := range people {
					k.Send(who, bot.Inbound{Kind: bot.KindChoice, Choice: "/language " + string(lang)})
					for _, command := range commands {
						for _, arg := range args {
							sane(t, command+arg, k.Send(who, bot.Inbound{Kind: bot.KindChoice, Choice: command + arg}))
						}
					}
				}
			}
		})
	}
}

// sane checks what holds of every answer.
func sane(t *testing.T, what string, messages []bot.Message) {
	t.Helper()
	if len(messages) == 0 {
		t.Fatalf("%s is not answered", what)
	}
	for _, m := range messages {
		if strings.TrimSpace(m.Text) == "" && m.Media == nil {
			t.Errorf("%s is answered by an empty message", what)
		}
		if strings.Contains(m.Text, "<no value>") || strings.Contains(m.Text, "%!") || !utf8.ValidString(m.Text) {
			t.Errorf("%s is answered by %q", what, m.Text)
		}
		for _, o := range m.Options {
			if strings.TrimSpace(o.Label) == "" || o.Value == "" && o.URL == "" {
				t.Errorf("%s offers an empty option: %+v in %q", what, o, m.Text)
			}
			if utf8.RuneCountInString(o.Label) > 120 {
				t.Errorf("%s offers an option of %d characters: %s", what, utf8.RuneCountInString(o.Label), o.Label)
			}
		}
	}
}

// A person who taps at random and says all kinds of things always gets an
// answer, and is never stuck.
func TestRandomWalk(t *testing.T) {
	said := []string{
		"菜单", "menu", "预约", "明天下午三点洗牙", "价格", "周日上班吗", "where are you", "取消", "返回", "back", "人工", "隐私", "我的档案", "豆豆", "小明", "4.5", "3岁",
		"13800138000", "投诉", "评价", "你好", "thanks", "😀", "狗狗拉肚子", "我头疼", "突然抽搐", "2345ABCD", "B1234567", "取消预约 B1234567", "改期", "是", "不是", "2", "99", "随便说点什么",
		"換語言", "退訂", "報告", "王医生", strings.Repeat("很长", 5000),
	}
	kinds := []bot.Kind{bot.KindImage, bot.KindSticker, bot.KindVoice, bot.KindLocation, bot.KindFile, bot.KindPhone}
	for i, preset := range config.Presets() {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(20261122, uint64(i)))
			k := talk.New(t, talk.Options{Preset: preset, Routes: handlers.Routes, Staff: true})
			answer := k.Send(talk.Client, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow})
			for range 60 {
				var options []bot.Option
				for _, m := range answer {
					options = append(options, m.Options...)
				}
				var what string
				switch n := r.IntN(10); {
				case n < 6 && len(options) > 0:
					o := options[r.IntN(len(options))]
					what = fmt.Sprintf("tap %q", o.Label)
					answer = k.Send(talk.Client, bot.Inbound{Kind: bot.KindChoice, Choice: o.Ref})
				case n < 9:
					text := said[r.IntN(len(said))]
					what = fmt.Sprintf("say %.30q", text)
					answer = k.Say(talk.Client, text)
				default:
					kind := kinds[r.IntN(len(kinds))]
					what = string(kind)
					answer = k.Send(talk.Client, bot.Inbound{Kind: kind, Media: &bot.Media{}})
				}
				sane(t, what, answer)
				if r.IntN(12) == 0 {
					k.Advance(time.Duration(r.IntN(120)) * time.Minute)
				}
			}
		})
	}
}
