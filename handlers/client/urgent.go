package client

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models"
)

// Urgent answers an emergency: come or call now, what to do on the way, where.
// The staff on duty are told in the same transaction.
type Urgent struct{}

// Name implements bot.Flow.
func (Urgent) Name() string { return "urgent" }

type urgentBranch struct {
	Name, Address config.Text
	Phone         string
	Open          bool
}

// Step implements bot.Flow. A running conversation waits below; it is offered,
// not asked again, since nobody books in an emergency.
func (Urgent) Step(ctx context.Context, t *bot.Turn) error {
	reached, err := alarmStaff(ctx, t)
	if err != nil {
		return err
	}
	data := reception(t)
	var branches []urgentBranch
	for _, b := range branchesMeant(t, "") {
		branches = append(branches, urgentBranch{b.Name, b.Address, b.Phone, t.Clinic.OpenAt(b.ID, t.Now)})
	}
	data["Branches"], data["Advice"] = branches, t.Clinic.Emergency.Advice
	data["Pets"], data["Told"] = t.Clinic.Kind == config.Vet, reached
	t.Hub()
	t.Say("urgent.text", data, t.Option("menu.agent", nil, "/agent"))
	return nil
}

// urgentWithin is how soon an emergency must be settled by whoever took it. As
// long as nobody takes it, its ladder tells.
const urgentWithin = 30 * time.Minute

// alarmStaff opens a case that stays open until somebody closes it, and tells
// everybody on duty. reached is false when nobody has joined with a chat.
func alarmStaff(ctx context.Context, t *bot.Turn) (reached bool, err error) {
	from, err := sender(ctx, t)
	if err != nil {
		return false, err
	}
	roles := []models.Role{models.Desk, models.Nurse, models.Doctor}
	if reached, err = anybody(ctx, t, "", append(roles, models.Manager)...); err != nil || !reached {
		return false, err
	}
	c := models.Case{
		Key: "urgent:" + t.In.Key, Kind: "urgent", Urgent: true, Roles: roles, ContactID: t.Contact.ID, DueAt: t.Now.Add(urgentWithin),
		Details: map[string]string{"Name": from.Name, "Phone": from.Phone, "Words": wordsOf(t)},
	}
	speaker := t.Speaker()
	t.Write(func(_ context.Context, tx *models.Tx) error { return speaker.OpenCase(tx, c) })
	return true, nil
}

// Urgency reports a message that describes an emergency of now. Colleagues
// write about emergencies all day; they are not told to come at once.
func Urgency(t *bot.Turn) bool {
	if t.Staff != nil || t.In.Kind != bot.KindText && t.In.Kind != bot.KindVoice || strings.HasPrefix(t.In.Text, "/") {
		return false
	}
	h := t.Heard()
	if h.Intent == nlu.IntentEmergency && h.Confidence >= 0.6 {
		return true
	}
	switch h.Intent {
	case nlu.IntentQuestion, nlu.IntentPrice, nlu.IntentHours:
		return false
	}
	text := plainWords(t.In.Text)
	for _, w := range t.Clinic.Emergency.Words {
		if happening(text, plainWords(w)) {
			return true
		}
	}
	return false
}

// Words near a sign that say it is not so now: anywhere before it in its
// clause, right before it, right after it.
var (
	notNow = [...]string{
		"没有", "没再", "不会", "不是", "并不", "不再", "以前", "之前", "曾经", "上次", "去年", "前年", "小时候", "如果", "万一", "要是", "预防", "避免",
		"no ", "not ", "n't ", "never ", "without ", "last year ", "used to ", "if ", "had ",
	}
	denied  = [...]string{"不", "没", "无", "未"}
	overNow = [...]string{"过的", "过吗", "术后", "手术后", "后复查", "复查", "疫苗", "保险", "病史", "怎么预防"}
)

// happening finds a sign in a text that is neither denied nor past.
func happening(text, sign string) bool {
	for at := 0; sign != ""; {
		i := strings.Index(text[at:], sign)
		if i < 0 {
			return false
		}
		i += at
		before, after := text[:i], text[i+len(sign):]
		if k := strings.LastIndexAny(before, "，,。.；;！!？?、\n"); k >= 0 {
			_, size := utf8.DecodeRuneInString(before[k:])
			before = before[k+size:]
		}
		before = lastRunes(before, 24)
		if !containsOne(before, notNow[:]) && !endsWithOne(before, denied[:]) && !startsWithOne(after, overNow[:]) {
			return true
		}
		at = i + len(sign)
	}
	return false
}

func lastRunes(s string, n int) string {
	r := []rune(s)
	return string(r[max(0, len(r)-n):])
}

func containsOne(s string, list []string) bool {
	for _, w := range list {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

func startsWithOne(s string, list []string) bool {
	for _, w := range list {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

func endsWithOne(s string, list []string) bool {
	for _, w := range list {
		if strings.HasSuffix(s, w) {
			return true
		}
	}
	return false
}
