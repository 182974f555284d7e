package outreach

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of the tasks that a broadcast brings about.
const (
	TaskBroadcastStart  = "broadcast-start"
	TaskBroadcastExpand = "broadcast-expand"
	TaskBroadcastTick   = "broadcast-tick"
	TaskBroadcastEcho   = "broadcast-echo"
)

// BroadcastTask is the payload of these tasks. They name no subject: a paused
// broadcast would suppress them.
type BroadcastTask struct {
	ID      string        `json:"id"`
	Version int           `json:"version,omitempty"` // of the broadcast; another one's tick has taken over
	N       int           `json:"n,omitempty"`
	Wait    time.Duration `json:"wait,omitempty"`
	Waiting int64         `json:"waiting,omitempty"` // at the last look
	Told    int           `json:"told,omitempty"`    // percent last told
}

func (p BroadcastTask) task(kind, name string, due time.Time) models.Task {
	payload, _ := json.Marshal(p) // cannot fail
	return models.Task{Key: kind + ":" + p.ID + ":" + name, Kind: kind, DueAt: due, Payload: payload}
}

// BroadcastStart is due when an approved broadcast goes out.
func BroadcastStart(b models.Broadcast, due time.Time) models.Task {
	return BroadcastTask{ID: b.ID, Version: b.Version}.task(TaskBroadcastStart, strconv.Itoa(b.Version)+":"+strconv.FormatInt(due.Unix(), 10), due)
}

// BroadcastExpand writes the next rows.
func BroadcastExpand(b models.Broadcast, due time.Time) models.Task {
	t := BroadcastTask{ID: b.ID}.task(TaskBroadcastExpand, b.ReachedTo, due)
	t.Priority = models.PriorityBulk
	return t
}

// BroadcastTick looks at how a broadcast stands, and goes on looking until it
// is over.
func BroadcastTick(p BroadcastTask, due time.Time) models.Task {
	return p.task(TaskBroadcastTick, strconv.Itoa(p.Version)+":"+strconv.Itoa(p.N), due)
}

// BroadcastEcho counts the answers when no more are to be expected.
func BroadcastEcho(b models.Broadcast, due time.Time) models.Task {
	return BroadcastTask{ID: b.ID}.task(TaskBroadcastEcho, "", due)
}

// BroadcastMessages is what a broadcast says in each language, and in "" the
// clinic's own: the text, and how to refuse in one word.
func (s Speaker) BroadcastMessages(b models.Broadcast) (map[string]models.Message, error) {
	out := map[string]models.Message{}
	options := []Option{{"prefer.off_" + string(b.Kind), "/prefer " + string(b.Kind) + " off"}}
	if b.Kind == models.KindActivity {
		options = append([]Option{{"menu.book", "/book"}}, options...)
	}
	for _, lang := range config.Languages() {
		data := map[string]any{"Text": BroadcastText(b, lang), "Kind": string(b.Kind), "Certificate": b.Certificate, "Pets": false}
		m, err := s.Message(lang, "broadcast.message", Same(data), options...)
		if err != nil {
			return nil, err
		}
		list := []models.Message{m}
		models.Refer(list, 0)
		out[string(lang)] = list[0]
	}
	out[""] = out[string(s.Language)]
	return out, nil
}

// BroadcastText is the wording in a language, or the nearest there is.
func BroadcastText(b models.Broadcast, lang config.Language) string {
	t := config.Text{}
	for l, s := range b.Texts {
		t[config.Language(l)] = s
	}
	return t.In(lang)
}

// titleLength is how many characters of a text stand for it in lists.
const titleLength = 16

// BroadcastTitle is what a broadcast is called in lists: how its text begins.
func BroadcastTitle(b models.Broadcast) string {
	line, _, more := strings.Cut(strings.TrimSpace(BroadcastText(b, config.Hans)), "\n")
	if r := []rune(line); len(r) > titleLength {
		line, more = string(r[:titleLength]), true
	}
	if more {
		line += "…"
	}
	return line
}

