package nlu

import (
	"slices"
	"strings"
	"sync"

	gopinyin "github.com/mozillazg/go-pinyin"
)

// readingsKept is how many readings of a character count as its sound.
const readingsKept = 3

// sounds is the pronunciation of every character of the basic block, without tones, in 126 KiB;
// the library's own map costs a lookup and a parse per character.
type sounds struct {
	of        [hanLast - hanFirst + 1][readingsKept]uint16 // 0: none
	syllables []string
	loose     []uint16 // the syllable with zh/z, sh/s, ch/c, -ng/-n made one
	ids       map[string]uint16
}

var soundTable = sync.OnceValue(func() *sounds {
	s := &sounds{syllables: []string{""}, loose: []uint16{0}, ids: make(map[string]uint16, 450)}
	for r := range rune(hanLast - hanFirst + 1) {
		all, ok := gopinyin.PinyinDict[int(r+hanFirst)]
		if !ok {
			continue
		}
		k := 0
		for reading := range strings.SplitSeq(all, ",") {
			id := s.id(toneless(reading))
			if id == s.of[r][0] || id == s.of[r][1] {
				continue
			}
			s.of[r][k] = id
			if k++; k == readingsKept {
				break
			}
		}
	}
	for id := range s.syllables {
		s.loose[id] = s.id(looseSyllable(s.syllables[id]))
	}
	return s
})

func (s *sounds) id(syllable string) uint16 {
	id, ok := s.ids[syllable]
	if !ok && syllable != "" {
		id = uint16(len(s.syllables))
		s.ids[syllable] = id
		s.syllables = append(s.syllables, syllable)
		s.loose = append(s.loose, id)
	}
	return id
}

// readings are the sounds of a rune; all zero when it has none.
func (s *sounds) readings(r rune) [readingsKept]uint16 {
	if r < hanFirst || r > hanLast {
		return [readingsKept]uint16{}
	}
	return s.of[r-hanFirst]
}

// pairs appends the keys of two runes said one after the other, loosely, each once; extra is one
// more sound of the first.
func (s *sounds) pairs(a, b rune, extra uint16, out []uint32) []uint32 {
	first := [readingsKept + 1]uint16{extra}
	for k, x := range s.readings(a) {
		first[k+1] = x
	}
	for _, x := range first {
		if x == 0 {
			continue
		}
		for _, y := range s.readings(b) {
			if y == 0 {
				break
			}
			if k := uint32(s.loose[x])<<16 | uint32(s.loose[y]); !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return out
}

// alike compares the sounds of two runes: 2 the same, 1 nearly, 0 not.
func (s *sounds) alike(a, b rune, extra uint16) int {
	best := 0
	for _, x := range s.readings(a) {
		if x == 0 {
			break
		}
		if x == extra {
			return 2
		}
		for _, y := range s.readings(b) {
			switch {
			case y == 0:
			case x == y:
				return 2
			case s.loose[x] == s.loose[y]:
				best = 1
			}
		}
	}
	return best
}

func toneless(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'ā', 'á', 'ǎ', 'à':
			return 'a'
		case 'ē', 'é', 'ě', 'è', 'ê', 'ế', 'ề':
			return 'e'
		case 'ī', 'í', 'ǐ', 'ì':
			return 'i'
		case 'ō', 'ó', 'ǒ', 'ò':
			return 'o'
		case 'ū', 'ú', 'ǔ', 'ù':
			return 'u'
		case 'ü', 'ǖ', 'ǘ', 'ǚ', 'ǜ':
			return 'v'
		case 'ń', 'ň', 'ǹ':
			return 'n'
		case 'ḿ':
			return 'm'
		}
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}

func looseSyllable(s string) string {
	for _, p := range [...][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}} {
		if rest, ok := strings.CutPrefix(s, p[0]); ok {
			s = p[1] + rest
			break
		}
	}
	if strings.HasSuffix(s, "ing") || strings.HasSuffix(s, "eng") {
		s = s[:len(s)-1]
	}
	return s
}

// isPinyin reports that a word of lower-case letters is a row of syllables.
func isPinyin(word string) bool {
	if len(word) == 0 || len(word) > 40 {
		return false
	}
	ids := soundTable().ids
	var open [41]bool
	open[0] = true
	for i := range len(word) {
		if !open[i] {
			continue
		}
		for n := 1; n <= 6 && i+n <= len(word); n++ {
			if syllable := word[i : i+n]; ids[syllable] != 0 && !rareSyllable(syllable) {
				open[i+n] = true
			}
		}
	}
	return open[len(word)]
}

// rareSyllable are sounds that only interjections have.
func rareSyllable(s string) bool {
	switch s {
	case "m", "n", "ng", "hm", "hng", "o", "ê", "fiao", "dia", "eng", "ei":
		return true
	}
	return false
}

// surnameReading is the syllable of characters that sound different as a surname.
func surnameReading(r rune) string {
	switch r {
	case '单':
		return "shan"
	case '曾':
		return "zeng"
	case '仇':
		return "qiu"
	case '解':
		return "xie"
	case '查':
		return "zha"
	case '区':
		return "ou"
	case '盖':
		return "ge"
	case '朴':
		return "piao"
	case '任':
		return "ren"
	case '乐':
		return "yue"
	case '尉':
		return "yu"
	case '缪':
		return "miao"
	case '冼':
		return "xian"
	case '翟':
		return "zhai"
	case '覃':
		return "qin"
	case '令':
		return "ling"
	case '种':
		return "chong"
	case '洗':
		return "xian"
	case '黑':
		return "he"
	case '折':
		return "she"
	case '秘':
		return "bi"
	case '繁':
		return "po"
	case '员':
		return "yun"
	case '纪':
		return "ji"
	case '葛':
		return "ge"
	case '华':
		return "hua"
	case '谌':
		return "chen"
	case '郗':
		return "xi"
	case '燕':
		return "yan"
	case '宁':
		return "ning"
	case '应':
		return "ying"
	case '那':
		return "na"
	case '都':
		return "du"
	case '石':
		return "shi"
	case '沈':
		return "shen"
	case '卜':
		return "bu"
	}
	return ""
}

// Sound is a number for how a character sounds, without its tone and with zh and z, sh and s, ch
// and c, -ng and -n made one; 0 when it has no sound.
func Sound(r rune) uint16 {
	s := soundTable()
	if r < hanFirst || r > hanLast {
		return 0
	}
	return s.loose[s.of[r-hanFirst][0]]
}
