package nlu

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

func shanghai(t testing.TB) *time.Location {
	loc, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Skip("no zone data")
	}
	return loc
}

// TestTimesTable: testdata/times.tsv holds an expression and the first reading that it must have
// on Thursday, 19 November 2026, 10:30 in Shanghai; nothing where it is no time. The values were
// computed apart from this package.
func TestTimesTable(t *testing.T) {
	f, err := os.Open("testdata/times.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	now := time.Date(2026, 11, 19, 10, 30, 0, 0, shanghai(t))
	n := 0
	for sc := bufio.NewScanner(f); sc.Scan(); n++ {
		text, want, _ := strings.Cut(sc.Text(), "\t")
		for _, s := range []string{text, "我想" + text + "过来"} {
			if s != text && (want == "" || text[0] < 0x80) {
				continue
			}
			if got := firstValue(ParseTimes(s, now)); got != want {
				t.Errorf("%q: got %q, want %q", s, got, want)
			}
		}
	}
	if n < 250 {
		t.Errorf("only %d expressions", n)
	}
}

func firstValue(times []Time) string {
	if len(times) == 0 {
		return ""
	}
	var v struct{ Value, Start, End string }
	b, _ := json.Marshal(times[0])
	_ = json.Unmarshal(b, &v)
	if v.Value != "" {
		return v.Value
	}
	return v.Start + "/" + v.End
}