// BroadcastData is what texts say of a broadcast and its account.
func BroadcastData(b models.Broadcast, a models.Account) map[string]any {
	done := a.Audience() - a.Waiting
	percent := int64(0)
	if b.Audience > 0 {
		percent = done * 100 / b.Audience
	}
	return map[string]any{
		"Title": BroadcastTitle(b), "State": b.State, "Kind": string(b.Kind), "Audience": a.Audience(), "Done": done, "Percent": percent, "Expanded": b.Expanded,
		"Waiting": a.Waiting, "Sent": a.Sent, "Suppressed": a.Suppressed, "Failed": a.Failed, "Unknown": a.Unknown, "Expired": a.Expired,
		"Refused": refusedRows(a), "Replied": a.Replied, "OptedOut": a.OptedOut, "Reasons": failures(a), "LeftOut": leftOut(b.LeftOut), "Mass": massData(a.Mass),
	}
}

// refusedRows are those who refused the kind while it was under way.
func refusedRows(a models.Account) int64 {
	var n int64
	for reason, count := range a.Reasons {
		if strings.HasPrefix(reason, models.RefusedReason) {
			n += count
		}
	}
	return n
}

// failures are the reasons why something failed, as a platform put it.
func failures(a models.Account) []map[string]any {
	var out []map[string]any
	for _, reason := range sortedKeys(a.Reasons) {
		if !strings.HasPrefix(reason, models.RefusedReason) && !strings.HasPrefix(reason, "the broadcast is") {
			why, detail := whyFailed(reason)
			out = append(out, map[string]any{"Reason": reason, "Why": why, "Detail": detail, "N": a.Reasons[reason]})
		}
	}
	return out
}

// whyFailed is a reason of ours as texts know it; "" for a platform's own words.
func whyFailed(reason string) (why, detail string) {
	for _, r := range []struct{ begins, why string }{
		{models.ReasonTooFew, "few"},
		{models.ReasonNoWay, "closed"},
		{models.ReasonReview, "review"},
		{"the contact is " + models.ReachLeft, "left"},
		{"the contact is " + models.ReachBlocked, "blocked"},
	} {
		if detail, ok := strings.CutPrefix(reason, r.begins); ok {
			return r.why, strings.TrimSpace(detail)
		}
	}
	return "", ""
}

func massData(a models.MassAccount) map[string]any {
	return map[string]any{
		"Calls": a.Calls, "Total": a.Total, "Reported": a.Reported, "Open": a.Calls - a.Reported, "Sent": a.Sent, "Filtered": a.Filtered, "Failed": a.Failed,
	}
}

func leftOut(l models.LeftOut) map[string]any {
	var items []map[string]any
	total := int64(0)
	for _, x := range []struct {
		why string
		n   int64
	}{{"not_asked", l.NotAsked}, {"refused", l.Refused}, {"left", l.Left}, {"blocked", l.Blocked}, {"no_chat", l.NoChat}} {
		if x.n > 0 {
			items = append(items, map[string]any{"Why": x.why, "N": x.n})
			total += x.n
		}
	}
	return map[string]any{"Total": total, "Items": items, "Double": l.Double}
}

// BroadcastOptions are what can be done about a broadcast as it stands.
func BroadcastOptions(b models.Broadcast) []Option {
	show := Option{"broadcast.do_show", "/broadcast show " + b.ID}
	switch b.State {
	case models.BroadcastRunning:
		return []Option{{"broadcast.do_pause", "/broadcast pause " + b.ID}, {"broadcast.do_stop", "/broadcast stop " + b.ID}, show}
	case models.BroadcastPaused:
		return []Option{{"broadcast.do_resume", "/broadcast resume " + b.ID}, {"broadcast.do_stop", "/broadcast stop " + b.ID}, show}
	}
	return []Option{show}
}
