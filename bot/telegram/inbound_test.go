package telegram

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/telegram/telegramtest"
)

func TestDecode(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(42).Named("小明", "zh-hans")
	w.run()
	data := pngOf(4, 3)
	for _, tc := range []struct {
		name string
		act  func(*telegramtest.Person)
		want bot.Inbound
	}{
		{"start", func(p *telegramtest.Person) { p.Start("") }, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow}},
		{"deep link", func(p *telegramtest.Person) { p.Start("doctor-7_x") }, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow, Scene: "doctor-7_x"}},
		{"start to the bot by name", func(p *telegramtest.Person) { p.Say("/start@standin_bot q") }, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventFollow, Scene: "q"}},
		{"text", func(p *telegramtest.Person) { p.Say("你好 <b> _x_ 😀") }, bot.Inbound{Kind: bot.KindText, Text: "你好 <b> _x_ 😀"}},
		{"command", func(p *telegramtest.Person) { p.Say("/book") }, bot.Inbound{Kind: bot.KindText, Text: "book"}},
		{"command with words", func(p *telegramtest.Person) { p.Say("/cancel B123456") }, bot.Inbound{Kind: bot.KindText, Text: "cancel B123456"}},
		{"command of two words", func(p *telegramtest.Person) { p.Say("/my_bookings@standin_bot") }, bot.Inbound{Kind: bot.KindText, Text: "my bookings"}},
		{"a slash alone", func(p *telegramtest.Person) { p.Say("/") }, bot.Inbound{Kind: bot.KindText, Text: "/"}},
		{"own contact", func(p *telegramtest.Person) { p.ShareContact(true) }, bot.Inbound{Kind: bot.KindPhone, Text: "+8613800000042"}},
		{"another's contact", func(p *telegramtest.Person) { p.ShareContact(false) }, bot.Inbound{Kind: bot.KindPhone}},
		{"photo", func(p *telegramtest.Person) { p.Photo(data, "第三天") }, bot.Inbound{Kind: bot.KindImage, Text: "第三天", Media: &bot.Media{ID: "FILE-3", ContentType: "image/jpeg", Size: len(data)}}},
		{"document", func(p *telegramtest.Person) { p.Document("a.pdf", "application/pdf", data, "") }, bot.Inbound{Kind: bot.KindFile, Media: &bot.Media{ID: "FILE-4", Name: "a.pdf", ContentType: "application/pdf", Size: len(data)}}},
		{"photo as document", func(p *telegramtest.Person) { p.Document("a.png", "image/png", data, "") }, bot.Inbound{Kind: bot.KindImage, Media: &bot.Media{ID: "FILE-5", Name: "a.png", ContentType: "image/png", Size: len(data)}}},
		{"voice", func(p *telegramtest.Person) { p.Voice(data) }, bot.Inbound{Kind: bot.KindVoice, Media: &bot.Media{ID: "FILE-6", ContentType: "audio/ogg", Size: len(data)}}},
		{"video", func(p *telegramtest.Person) { p.Video(data) }, bot.Inbound{Kind: bot.KindFile, Media: &bot.Media{ID: "FILE-7", ContentType: "video/mp4", Size: len(data)}}},
		{"location", func(p *telegramtest.Person) { p.Location(31.23, 121.47) }, bot.Inbound{Kind: bot.KindLocation, Media: &bot.Media{Latitude: 31.23, Longitude: 121.47}}},
		{"sticker", func(p *telegramtest.Person) { p.Sticker() }, bot.Inbound{Kind: bot.KindSticker}},
		{"animation", func(p *telegramtest.Person) { p.Animation() }, bot.Inbound{Kind: bot.KindSticker}},
		{"dice", func(p *telegramtest.Person) { p.Raw(map[string]any{"dice": map[string]any{"value": 3}}) }, bot.Inbound{Kind: bot.KindSticker}},
		{"block", func(p *telegramtest.Person) { p.Block() }, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventBlock}},
		{"unblock", func(p *telegramtest.Person) { p.Unblock() }, bot.Inbound{Kind: bot.KindEvent, Event: bot.EventUnblock}},
	} {
		have := len(w.inbox.count(t, 0))
		tc.act(p)
		in := w.inbox.count(t, have+1)[have]
		require.Regexp(t, `^telegram:\d+$`, in.Key, tc.name)
		tc.want.Key, tc.want.Channel, tc.want.Address = in.Key, Name, "42"
		tc.want.At, tc.want.Locale, tc.want.Name = start, "zh-hans", "小明"
		require.Equal(t, tc.want, in, tc.name)
	}
}

