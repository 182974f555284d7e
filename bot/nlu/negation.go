package nlu

import "sync"

// refusals are what turns the name after them away.
var refusals = sync.OnceValue(func() [][]rune {
	var out [][]rune
	for _, w := range [...]string{
		"不要", "不想要", "别约", "别找", "别给我约", "不约", "不找", "不想约", "不想找", "不看", "不想看", "不选", "不挂", "除了", "除开", "除去", "不是", "不用", "不需要",
		"不喜欢", "不做", "不想做", "不打", "讨厌", "换掉", "不要再约", "别再约", "不要约", "不要找", "不要给我约", "唔要", "唔想要", "唔约",
		"not ", "except ", "except for ", "anyone but ", "other than ", "don't want ", "dont want ", "no ", "without ", "instead of ", "rather than ", "do not want ",
	} {
		out = append(out, foldString(w))
	}
	return out
})

// unwanted reports that the words around a name turn it away: 不要王医生, 除了王医生, not Dr Wang.
func (t *text) unwanted(h hit) bool {
	i := h.start
	for t.at(i-1) == ' ' {
		i--
	}
	for _, w := range refusals() {
		r := w
		if r[len(r)-1] == ' ' && i < h.start {
			r = r[:len(r)-1]
		}
		k := i - len(r)
		if k < 0 || !hasPrefix(t.r[k:], r) || isLetter(r[0]) && isLetter(t.at(k-1)) {
			continue
		}
		if c := t.at(k - 1); oneOf(c, "要是用想做看能") && c == t.at(k+1) { // 要不要, 是不是
			continue
		}
		return true
	}
	for _, w := range [...]string{"以外", "之外", "除外", "不要", "不行的话不", "就不要", "就算了", "就不用", " is not ok"} {
		if t.has(h.end, w) {
			return true
		}
	}
	return false
}
