package kb_test

import (
	"fmt"
	"runtime"
	"testing"

	"zhenban/bot/kb"
	"zhenban/config"
)

// many makes a large base of the presets' entries: each again and again, about
// something else each time.
func many(t testing.TB, n int) []kb.Entry {
	t.Helper()
	var base, out []kb.Entry
	for _, kind := range config.Presets() {
		base = append(base, entries(t, kind, false)...)
	}
	for i := range n {
		e := base[i%len(base)]
		about := string([]rune{rune(0x4E00 + i*7%6000), rune(0x4E00 + i*13%6000)})
		in := kb.Entry{ID: fmt.Sprintf("e%d", i), Answer: about + e.Answer}
		for _, q := range e.Questions {
			in.Questions = append(in.Questions, about+q)
		}
		out = append(out, in)
	}
	return out
}

// The goal is 3 ms a question over 10,000 entries, in 60 MiB.
func BenchmarkSearch10000(b *testing.B) {
	list := many(b, 10_000)
	var before, after runtime.MemStats
	kb.New(entries(b, "vet", false)) // the dictionary is no part of a base
	runtime.GC()
	runtime.ReadMemStats(&before)
	x := kb.New(list)
	runtime.GC()
	runtime.ReadMemStats(&after)
	questions := append(paraphrases(b, "vet"), paraphrases(b, "general")...)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		x.Search(kb.Query{Text: questions[i%len(questions)].text}, 3)
		i++
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MiB")
	runtime.KeepAlive(x)
	runtime.KeepAlive(list)
}

func BenchmarkIndexOfPreset(b *testing.B) {
	list := entries(b, "vet", false)
	for b.Loop() {
		kb.New(list)
	}
}
