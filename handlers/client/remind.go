package client

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
)

// Remind takes short answers to what the clinic said about a visit, for the
// visit it was about: that they come, do not, come later, at another time, or
// that it is not theirs.
type Remind struct{}

// Name implements bot.Flow.
func (Remind) Name() string { return "remind" }

// Step implements bot.Flow. Arg: the subject of the push.
func (Remind) Step(ctx context.Context, t *bot.Turn) error {
	p, ok, err := subjectVisit(ctx, t, t.Arg)
	if err != nil {
		return err
	}
	if !ok {
		t.Pass()
		return nil
	}
	switch meant := aboutVisit(t); meant {
	case "":
		t.Pass()
	default:
		t.Then(meant + p.Number)
	}
	return nil
}

// aboutVisit is the command, but for the visit's number, that a short answer
// stands for; "" when it is none.
func aboutVisit(t *bot.Turn) string {
	switch {
	case asksWhetherCancelled(t.In.Text):
		return "/bookings status "
	case saysNotMe(t.In.Text):
		return "/notme "
	}
	if slices.Contains(comes[:], strings.Trim(plainWords(t.In.Text), " 。.!！~，,")) {
		return "/confirm "
	}
	h := t.Heard()
	if h.Confidence < 0.5 || h.Number != "" { // another visit is named
		return ""
	}
	switch h.Intent {
	case nlu.IntentYes, nlu.IntentConfirmVisit:
		return "/confirm "
	case nlu.IntentLate:
		return "/late "
	case nlu.IntentReschedule:
		return "/move "
	case nlu.IntentCancelBooking:
		return "/cancelbooking "
	case nlu.IntentNo: // no to what? asked once more
		return "/cancelbooking ask "
	}
	return ""
}

// What says to a reminder that somebody comes, and nothing anywhere else.
var comes = [...]string{
	"会来", "会到", "会去", "会的", "来的", "我来", "我会到", "收到", "收到了", "知道了", "知道", "了解", "明白", "记得", "记住了", "会来的谢谢", "收到谢谢", "知道了谢谢", "嚟", "会嚟", "收到晒",
	"got it", "noted", "will do", "see you", "coming", "we are coming", "on my way", "understood", "got it, thanks", "got it thanks",
}

// Words of somebody that a message was not meant for.
var notMine = [...]string{
	"不是我", "不是本人", "发错", "找错人", "认错人", "打错", "弄错人", "搞错人", "我没预约", "我没有预约", "没预约过", "没有预约过", "我没约", "不认识", "唔系我", "唔係我", "冇约过", "我冇约",
	"not me", "wrong person", "wrong number", "isn't me", "isn’t me", "not mine", "didn't book", "did not book", "never booked", "don't know this", "not my appointment", "not my booking",
}

// maxNotMine is how long a text may be that only says so, in characters.
const maxNotMine = 60

func saysNotMe(text string) bool {
	text = plainWords(text)
	return len([]rune(text)) <= maxNotMine && containsOne(text, notMine[:])
}

var cancelledYet = regexp.MustCompile(`取消(了|掉了|成功|好了)?(吗|嘛|么|没有|没|未)|(是不是|是否|有没有|已经|已)[^，。]{0,4}取消[^，。]{0,3}[？?]|` +
	`\b(is|was|has|did|have)\b.*\bcancel`)

// asksWhetherCancelled reports a question about a cancellation, which is none.
func asksWhetherCancelled(text string) bool {
	text = strings.TrimSpace(plainWords(text))
	return !strings.Contains(text, "可以") && !strings.Contains(text, "能") && cancelledYet.MatchString(text)
}
