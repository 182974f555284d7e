package client

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// answer takes what came as the answer to the open question.
func (f *filling) answer() error {
	t := f.t
	f.s.Answers = answersOf(f.s.Answers)
	verb, value, _ := strings.Cut(t.Choice, ":")
	text := t.In.Kind == bot.KindText || t.In.Kind == bot.KindVoice
	switch {
	case verb == "later" || text && t.Choice == "" && laterWords(t.In.Text):
		return f.later()
	case f.s.At == "" && t.Sent != nil:
		return f.notePhoto()
	case f.s.At == "":
		return f.reviewed(verb, value)
	case t.Stale:
		t.Pass()
		return nil
	}
	q := f.form.Item(f.s.At)
	if q == nil { // the form changed under a version that is gone
		return f.next()
	}
	switch {
	case q.Type == config.ItemAttachment && len(f.s.Picked) > 0 && text && t.Choice == "" && (nlu.Skips(t.In.Text) || thatIsAll(t.In.Text)):
		return f.set(q, slices.Clone(f.s.Picked))
	case verb == "skip" || text && t.Choice == "" && nlu.Skips(t.In.Text):
		if q.Required {
			return f.again("form.required", nil)
		}
		f.s.Passed = append(f.s.Passed, q.LinkID)
		delete(f.s.Answers, q.LinkID)
		return f.next()
	case verb == "enough":
		return f.set(q, slices.Clone(f.s.Picked))
	case verb == "o":
		return f.choose(q, value)
	case t.Range > 0 && q.Type == config.ItemChoice:
		t.Pass()
		return nil
	}
	return f.hear(q)
}

// choose takes a tapped or numbered option.
func (f *filling) choose(q *config.FormItem, value string) error {
	switch {
	case q.Type == config.ItemBoolean:
		return f.set(q, value == "yes")
	case q.Option(value) == nil:
		return f.next()
	case q.Repeats && q.Option(value).Alone:
		return f.set(q, []string{value})
	case q.Repeats:
		f.s.Picked = append(f.s.Picked, value)
		if len(f.s.Picked) == len(q.Options) {
			return f.set(q, slices.Clone(f.s.Picked))
		}
		return f.next()
	}
	return f.set(q, value)
}

// set keeps an answer and goes on.
func (f *filling) set(q *config.FormItem, v any) error {
	f.s.Answers[q.LinkID] = v
	f.s.Passed = slices.DeleteFunc(f.s.Passed, func(id string) bool { return id == q.LinkID })
	f.s.Picked = nil
	if err := f.alarm(); err != nil {
		return err
	}
	return f.next()
}

// again says what is wrong with an answer and asks once more.
func (f *filling) again(key string, data any) error {
	f.t.Say(key, data)
	return f.next()
}

// hear understands a typed or sent answer.
func (f *filling) hear(q *config.FormItem) error {
	t := f.t
	isText := t.In.Kind == bot.KindText || t.In.Kind == bot.KindVoice && t.In.Text != ""
	switch {
	case t.In.Kind == bot.KindImage || t.In.Kind == bot.KindFile:
		return f.hearPhoto(q)
	case q.Type == config.ItemAttachment && isText && digression(t.Heard()):
		t.Pass()
		return nil
	case q.Type == config.ItemAttachment:
		return f.again("form.want_photo", nil)
	case !isText:
		return f.again("form.want_"+string(q.Type), map[string]any{"Unit": q.Unit})
	}
	text := strings.TrimSpace(t.In.Text)
	switch q.Type {
	case config.ItemInteger, config.ItemDecimal:
		return f.hearNumber(q, text)
	case config.ItemChoice:
		return f.hearChoice(q, text)
	case config.ItemOpenChoice:
		return f.hearOpen(q, text)
	case config.ItemBoolean:
		switch yesNo(t) {
		case "yes":
			return f.set(q, true)
		case "no":
			return f.set(q, false)
		}
		if v, ok := nlu.Choose(text, []nlu.Alternative{{Value: "yes", Words: []string{"有", "是", "会", "对", "yes"}}, {Value: "no", Words: []string{"没有", "没", "不是", "不", "无", "no"}}}); ok {
			return f.set(q, v == "yes")
		}
	case config.ItemDate:
		for _, tm := range t.Heard().Times {
			from, _ := tm.Window()
			return f.set(q, config.DateOf(from).String())
		}
	default:
		if n := utf8.RuneCountInString(text); n > q.MaxLength {
			return f.again("form.too_long", map[string]any{"Have": n, "Max": q.MaxLength})
		}
		return f.set(q, text)
	}
	t.Pass()
	return nil
}

