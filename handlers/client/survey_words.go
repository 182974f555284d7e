package client

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
)

// scored reads 5分, 五星, 给4分.
var scored = regexp.MustCompile(`^(?:我?给|打)?\s*([1-5一二三四五])\s*(?:分|星|颗星|stars?|points?|/5)(?:吧|好评)?$`)

var scoreWords = sync.OnceValue(func() map[string]int {
	return map[string]int{
		"很不满意": 1, "非常不满意": 1, "很差": 1, "太差了": 1, "very unhappy": 1, "terrible": 1,
		"不满意": 2, "不太满意": 2, "不好": 2, "unhappy": 2, "not good": 2,
		"一般": 3, "一般般": 3, "还行": 3, "还可以": 3, "so-so": 3, "so so": 3, "ok": 3, "okay": 3,
		"满意": 4, "挺好": 4, "挺好的": 4, "不错": 4, "挺不错": 4, "happy": 4, "good": 4,
		"很满意": 5, "非常满意": 5, "很好": 5, "非常好": 5, "特别好": 5, "好评": 5, "满分": 5, "very happy": 5, "very good": 5, "great": 5, "excellent": 5,
	}
})

// scoreSaid is the score that short words stand for, 0 for none.
func scoreSaid(text string) int {
	text = strings.Trim(plainWords(text), " 。.!！~，,")
	if n := scoreWords()[text]; n > 0 {
		return n
	}
	if m := scored.FindStringSubmatch(text); m != nil {
		n, _ := nlu.Number(m[1])
		return n
	}
	return 0
}

// replied takes words that answer a survey that was sent, for that survey: a
// score in words, or praise and blame, after which the score is asked.
// Everything else is passed on.
func (s *surveyState) replied(ctx context.Context, t *bot.Turn, visit string) (open bool, err error) {
	n := scoreSaid(t.In.Text)
	h := t.Heard()
	praise := n == 0 && h.Intent == nlu.IntentFeedback && h.Confidence >= 0.5 && len([]rune(t.In.Text)) > 4
	if n == 0 && !praise {
		t.Pass()
		return false, nil
	}
	row, err := t.Store.AskedSurvey(ctx, t.Contact.ID, visit)
	if errors.Is(err, models.ErrNotFound) {
		t.Pass()
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.Score = n
	if praise {
		s.Words = wordsOf(t)
	}
	return s.take(ctx, t, row)
}