// What is not for the assistant is passed over, and what comes after it is not.
func TestIgnored(t *testing.T) {
	w := newWorld(t, nil)
	p := w.api.Person(42)
	p.Start("")
	p.SayInGroup("大家好")
	p.Raw(map[string]any{"pinned_message": map[string]any{"message_id": 1}})
	p.Raw(map[string]any{"text": "I am a bot", "from": map[string]any{"id": 9, "is_bot": true}})
	p.Raw(map[string]any{"text": 17}) // not what the documents say
	p.Edit("改了")
	p.Say("最后")
	w.run()
	got := w.inbox.count(t, 2)
	require.Equal(t, "最后", got[1].Text)
	p.Say("another") // the next batch begins when the first is done
	w.inbox.count(t, 3)
	require.Equal(t, 1, w.count("telegram.broken_update"))
	require.Equal(t, 5, w.count("telegram.ignored"))
}

// The library's unions refuse what they do not know; ours must not.
func TestUnknownUnions(t *testing.T) {
	const text = `{"update_id":7,"message":{"message_id":1,"date":1790000000,"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"A"},
		"forward_origin":{"type":"from the year 2030"},"text":"转发的"}}`
	var theirs tgUpdate
	require.Error(t, json.Unmarshal([]byte(text), &theirs), "the library copes by now: its type could be used")
	var u update
	require.NoError(t, json.Unmarshal([]byte(text), &u))
	in, ok := decode(&u, start)
	require.True(t, ok)
	require.Equal(t, "转发的", in.Text)
	require.Equal(t, time.Unix(1790000000, 0).UTC(), in.At.UTC())
}

func TestTimeFromTheFuture(t *testing.T) {
	u := update{ID: 1, Message: &message{Date: start.Add(time.Hour).Unix(), Chat: chat{ID: 5, Type: private}, From: &user{ID: 5}, Text: "x"}}
	in, ok := decode(&u, start)
	require.True(t, ok)
	require.Equal(t, start, in.At)
}

func FuzzUpdate(f *testing.F) {
	for _, seed := range []string{
		`{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5},"text":"/start x"}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":5,"type":"private"},"from":{"id":5},"contact":{"phone_number":"86","user_id":5}}}`,
		`{"update_id":1,"message":{"message_id":1,"chat":{"id":5,"type":"private"},"from":{"id":5},"photo":[{"file_id":"a","width":9,"height":9},{}]}}`,
		`{"update_id":1,"callback_query":{"id":"1","from":{"id":5},"data":"1.2","message":{"message_id":1,"chat":{"id":5}}}}`,
		`{"update_id":1,"my_chat_member":{"chat":{"id":5,"type":"private"},"from":{"id":5},"new_chat_member":{"status":"kicked"}}}`,
		`{"update_id":-1,"message":null}`, `[]`, `null`, `{"update_id":1e99}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var u update
		if json.Unmarshal(data, &u) != nil {
			return
		}
		_ = u.chatID()
		in, ok := decode(&u, start)
		if !ok {
			return
		}
		if in.Address == "" || in.Key == "" || in.Kind == "" || in.Channel != Name || in.At.After(start) {
			t.Fatalf("half an inbound message: %+v", in)
		}
		if in.Kind == bot.KindChoice && in.Choice == "" || in.Kind == bot.KindText && in.Text == "" {
			t.Fatalf("empty: %+v", in)
		}
	})
}
