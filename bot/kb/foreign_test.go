package kb_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"zhenban/bot/kb"
)

// foreignBase is a base of topics that no clinic has (libraries, telephones,
// banks), one question an entry, and n more entries about other things asked in
// the same words.
func foreignBase(t *testing.T, answers bool, n int) []kb.Entry {
	t.Helper()
	b, err := os.ReadFile("testdata/foreign_base.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var out []kb.Entry
	for l := range strings.SplitSeq(strings.TrimSpace(string(b)), "\n") {
		f := strings.Split(l, "\t")
		e := kb.Entry{ID: f[0], Questions: []string{f[1]}}
		if answers {
			e.Answer = f[2]
		}
		out = append(out, e)
	}
	ends := []string{"怎么办理", "在哪里查", "多少钱", "需要什么材料", "可以退吗", "几点开门"}
	for i := range n {
		about := string([]rune{rune(0x4E00 + i*7919%6000), rune(0x4E00 + i*104729%6000)})
		out = append(out, kb.Entry{ID: fmt.Sprint(i), Questions: []string{about + ends[i%len(ends)]}})
	}
	return out
}

// A base whose topics the words know little of finds what is alike by the
// letter, and above all does not answer wrongly.
func TestForeignBase(t *testing.T) {
	list := readParaphrases(t, "foreign")
	for _, answers := range []bool{false, true} {
		for _, n := range []int{0, 2000} {
			x := kb.New(foreignBase(t, answers, n))
			got := measure(t, x, list, false)
			t.Logf("answers %t, %d more: top-1 %.3f, top-3 %.3f, answered right %.3f of %d; outside answered %.3f of %d", answers, n,
				got.top1(), float64(got.third)/float64(got.in), float64(got.answered)/float64(got.in), got.in, got.outWrong(), got.out)
			if got.top1() < 0.5 || got.outWrong() > 0.10 {
				t.Errorf("answers %t, %d more: %.3f come first, %.3f of what is outside is answered", answers, n, got.top1(), got.outWrong())
			}
			for _, e := range foreignBase(t, answers, 0) { // as it is written it is found
				if m, ok := x.Search(kb.Query{Text: e.Questions[0]}, 3).Answer(); !ok || m.ID != e.ID {
					t.Errorf("answers %t, %d more: %s: %v, %t, want %s", answers, n, e.Questions[0], m, ok, e.ID)
				}
			}
		}
	}
}
