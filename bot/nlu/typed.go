package nlu

// typedAt finds names typed as pinyin at a letter: xiya, wangyisheng, xi ya.
func (l *Lexicon) typedAt(t *text, i int, own bool, out []hit) []hit {
	if len(l.typed) == 0 || !isLetter(t.at(i)) || !isLetter(t.at(i+1)) {
		return out
	}
	for _, at := range l.typed[[2]rune{t.r[i], t.r[i+1]}] {
		f := &l.forms[at]
		j, spaced, ok := t.spells(i, f.typed)
		if !ok || len(f.typed) < 4 && (isWordRune(t.at(i-1)) || isWordRune(t.at(j))) {
			continue
		}
		if len(f.r) == 1 || spaced && len(f.typed) < 4 {
			continue
		}
		if !t.pinyinBetween(i, j) {
			continue
		}
		out = append(out, l.hit(f, i, j, 0.9*f.weight, own))
	}
	return out
}

// spells reports that the letters of typed stand at i, with blanks or apostrophes between them.
func (t *text) spells(i int, typed []rune) (j int, spaced, ok bool) {
	j = i
	for k, r := range typed {
		for k > 0 && (t.at(j) == ' ' || t.at(j) == '\'') {
			spaced = true
			j++
		}
		if t.at(j) != r && (r != 'v' || t.at(j) != 'u') {
			return j, spaced, false
		}
		j++
	}
	return j, spaced, true
}

// pinyinBetween reports that what is left of the word before i and after j is pinyin, too.
func (t *text) pinyinBetween(i, j int) bool {
	start := i
	for isLetter(t.at(start - 1)) {
		start--
	}
	end := j
	for isLetter(t.at(end)) {
		end++
	}
	return (start == i || isPinyin(string(t.r[start:i]))) && (end == j || isPinyin(string(t.r[j:end])))
}

// misspelt finds English names with one letter wrong, lost, added or swapped.
func (l *Lexicon) misspelt(t *text, i int, own bool, out []hit) []hit {
	for _, at := range l.latin[t.r[i]] {
		f := &l.forms[at]
		n, _, ok := l.oneLetterOff(t.r[i:], f.r)
		if !ok || isWordRune(t.at(i+n)) {
			continue
		}
		out = append(out, l.hit(f, i, i+n, f.weight*(1-0.9/float64(len(f.r))), own))
	}
	return out
}

func (l *Lexicon) oneLetterOff(r, name []rune) (n int, same, ok bool) {
	k := 0
	for k < len(name) && k < len(r) && r[k] == name[k] {
		k++
	}
	if k >= len(name) || k >= len(r) || k < 2 {
		return 0, false, false
	}
	rest := name[k:]
	switch {
	case len(rest) >= 2 && hasPrefix(r[k:], []rune{rest[1], rest[0]}) && hasPrefix(r[k+2:], rest[2:]):
		return len(name), true, true
	case hasPrefix(r[k+1:], rest) && isLetter(r[k]):
		return len(name) + 1, true, true
	case hasPrefix(r[k+1:], rest[1:]) && isLetter(r[k]):
		return len(name), false, true
	case hasPrefix(r[k:], rest[1:]):
		return len(name) - 1, true, true
	}
	return 0, false, false
}
