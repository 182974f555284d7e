package client

import (
	"bufio"
	"hash/fnv"
	"os"
	"strings"
	"testing"
	"time"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// spoken is a sentence that is an emergency, or comes near one.
type spoken struct {
	kind, text   string
	urgent, kept bool // kept: of the half that nothing was tuned on
}

func spokenList(t *testing.T) []spoken {
	t.Helper()
	f, err := os.Open("testdata/urgent.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []spoken
	for lines := bufio.NewScanner(f); lines.Scan(); {
		c := strings.Split(lines.Text(), "\t")
		if len(c) != 3 {
			t.Fatalf("%q has not three columns", lines.Text())
		}
		h := fnv.New32a()
		_, _ = h.Write([]byte(c[2]))
		out = append(out, spoken{kind: c[0], text: c[2], urgent: c[1] == "1", kept: h.Sum32()%2 == 0})
	}
	return out
}

func clinics(t *testing.T) map[string]*bot.Clinic {
	t.Helper()
	out := map[string]*bot.Clinic{}
	for _, kind := range config.Presets() {
		p, _, err := config.LoadProfile(kind)
		if err != nil {
			t.Fatal(err)
		}
		if out[kind], err = bot.NewClinic(p, 0); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// No emergency is missed, and at least nine of ten that are taken for one are:
// over all presets, three scripts, with slips, and as people run on. A sign that
// is past, denied, asked about or somebody else's is none.
func TestUrgent(t *testing.T) {
	known := clinics(t)
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	says := func(kind, text string) bool {
		c := known[kind]
		h := nlu.Understand(nlu.Request{Text: text, Now: now, Lexicon: c.Lexicon})
		return urgent(&h, text, c)
	}
	var all, kept struct{ found, missed, wrong int }
	for _, s := range spokenList(t) {
		got := says(s.kind, s.text)
		for _, n := range []*struct{ found, missed, wrong int }{&all, &kept} {
			if n == &kept && !s.kept {
				continue
			}
			switch {
			case got && s.urgent:
				n.found++
			case s.urgent:
				n.missed++
			case got:
				n.wrong++
			}
		}
		if got != s.urgent {
			t.Logf("%s: %s: urgent %t", s.kind, s.text, got)
		}
	}
	t.Logf("all: found %d, missed %d, wrongly %d; kept back: %d, %d, %d", all.found, all.missed, all.wrong, kept.found, kept.missed, kept.wrong)
	if all.missed > 0 || 10*all.wrong > all.found+all.wrong {
		t.Errorf("%d missed, %d taken wrongly beside %d", all.missed, all.wrong, all.found)
	}
}

// In a message of 2,000 characters an emergency is heard wherever it stands.
func TestUrgentInALongMessage(t *testing.T) {
	c := clinics(t)["vet"]
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	filler := strings.Repeat("我家猫叫糯米，三岁了，平时吃得好睡得香，今天想问问你们店的洗澡怎么收费。", 70)
	says := func(text string) bool {
		h := nlu.Understand(nlu.Request{Text: text, Now: now, Lexicon: c.Lexicon})
		return urgentAnywhere(&h, text, c, now)
	}
	r := []rune(filler)[:2000]
	if says(string(r)) {
		t.Fatal("the filler is an emergency by itself")
	}
	for at := 0; at <= len(r); at += 37 {
		if text := string(r[:at]) + "。它刚刚突然抽搐了。" + string(r[at:]); !says(text) {
			t.Errorf("not heard at %d", at)
		}
	}
}
