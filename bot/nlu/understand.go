package nlu

import (
	"slices"
	"time"
)

// Understand reads one sentence: its intent, the names, times and numbers in it.
func Understand(req Request) Result {
	t := newText(req.Text)
	var res Result
	res.Number = t.bookingNumber()
	res.Phone = t.phone()
	res.Times = parseTimes(t, req.Now)
	own := ownLexicon(req.Names)
	hits := collect(t, req.Lexicon, own, res.Times)
	for _, h := range hits {
		l := req.Lexicon
		if h.own {
			l = own
		}
		res.Entities = append(res.Entities, Entity{
			Kind: h.kind, ID: l.names[h.owner].ID, Text: t.cut(h.start, h.end),
			Start: t.pos[h.start], End: t.pos[h.end], Score: h.score,
		})
	}
	res.Intent, res.Confidence = t.intent(&res)
	t.orderTimes(&res, midnight(req.Now))
	return res
}

func ownLexicon(names []Name) *Lexicon {
	if len(names) == 0 {
		return nil
	}
	return NewLexicon(names)
}

// collect finds the names wanted in the text.
func collect(t *text, clinic, own *Lexicon, times []Time) []hit {
	var hits []hit
	if clinic != nil {
		hits = clinic.find(t, false, hits)
	}
	if own != nil {
		hits = own.find(t, true, hits)
	}
	if len(hits) == 0 {
		return nil
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool { return h.score < 0.9 && t.inTime(h, times) })
	hits = settle(hits)
	return slices.DeleteFunc(hits, t.unwanted)
}

// inTime reports that a name that is not exact shares characters with a time: 点至 is not 点痣.
func (t *text) inTime(h hit, times []Time) bool {
	start, end := t.pos[h.start], t.pos[h.end]
	for _, x := range times {
		if start < x.Pos+len(x.Text) && x.Pos < end {
			return true
		}
	}
	return false
}

// orderTimes puts first what a booking should look at: the new time of a change before the old
// one, what suits before what does not, the future before the past.
func (t *text) orderTimes(res *Result, today time.Time) {
	if len(res.Times) < 2 {
		return
	}
	rank := func(x Time) int {
		i, _ := slices.BinarySearch(t.pos, x.Pos)
		j, _ := slices.BinarySearch(t.pos, x.Pos+len(x.Text))
		n := 0
		if t.refused(i, j) {
			n += 4
		}
		if _, to := x.Window(); to.Before(today) {
			n += 2
		}
		if res.Intent == IntentReschedule && !t.target(i) {
			n++
		}
		return n
	}
	slices.SortStableFunc(res.Times, func(a, b Time) int { return rank(a) - rank(b) })
}

// refused reports that the time between two runes is one that does not suit.
func (t *text) refused(i, j int) bool {
	j = t.spaces(j)
	for _, w := range [...]string{"不行", "不可以", "没空", "没时间", "不方便", "来不了", "去不了", "有事", "不得", "唔得", "冇时间", "doesn't work", "does not work", "is not possible", "i can't", "我没空", "我没时间", "我有事", "除外", "以外"} {
		if t.has(j, w) {
			return true
		}
	}
	for _, w := range [...]string{"除了", "不要", "不是", "not ", "except "} {
		if r := []rune(w); i >= len(r) && hasPrefix(t.r[i-len(r):], r) {
			return true
		}
	}
	return false
}

// target reports that a time is what something is moved to: 改到周五, move it to Friday.
func (t *text) target(i int) bool {
	if t.at(i-1) == ' ' {
		i--
	}
	for _, w := range [...]string{"到", "成", "至", "去", "在", "为", "约", " to", "改"} {
		if r := []rune(w); i >= len(r) && hasPrefix(t.r[i-len(r):], r) {
			return true
		}
	}
	return false
}
