package client

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// Unknown takes what nobody understood: it says what is possible next, and
// never only that it did not understand.
type Unknown struct {
	// Knows reports words that the clinic's knowledge surely answers.
	Knows func(ctx context.Context, t *bot.Turn, words string) (bool, error)
}

// Name implements bot.Flow.
func (Unknown) Name() string { return "unknown" }

// Step implements bot.Flow.
func (u Unknown) Step(ctx context.Context, t *bot.Turn) error {
	if fresh, err := firstContact(ctx, t); err != nil || fresh {
		t.Then("/start")
		return err
	}
	switch t.In.Kind {
	case bot.KindText, bot.KindVoice:
		if strings.TrimSpace(t.In.Text) == "" {
			t.Say("unknown.voice", nil, ways(t)...)
			return nil
		}
		return u.words(ctx, t)
	case bot.KindLocation:
		t.Say("unknown.location", nil, t.Option("menu.address", nil, "/address"), t.Option("menu.book", nil, "/book"), t.Option("menu.agent", nil, "/agent"))
	case bot.KindPhone:
		t.Say("unknown.phone", nil, ways(t)...)
	case bot.KindChoice:
		t.Say("unknown.stale", nil, ways(t)...)
	default:
		t.Say("unknown.sticker", nil, ways(t)...)
	}
	return nil
}

// firstContact reports somebody who was never greeted: no consent, and never
// asked for one.
func firstContact(ctx context.Context, t *bot.Turn) (bool, error) {
	if t.Staff != nil || consented(t) {
		return false, nil
	}
	_, asked, err := lastConsent(ctx, t, consentChat)
	return !asked, err
}

// dayAsked leads a bare day on: to the hours when it asks about them, else to
// booking, since somebody who says only 明天下午 wants to come then.
func dayAsked(t *bot.Turn) string {
	days := daysMeant(t)
	switch text := plainWords(t.In.Text); {
	case len(days) == 0 || days[len(days)-1].Compare(config.DateOf(t.Local())) < 0:
		return ""
	case containsOne(text, []string{"开", "上班", "营业", "休息", "放假", "看诊", "open", "closed"}):
		return "/hours"
	case len([]rune(text)) <= 12:
		return "/book"
	}
	return ""
}

// unknownWords follows a bare name to what is known about it.
func (u Unknown) words(ctx context.Context, t *bot.Turn) error {
	h := t.Heard()
	if e, ok := h.Best(nlu.KindPractitioner); ok {
		t.Then("/doctors " + e.ID)
		return nil
	}
	if command := dayAsked(t); command != "" {
		t.Then(command)
		return nil
	}
	if e, ok := h.Best(nlu.KindService); ok && e.Score >= 0.9 {
		t.Then("/price")
		return nil
	}
	if e, ok := h.Best(nlu.KindDepartment); ok {
		t.Then("/price d:" + e.ID)
		return nil
	}
	if e, ok := h.Best(nlu.KindBranch); ok {
		t.Then("/address " + e.ID)
		return nil
	}
	if !strings.ContainsFunc(t.In.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		t.Say("unknown.sticker", nil, ways(t)...)
		return nil
	}
	words := sentence(t)
	if utf8.RuneCountInString(words) < shortest || t.Staff != nil {
		t.Say("unknown.text", nil, ways(t)...)
		return nil
	}
	known, err := u.Knows(ctx, t, words)
	if err != nil {
		return err
	}
	if known || asks(words) {
		t.Then("/question")
		return nil
	}
	t.Say("unknown.text", nil, ways(t)...)
	return nil
}

// shortest is how long what somebody says must be, in characters, to be looked
// up among the answers: 好的 and 不是我 ask nothing.
const shortest = 4

// asks reports a sentence that is a question: staff would rather read it than
// have it turned away.
func asks(words string) bool {
	text := plainWords(words)
	if utf8.RuneCountInString(text) < 5 {
		return false
	}
	return endsWithOne(text, []string{"吗", "嘛", "么", "呢", "?", "？", "不"}) ||
		containsOne(text, []string{"怎么", "为什么", "多久", "能不能", "可不可以", "要不要", "可以吗", "什么时候", "点解", "几耐", "如何"}) ||
		startsWithOne(text, []string{"can ", "how ", "what ", "when ", "why ", "should ", "is ", "are ", "does ", "do "})
}
