package cmd

import (
	"fmt"
	"runtime"
	"slices"
	"time"

	"zhenban/bot/kb"
	"zhenban/config"
)

// benchKnowledge is how long a question takes to find its entry in a large base.
type benchKnowledge struct {
	Entries int           `json:"entries"`
	Memory  uint64        `json:"memory_bytes"`
	Mean    time.Duration `json:"mean_ns"`
	P99     time.Duration `json:"p99_ns"`
}

// benchEntries is the size of the base.
const benchEntries = 10_000

// manyEntries makes a large base of the presets' entries: each again and
// again, about something else each time.
func manyEntries(n int) ([]kb.Entry, []string, error) {
	var base, out []kb.Entry
	var questions []string
	for _, name := range config.Presets() {
		p, _, err := config.LoadProfile(name)
		if err != nil {
			return nil, nil, err
		}
		for _, e := range p.Knowledge {
			base = append(base, kb.Entry{Questions: e.Questions, Answer: e.Answer.In(config.Hans)})
			questions = append(questions, e.Questions...)
		}
	}
	for i := range n {
		e := base[i%len(base)]
		about := string([]rune{rune(0x4E00 + i*7%6000), rune(0x4E00 + i*13%6000)})
		in := kb.Entry{ID: fmt.Sprint(i), Answer: about + e.Answer}
		for _, q := range e.Questions {
			in.Questions = append(in.Questions, about+q)
		}
		out = append(out, in)
	}
	return out, questions, nil
}

func (b *benchWorld) knowledge() (*benchKnowledge, error) {
	entries, questions, err := manyEntries(benchEntries)
	if err != nil {
		return nil, err
	}
	kb.New(entries[:1]) // the dictionary is no part of a base
	before := heapInUse()
	x := kb.New(entries)
	r := &benchKnowledge{Entries: len(entries), Memory: heapInUse() - before}
	all := make([]time.Duration, 0, len(questions))
	var sum time.Duration
	for _, q := range questions {
		start := b.w.Clock.Now()
		x.Search(kb.Query{Text: q}, 3)
		took := b.w.Clock.Since(start)
		sum += took
		all = append(all, took)
	}
	slices.Sort(all)
	r.Mean, r.P99 = sum/time.Duration(len(all)), quantile(all, .99)
	runtime.KeepAlive(entries)
	return r, nil
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
