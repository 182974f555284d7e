package nlu

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func checkTimes(t testing.TB, text string, times []Time) {
	t.Helper()
	for _, x := range times {
		if x.Pos < 0 || x.Pos+len(x.Text) > len(text) || text[x.Pos:x.Pos+len(x.Text)] != x.Text || x.Text == "" {
			t.Fatalf("%q: place of %+v", text, x)
		}
		if !x.End.IsZero() && !x.End.After(x.Start) {
			t.Fatalf("%q: ends before it starts: %+v", text, x)
		}
		if strings.HasSuffix(string(x.Type), "range") == x.End.IsZero() {
			t.Fatalf("%q: type and end: %+v", text, x)
		}
		if from, to := x.Window(); to.Before(from) {
			t.Fatalf("%q: window %s to %s", text, from, to)
		}
		if _, err := json.Marshal(x); err != nil {
			t.Fatal(err)
		}
	}
}

func fuzzSeeds(f *testing.F) {
	for _, s := range []string{
		"明天下午三点约王医生洗牙", "9点到下午5点", "25-28号", "2026-11-25T08:15:30-05:30", "from 3 to 5 pm next Tuesday", "农历八月十五之前", "差五分三点", "两三点", "周末下午或者下周一",
		"before Friday", "within half an hour", "\xff\xfe", "０１／０２", "三", "十百廿", "wangyisheng xiya", "不要王医生", "B4829173",
	} {
		f.Add(s, int64(1795084200))
	}
}

func FuzzParseTimes(f *testing.F) {
	fuzzSeeds(f)
	loc, err := time.LoadLocation("America/New_York") // a zone whose clocks change
	if err != nil {
		loc = time.UTC
	}
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		now := time.Unix(unix%4e9, 0).In(loc)
		checkTimes(t, text, ParseTimes(text, now))
	})
}

func FuzzUnderstand(f *testing.F) {
	fuzzSeeds(f)
	lexicon := NewLexicon(clinicNames())
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		r := Understand(Request{Text: text, Now: time.Unix(unix%4e9, 0).UTC(), Lexicon: lexicon, Names: []Name{{KindPatient, "p", []string{"豆豆", "", "a"}}}})
		checkTimes(t, text, r.Times)
		for _, e := range r.Entities {
			if e.Start < 0 || e.End > len(text) || e.Start >= e.End || text[e.Start:e.End] != e.Text || e.Score <= 0 || e.Score > 1 {
				t.Fatalf("%q: %+v", text, e)
			}
		}
		if r.Confidence < 0 || r.Confidence > 1 || r.Intent == "" {
			t.Fatalf("%q: %s %f", text, r.Intent, r.Confidence)
		}
		Command(text)
		Number(text)
		IsEnglish(text)
		if utf8.ValidString(text) && utf8.RuneCountInString(Simplify(text)) != utf8.RuneCountInString(text) {
			t.Fatalf("%q: runes lost", text)
		}
	})
}

// TestAnyTimes strings together what people write about times and checks that every result holds.
func TestAnyTimes(t *testing.T) {
	pieces := []string{
		"明天", "下周三", "下午", "三点", "3", "点", "半", "到", "-", "前", "后", "内", "25号", "11月", "周", "五", "一", "个", "小时", "天", "两", "、", "或者", "上午", "9:30", "晚上", "12点", "月底", "春节", "农历", "初五",
		" ", "from ", "to ", "next ", "Tuesday", "at ", "3pm", "noon", "before ", "after ", "in ", "two ", "hours", "quarter ", "past ", "half ", "of ", "Nov ", "31", "/", ".", "2026", "年", "差", "分", "凌晨", "周末", "今", "31号", "2月30日", "24点", "23:59",
	}
	rapid.Check(t, func(r *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 9).Draw(r, "pieces"), "")
		now := time.Unix(rapid.Int64Range(1.5e9, 2.2e9).Draw(r, "now"), 0).UTC()
		checkTimes(t, text, ParseTimes(text, now))
	})
}

// TestLongText: a pasted page costs what its first 500 runes cost.
func TestLongText(t *testing.T) {
	text := strings.Repeat("明天下午三点约王医生洗牙", 5000)
	r := Understand(Request{Text: text, Now: time.Unix(1795084200, 0), Lexicon: NewLexicon(clinicNames())})
	checkTimes(t, text, r.Times)
	if last := r.Times[len(r.Times)-1]; last.Pos > 3*maxRunes {
		t.Errorf("read to byte %d", last.Pos)
	}
}
