package nlu

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// sharedScript are left sides of scriptPairs that simplified text uses as well, so they say
// nothing about the script.
const sharedScript = "乾后徵摺于菸著藉交麽姊黏"

const (
	hanFirst = 0x4E00
	hanLast  = 0x9FFF
)

type scriptTable struct {
	simple      [hanLast - hanFirst + 1]uint16 // 0: the character stays
	traditional [(hanLast - hanFirst + 64) / 64]uint64
}

var scripts = sync.OnceValue(func() *scriptTable {
	t := new(scriptTable)
	var from rune
	for i, r := range []rune(scriptPairs) {
		if i%2 == 0 {
			from = r
			continue
		}
		k := from - hanFirst
		t.simple[k] = uint16(r)
		if !strings.ContainsRune(sharedScript, from) {
			t.traditional[k/64] |= 1 << (k % 64)
		}
	}
	return t
})

func (t *scriptTable) fold(r rune) rune {
	if r < hanFirst || r > hanLast {
		return r
	}
	if s := t.simple[r-hanFirst]; s != 0 {
		return rune(s)
	}
	return r
}

// Simplify writes traditional characters as simplified ones, one rune for one rune, and leaves
// everything else alone.
func Simplify(s string) string {
	t := scripts()
	return strings.Map(func(r rune) rune { return t.fold(r) }, s)
}

// IsTraditional reports whether s holds a character that only the traditional script uses.
func IsTraditional(s string) bool {
	t := scripts()
	for _, r := range s {
		if r < hanFirst || r > hanLast {
			continue
		}
		if k := r - hanFirst; t.traditional[k/64]&(1<<(k%64)) != 0 {
			return true
		}
	}
	return false
}

// IsEnglish reports whether s is written in Latin letters with an English word in it: pinyin, a
// number, and a booking number are not English.
func IsEnglish(s string) bool {
	letters := 0
	for _, r := range s {
		if isHan(r) {
			return false
		}
		if isLatin(r) {
			letters++
		}
	}
	if letters < 2 {
		return false
	}
	known, latin := 0, 0
	for word := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !isLatin(r) && r != '\'' }) {
		if utf8.RuneCountInString(word) == 1 && word != "i" && word != "a" {
			continue
		}
		latin++
		if !isPinyin(word) || englishWords()[word] {
			known++
		}
	}
	return latin > 0 && known*2 >= latin
}

func isHan(r rune) bool { return r >= 0x3400 && r <= hanLast || r >= 0x20000 && r <= 0x2FFFF }

func isLatin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
