package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhenban/bot/nlu"
	"zhenban/models"
)

// pick reads a button, a number or an option's own words. found is false when
// the message is none of these; a stale or impossible pick goes on to the
// running conversation, which asks again.
func (e *Engine) pick(ctx context.Context, t *Turn, l *live) (command, value string, found bool, err error) {
	options := l.answer.options()
	if t.In.Kind == KindChoice {
		command, value, found = tapped(t, l.answer.seq(l.seq), options)
		return command, value, found, nil
	}
	if t.In.Kind != KindText && t.In.Kind != KindVoice {
		return "", "", false, nil
	}
	n, isNumber := nlu.Number(t.In.Text)
	if !isNumber {
		if command, value, found = worded(t.In.Text, options); found {
			if command == "" {
				return command, value, found, nil
			}
			return e.saidLast(ctx, t, command) // a push may have the same words
		}
		if !e.mayAnswerPush(t, l) {
			return "", "", false, nil
		}
	}
	pushed, err := t.Pushed(ctx)
	if err != nil {
		return "", "", false, err
	}
	if !isNumber {
		command, value, found = worded(t.In.Text, pushed.Options)
		return command, value, found, nil
	}
	if len(pushed.Options) > 0 { // what the person saw last
		options = pushed.Options
	}
	if len(options) == 0 {
		return "", "", false, nil
	}
	if n < 1 || n > len(options) {
		t.Range = len(options)
		return "", "", false, nil
	}
	command, value, found = split(options[n-1].Value)
	return command, value, found, nil
}

// saidLast is the command of a text that is an option of the last answer,
// unless a push that came after it has an option of the same words.
func (*Engine) saidLast(ctx context.Context, t *Turn, command string) (string, string, bool, error) {
	pushed, err := t.Pushed(ctx)
	if err != nil {
		return "", "", false, err
	}
	if later, _, found := worded(t.In.Text, pushed.Options); found {
		command = later
	}
	return command, "", true, nil
}

// maxLabel is how long a text may be to be looked up among the options of a
// push, in characters: longer than any label of ours.
const maxLabel = 24

// mayAnswerPush reports a text that can be an answer to what the clinic said by
// itself, so that this is worth reading: a short one, and whatever is about
// coming to a visit.
func (e *Engine) mayAnswerPush(t *Turn, l *live) bool {
	if in, isCommand := nlu.Command(t.In.Text); isCommand {
		return in == nlu.IntentYes || in == nlu.IntentNo || in == nlu.IntentConfirmVisit
	}
	plain := e.intent(t) != "" && t.Heard().Confidence >= plainIntent
	switch t.Heard().Intent {
	case nlu.IntentConfirmVisit, nlu.IntentLate, nlu.IntentReschedule, nlu.IntentCancelBooking:
		return true
	}
	if utf8.RuneCountInString(t.In.Text) > maxLabel {
		return false
	}
	return l.session.Top.Flow != "" || !plain // else a question of its own: no need to read what was pushed
}

// plainIntent is the confidence from which a sentence is taken for what it
// asks, without looking whether it repeats an option.
const plainIntent = 0.8

// tapped reads a button's reference: a command, or the turn and the number.
func tapped(t *Turn, seq int64, options []Option) (command, value string, found bool) {
	ref := t.In.Choice
	if strings.HasPrefix(ref, "/") {
		return ref, "", true
	}
	turn, number, ok := strings.Cut(ref, ".")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || turn != strconv.FormatInt(seq, 10) || n < 1 || n > len(options) {
		t.Stale = true
		return "", "", false
	}
	return split(options[n-1].Value)
}

func worded(text string, options []Option) (command, value string, found bool) {
	words := plain(text)
	for _, o := range options {
		if words != "" && plain(o.Label) == words {
			return split(o.Value)
		}
	}
	return "", "", false
}

// pushed is the newest of what the clinic sent by itself since the contact's
// last turn.
func (e *Engine) pushed(ctx context.Context, l *live) (out Pushed, err error) {
	if !l.known {
		return out, nil
	}
	rows, err := e.o.Store.OutboxNewest(ctx, l.contact.ID, 3)
	if err != nil {
		return out, err
	}
	for _, row := range slices.Backward(rows) {
		if row.Priority == models.PriorityReply || !row.UpdatedAt.After(l.at) {
			continue
		}
		if out.Subject == "" && out.Opens == "" {
			out.Subject, out.Opens = row.Subject, row.Opens
		}
		var m Message
		if err := json.Unmarshal(row.Body, &m); err != nil {
			return out, fmt.Errorf("outbox row %s: %w", row.ID, err)
		}
		if len(out.Options) == 0 {
			out.Options = m.Options
		}
	}
	return out, nil
}

func split(value string) (command, choice string, found bool) {
	if strings.HasPrefix(value, "/") {
		return value, "", true
	}
	return "", value, true
}

// plain makes an option's words comparable with what is typed.
func plain(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(nlu.Simplify(s)), ""))
}
