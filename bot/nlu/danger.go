package nlu

import (
	"strings"
	"sync"
)

// danger is a state that must not wait, told by things that are said near each
// other in any order: what was swallowed and that it was, a body part and what it
// does, an operation and what came of it. Every concept of it has to be said.
type danger struct {
	who      whom
	concepts string
}

type whom int

const (
	anybody whom = iota
	animal       // medicines and foods are no poison for people
	person
)

// sighting is a concept at its place.
type sighting struct {
	concept    int
	start, end int
}

type conceptWord struct {
	r       []rune
	concept int
}

// dangerIndex is concepts and dangers made quick to look up: concepts are numbers.
type dangerIndex struct {
	words map[[2]rune][]conceptWord
	rules []dangerRule
}

type dangerRule struct {
	who      whom
	concepts []int
}

var dangersIndexed = sync.OnceValue(func() *dangerIndex {
	ix, number := &dangerIndex{words: make(map[[2]rune][]conceptWord, 2000)}, make(map[string]int, len(concepts))
	plain := strings.NewReplacer("_", " ", "'", "")
	for n, c := range concepts {
		number[c.name] = n
		for w := range strings.FieldsSeq(c.words) {
			r := foldString(plain.Replace(w))
			ix.words[firstTwo(r)] = append(ix.words[firstTwo(r)], conceptWord{r, n})
		}
	}
	for _, d := range dangers {
		r := dangerRule{who: d.who}
		for c := range strings.FieldsSeq(d.concepts) {
			r.concepts = append(r.concepts, number[c])
		}
		ix.rules = append(ix.rules, r)
	}
	return ix
})

// reach is how far apart the concepts of a danger may be said, in runes.
const (
	reach        = 36
	reachLetters = 90
)

// Danger reports that a text tells a danger of now by what is said in it
// together, where no single word would.
func Danger(s string, animals bool) bool {
	if strings.ContainsAny(s, "'’") { // cant breathe
		s = strings.NewReplacer("'", "", "’", "").Replace(s)
	}
	t, ix := newText(s), dangersIndexed()
	seen := t.sightings(ix)
	if len(seen) < 2 {
		return len(seen) == 1 && ix.alone(t, seen[0], animals)
	}
	said := make([]bool, len(concepts))
	for _, g := range seen {
		said[g.concept] = true
	}
	for _, r := range ix.rules {
		if !r.of(animals) || !all(said, r.concepts) {
			continue
		}
		for _, g := range seen {
			if g.concept == r.concepts[0] && t.tells(g, r.concepts[1:], seen) {
				return true
			}
		}
	}
	return false
}

// alone reports that a concept is a danger by itself.
func (ix *dangerIndex) alone(t *text, g sighting, animals bool) bool {
	for _, r := range ix.rules {
		if len(r.concepts) == 1 && r.concepts[0] == g.concept && r.of(animals) {
			return t.tells(g, nil, nil)
		}
	}
	return false
}

// of reports that a danger is one for an animal, or for a person.
func (r dangerRule) of(animals bool) bool { return r.who == anybody || (r.who == animal) == animals }

func all(said []bool, concepts []int) bool {
	for _, c := range concepts {
		if !said[c] {
			return false
		}
	}
	return true
}

// sightings finds every concept that is said, and not denied.
func (t *text) sightings(ix *dangerIndex) []sighting {
	out := make([]sighting, 0, 24)
	for i, r := range t.r {
		if isLetter(r) && isLetter(t.at(i-1)) {
			continue
		}
		before := len(out)
		if next := t.at(i + 1); next != 0 {
			out = t.sightingsAt(out, ix.words[[2]rune{r, next}], i)
		}
		out = t.sightingsAt(out, ix.words[[2]rune{r, 0}], i)
		if len(out) > before && (t.denied(i) || t.lab(i)) {
			out = out[:before]
		}
	}
	return out
}

func (t *text) sightingsAt(out []sighting, words []conceptWord, i int) []sighting {
	for _, w := range words {
		j := i + len(w.r)
		if !hasPrefix(t.r[i:], w.r) || isLetter(w.r[len(w.r)-1]) && isLetter(t.at(j)) && t.at(j) != 's' {
			continue
		}
		out = append(out, sighting{w.concept, i, j})
	}
	return out
}

