package client

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
)

// Answers in words to what long-term care asked, read only while that is what
// the person saw last. Simplified script, lower case.
var (
	saysWell = [...]string{
		"都好", "挺好", "很好", "蛮好", "还好", "不错", "没事", "没问题", "正常", "好多了", "恢复得好", "ok", "fine", "all good", "all well", "doing well", "great", "no problem",
	}
	saysUnwell   = [...]string{"不太好", "不好", "不舒服", "有点", "红", "肿", "疼", "痛", "痒", "吐", "发烧", "不吃", "没精神", "not well", "not good", "pain", "swollen", "red", "worse"}
	saysDone     = [...]string{"做过了", "做了", "打过了", "打了", "驱过了", "洗过了", "去过了", "拆了", "拆过了", "查过了", "已经做", "已经打", "already", "done"}
	saysStop     = [...]string{"不用提醒", "别提醒", "不要提醒", "不用再提醒", "别再提醒", "no more reminders", "stop reminding"}
	saysTaken    = [...]string{"吃了", "吃过了", "已吃", "喂了", "喂过了", "用了", "用过了", "已用", "taken", "took it", "gave it"}
	saysNotTaken = [...]string{"没吃", "没喂", "没用", "忘了", "忘记", "吐了", "漏了", "not taken", "forgot", "missed", "skipped"}
)

// maxSaid is how long such an answer is at most, in characters.
const maxSaid = 60

// offered is the command behind the option of the push that begins so; "" for
// none.
func offered(ctx context.Context, t *bot.Turn, prefix string) (string, error) {
	p, err := t.Pushed(ctx)
	if err != nil {
		return "", err
	}
	for _, o := range p.Options {
		if strings.HasPrefix(o.Value, prefix) {
			return o.Value, nil
		}
	}
	return "", nil
}

// says looks for words of a list in a short text, not denied right before.
func says(t *bot.Turn, list []string) bool {
	text := plainWords(t.In.Text)
	if len([]rune(text)) > maxSaid {
		return false
	}
	for _, w := range list {
		if i := strings.Index(text, w); i >= 0 && !endsWithOne(text[:i], denied[:]) {
			return true
		}
	}
	return false
}

// takeUp goes on with the option of the push that a text stands for, or passes.
func takeUp(ctx context.Context, t *bot.Turn, prefix string) error {
	command := ""
	if prefix != "" {
		var err error
		if command, err = offered(ctx, t, prefix); err != nil {
			return err
		}
	}
	if command == "" {
		t.Pass()
		return nil
	}
	t.Then(command)
	return nil
}

// wellOrNot is what a text says of how somebody is: "/followup ok",
// "/followup trouble", or "" when it says neither.
func wellOrNot(t *bot.Turn) string {
	h := t.Heard()
	switch {
	case h.Intent == nlu.IntentSymptom && h.Confidence >= 0.5, says(t, saysUnwell[:]):
		return "/followup trouble"
	case says(t, saysWell[:]):
		return "/followup ok"
	}
	return ""
}
