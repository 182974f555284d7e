package kb_test

import (
	"slices"
	"strings"
	"testing"

	"zhenban/bot/kb"
)

func small() *kb.Index {
	return kb.New([]kb.Entry{
		{ID: "bath", Questions: []string{"狗狗术后可以洗澡吗"}, Species: []string{"dog", "cat"}, Services: []string{"neutering"}, To: 14},
		{ID: "bath-vaccine", Questions: []string{"打完疫苗多久可以洗澡"}, Services: []string{"vaccination"}, To: 7},
		{ID: "stitches", Questions: []string{"绝育后几天拆线"}},
		{ID: "cat-water", Questions: []string{"猫不爱喝水怎么办"}, Species: []string{"cat"}},
		{ID: "dog-bone", Questions: []string{"狗可以吃骨头吗"}, Species: []string{"dog"}},
		{ID: "loose", Questions: []string{"拉稀怎么办"}},
		{ID: "cone", Questions: []string{"伊丽莎白圈要戴多久"}},
	})
}

func TestSearch(t *testing.T) {
	x := small()
	for text, want := range map[string]string{
		"狗狗术后可以洗澡吗":                      "bath",
		"狗狗術後可以洗澡嗎":                      "bath", // the other script
		"术后能沐浴不":                         "bath", // another word
		"做完手術可唔可以沖涼":                     "bath", // as one says it in the south
		"手术后可以洗早吗":                       "bath", // typed by sound
		"can my dog bathe after surgery": "bath", // another language
		"can my dog bathe after surgrey": "bath", // with a slip
		"打完预防针几天能洗澡":                     "bath-vaccine",
		"结扎几天可以拆线":                       "stitches",
		"狗狗腹泻怎么办":                        "loose",
		"头套要戴几天":                         "cone",
		"猫咪不肯喝水咋整":                       "cat-water",
	} {
		if got, ok := x.Search(kb.Query{Text: text}, 3).Answer(); !ok || got.ID != want {
			r := x.Search(kb.Query{Text: text}, 3)
			t.Errorf("%s: %v (sure %t), want %s", text, r, ok, want)
		}
	}
	for _, text := range []string{
		"", "。。。", "123", "今天天气怎么样", "狗狗会唱歌吗", "猫可以吃骨头吗", // another animal
		"狗不爱喝水怎么办", "洗牙后几天拆线", "how do I renew my passport", "🐶",
	} {
		if got, ok := x.Search(kb.Query{Text: text}, 3).Answer(); ok {
			t.Errorf("%s: answered with %s", text, got.ID)
		}
	}
}

// What was done to the patient settles which of two entries is meant, and
// never makes an answer of what is none.
func TestContext(t *testing.T) {
	x := small()
	for service, want := range map[string]string{"neutering": "bath", "vaccination": "bath-vaccine"} {
		r := x.Search(kb.Query{Text: "可以洗澡吗", Lately: []kb.Lately{{Service: service, Days: 3}}}, 3)
		if len(r.Ranked) < 2 || r.Ranked[0].ID != want {
			t.Errorf("after %s: %v, want %s first", service, r.Ranked, want)
		}
	}
	r := x.Search(kb.Query{Text: "今天天气怎么样", Species: "dog", Lately: []kb.Lately{{Service: "neutering", Days: 3}}}, 3)
	if got, ok := r.Answer(); ok {
		t.Errorf("the weather was answered with %s", got.ID)
	}
	r = x.Search(kb.Query{Text: "可以洗澡吗", Lately: []kb.Lately{{Service: "neutering", Days: 200}, {Service: "vaccination", Days: 3}}}, 3)
	if r.Ranked[0].ID != "bath-vaccine" {
		t.Errorf("an operation half a year ago: %v", r.Ranked)
	}
}

// What holds after one operation is not said of any, unless it is the one that
// was done.
func TestAfterWhichOperation(t *testing.T) {
	x := kb.New([]kb.Entry{
		{ID: "lipo", Questions: []string{"吸脂后几天能洗澡", "抽脂多久能泡澡"}, Services: []string{"liposuction"}, To: 30},
		{ID: "eyelid", Questions: []string{"双眼皮多久能洗脸", "割双眼皮几天能碰水"}, Services: []string{"double-eyelid"}, To: 14},
	})
	if got, ok := x.Search(kb.Query{Text: "术后几天能洗澡"}, 2).Answer(); ok {
		t.Errorf("answered with %s, and nobody said which operation", got.ID)
	}
	if got, ok := x.Search(kb.Query{Text: "术后几天能洗澡", Lately: []kb.Lately{{Service: "liposuction", Days: 2}}}, 2).Answer(); !ok || got.ID != "lipo" {
		t.Errorf("after liposuction: %v, %t", got, ok)
	}
	if got, ok := x.Search(kb.Query{Text: "抽脂几天能洗澡"}, 2).Answer(); !ok || got.ID != "lipo" {
		t.Errorf("liposuction named: %v, %t", got, ok)
	}
}

func TestEmptyBase(t *testing.T) {
	for _, list := range [][]kb.Entry{nil, {{ID: "a"}}, {{ID: "a", Questions: []string{""}}}} {
		if _, ok := kb.New(list).Search(kb.Query{Text: "狗狗术后可以洗澡吗"}, 3).Answer(); ok {
			t.Errorf("%v answered", list)
		}
	}
}

// The same base and question give the same result, whatever the order of maps.
func TestSame(t *testing.T) {
	list := many(t, 500)
	a := kb.New(list).Search(kb.Query{Text: "术后可以洗澡吗"}, 10)
	for range 5 {
		if b := kb.New(list).Search(kb.Query{Text: "术后可以洗澡吗"}, 10); !slices.Equal(a.Ranked, b.Ranked) || a.Confidence != b.Confidence {
			t.Fatalf("%v, then %v", a, b)
		}
	}
}

func FuzzSearch(f *testing.F) {
	x := small()
	for _, s := range []string{"狗狗术后可以洗澡吗", "can my dog's", "ａｂｃ　洗", "\xff\xfe", strings.Repeat("洗澡", 5000), "e'-' --", "é洗É"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := x.Search(kb.Query{Text: s}, 3)
		if len(r.Ranked) > 3 || r.Confidence < 0 || r.Confidence > 1 {
			t.Fatalf("%q: %v", s, r)
		}
		for _, m := range r.Ranked {
			if m.Score < 0 || m.Score > 1 {
				t.Fatalf("%q: %v", s, r)
			}
		}
	})
}