// denied reports a denial right before a place: 没有抽搐, no bleeding. One that
// stands further off is of something else.
func (t *text) denied(at int) bool {
	before := string(t.r[max(0, at-14):at])
	for _, w := range [...]string{"出现", "什么", "任何", "怎么", "再", "有", "any ", "really ", "more "} {
		before = strings.TrimSuffix(before, w)
	}
	if strings.HasSuffix(before, "有没") || strings.HasSuffix(before, "是不") {
		return false
	}
	for _, w := range [...]string{"没", "不", "无", "未", "冇", "不是", "no ", "not ", "isnt ", "dont ", "didnt ", "wasnt ", "hasnt ", "havent ", "doesnt ", "arent ", "without ", "never "} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

// lab reports blood that is drawn, measured or thinned, and not shed.
func (t *text) lab(at int) bool {
	return t.at(at) == '血' && (oneOf(t.at(at-1), "抽验采献高低降补贫") || oneOf(t.at(at+1), "常压糖脂型检液管氧栓清红"))
}

// tells reports that the other concepts are said near the first, of now.
func (t *text) tells(first sighting, others []int, seen []sighting) bool {
	limit := reach
	if isLetter(t.at(first.start)) {
		limit = reachLetters
	}
	from, to, last := first.start, first.end, first.start
	taken := append(make([]sighting, 0, 4), first)
	for _, c := range others {
		best := -1
		for i, g := range seen {
			if g.concept == c && distance(g, first) <= limit && (best < 0 || distance(g, first) < distance(seen[best], first)) && apart(g, taken) {
				best = i
			}
		}
		if best < 0 {
			return false
		}
		taken = append(taken, seen[best])
		from, to, last = min(from, seen[best].start), max(to, seen[best].end), max(last, seen[best].start)
	}
	return t.ofNow(from, to, last)
}

// apart reports that a sighting shares no rune with others: a word tells one thing.
func apart(g sighting, others []sighting) bool {
	for _, o := range others {
		if g.start < o.end && o.start < g.end {
			return false
		}
	}
	return true
}

func distance(a, b sighting) int { return max(a.start-b.start, b.start-a.start) }

// ofNow reports that what is told between two places is neither past nor over,
// nor imagined, nor asked about in general. last is where its last concept begins.
func (t *text) ofNow(from, to, last int) bool {
	for from > 0 && !oneOf(t.r[from-1], ".;!?。") {
		from--
	}
	end := to
	for end < len(t.r) && !oneOf(t.r[end], ".;!?。") {
		end++
	}
	clause, lead, after := string(t.r[from:end]), string(t.r[from:last]), string(t.r[to:])
	now := containsAny(clause, "现在", "突然", "刚", "正在", "一直", "今天", "又", "今早", "昨晚", "right now", "just", "suddenly", "hour ago", "hours ago", "分钟前", "小时前", " now", "help")
	switch {
	case containsAny(lead, "会不会", "如果", "假如", "万一", "要是", "能不能", "可不可以", "会导致", "会引起", "预防", "避免", "怕会", "担心会", "多久会", "if ", "prevent", "avoid", "would ", "might ", "worried about", "worry about", "afraid of", "can i ", "can dogs ", "can cats ", "is it "),
		containsAny(lead, "会") && !containsAny(lead, "一会", "不会") && endsAsking(string(t.r[to:end])):
		return false
	case containsAny(after, "现在好了", "好多了", "没事了", "都好了", "已经好", "已经没事", "虚惊", "缓过来了", "恢复了", "止住了", "在消", "睡着了", "fine now", "ok now", "okay now", "better now", "false alarm") && !containsAny(after, "又", "但", "可是", "but "):
		return false
	case !now && containsAny(clause, "去年", "前年", "以前", "小时候", "上次", "上个月", "曾经", "年前", "月前", "病史", "好几年", "很多年", "last year", "last month", "years ago", "months ago", "used to", "history of"):
		return false
	case !now && (containsAny(clause, signAsked...) || containsAny(strings.ReplaceAll(lead, "像有人", ""), signTold...) || containsAny(clause, "是什么原因", "什么原因", "正常吗", "算正常", "多少钱", "how much", "is it normal", "有卖")):
		return false
	}
	return true
}

func endsAsking(s string) bool {
	s = strings.TrimRight(s, " ?啊呀呢")
	return strings.HasSuffix(s, "吗") || strings.HasSuffix(s, "么") || strings.HasSuffix(s, "嘛")
}