// hearNumber reads a number with its unit. One far outside what can be is
// asked about, with the slip that is likeliest: 380 for 38.0.
func (f *filling) hearNumber(q *config.FormItem, text string) error {
	v, ok := nlu.Decimal(text)
	if word, found := nlu.Choose(text, alternatives(q)); !ok && found { // 不疼
		v, _ = strconv.ParseFloat(word, 64) // validated with the profile
		ok = true
	}
	if !ok {
		if digression(f.t.Heard()) {
			f.t.Pass()
			return nil
		}
		return f.again("form.want_"+string(q.Type), map[string]any{"Unit": q.Unit})
	}
	if q.Unit == "°C" && nlu.Fahrenheit(text) {
		v = (v - 32) * 5 / 9
	}
	if q.Unit == "kg" && strings.ContainsAny(text, "斤") && !strings.Contains(text, "公斤") {
		v /= 2
	}
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'f', 2, 64), 64)
	if q.Type == config.ItemInteger && v != float64(int(v)) {
		return f.again("form.want_integer", map[string]any{"Unit": q.Unit})
	}
	if v < q.Min.Value || v > q.Max.Value {
		data := map[string]any{"Said": strconv.FormatFloat(v, 'f', -1, 64), "Min": q.Min.String(), "Max": q.Max.String(), "Unit": q.Unit, "Maybe": ""}
		for _, by := range []float64{10, 100} {
			if m := v / by; m >= q.Min.Value && m <= q.Max.Value && q.Type == config.ItemDecimal {
				data["Maybe"] = strconv.FormatFloat(m, 'f', -1, 64)
				break
			}
		}
		return f.again("form.out_of_range", data)
	}
	return f.set(q, v)
}

// hearChoice takes the option that the words mean; several where it repeats.
func (f *filling) hearChoice(q *config.FormItem, text string) error {
	list := alternatives(q)
	if q.Repeats {
		var found []string
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、;；和", r) }) {
			if n, ok := nlu.Number(part); ok && n <= len(q.Options) {
				found = append(found, q.Options[n-1].Value)
			} else if v, ok := nlu.Choose(part, list); ok {
				found = append(found, v)
			}
		}
		if len(found) > 0 {
			slices.Sort(found)
			return f.set(q, slices.Compact(append(found, f.s.Picked...)))
		}
	}
	if v, ok := nlu.Choose(text, list); ok {
		return f.choose(q, v)
	}
	f.t.Pass()
	return nil
}

// hearOpen takes an option that is said in so many words, a plain no for the
// option "none", and anything else as it was written: but not a wish of another
// kind.
func (f *filling) hearOpen(q *config.FormItem, text string) error {
	said := strings.TrimRight(plainWords(text), "。.!！ ")
	for _, a := range alternatives(q) {
		if slices.ContainsFunc(a.Words, func(w string) bool { return plainWords(w) == said }) {
			return f.set(q, a.Value)
		}
	}
	switch n := utf8.RuneCountInString(text); {
	case q.Option("none") != nil && f.t.Heard().Intent == nlu.IntentNo:
		return f.set(q, "none")
	case elsewhere(f.t):
		f.t.Pass()
		return nil
	case n > q.MaxLength:
		return f.again("form.too_long", map[string]any{"Have": n, "Max": q.MaxLength})
	}
	return f.set(q, text)
}

// alternatives are the answers a question knows and how people say them.
func alternatives(q *config.FormItem) []nlu.Alternative {
	list := make([]nlu.Alternative, len(q.Options))
	for i, o := range q.Options {
		list[i] = nlu.Alternative{Value: o.Value, Words: slices.Clone(o.Words)}
		for _, l := range config.Languages() {
			if s := o.Text[l]; s != "" {
				list[i].Words = append(append(list[i].Words, s), parts.Split(s, -1)...)
			}
		}
	}
	return list
}

// parts takes an option apart whose wording names several: 父母、兄弟姐妹或孩子.
var parts = regexp.MustCompile(`\s*(?:[,，、/]|或| or )\s*`)
