package cmd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"zhenban/bot/kb"
)

// base is the knowledge base that understand is asked to search.
type base struct {
	index *kb.Index
	ids   []any // of the entries, as the file writes them
}

// found is what a line of output says about the knowledge base.
type found struct {
	Ranked []ranked `json:"ranked"`
	Answer any      `json:"answer"` // null: the base has no answer
}

type ranked struct {
	ID    any     `json:"id"`
	Score float64 `json:"score"`
}

// longestEntry is how long a line may be, in bytes; faultsShown how many faults
// are listed before the rest is left unread.
const (
	longestEntry = 4 << 20
	faultsShown  = 20
)

// rankedShown is how many entries a line of output ranks.
const rankedShown = 10

// readBase reads JSON lines {"id","question","answer"?}; lines with one id are
// ways to ask the same. Every fault is listed with its line. nil for no file.
func readBase(file string) (*base, error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("knowledge base: %w", err)
	}
	defer f.Close()
	var (
		entries []kb.Entry
		b       = &base{}
		at      = map[string]int{}
		faults  []error
	)
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 64<<10), longestEntry)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\xef\xbb\xbf")))
		if len(line) == 0 {
			continue
		}
		id, e, err := readEntry(line)
		if err != nil {
			if faults = append(faults, fmt.Errorf("%s: line %d: %w", file, n, err)); len(faults) == faultsShown {
				faults = append(faults, fmt.Errorf("%s: more than %d lines are faulty: is it JSON lines?", file, faultsShown))
				break
			}
			continue
		}
		i, known := at[e.ID]
		if !known {
			i = len(entries)
			at[e.ID] = i
			entries, b.ids = append(entries, kb.Entry{ID: e.ID}), append(b.ids, id)
		}
		entries[i].Questions = append(entries[i].Questions, e.Questions...)
		if e.Answer != "" && !strings.Contains(entries[i].Answer, e.Answer) {
			entries[i].Answer = strings.TrimSpace(entries[i].Answer + "\n" + e.Answer)
		}
	}
	if err := lines.Err(); err != nil {
		faults = append(faults, fmt.Errorf("%s: line %d: %w", file, n+1, err))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	b.index = kb.New(entries)
	return b, nil
}

func readEntry(line []byte) (id any, e kb.Entry, err error) {
	var q struct {
		ID       json.RawMessage `json:"id"`
		Question string          `json:"question"`
		Answer   string          `json:"answer"`
	}
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, e, err
	}
	if len(q.ID) > 0 {
		if err := json.Unmarshal(q.ID, &id); err != nil {
			return nil, e, err
		}
	}
	switch id.(type) {
	case string, float64:
	default:
		return nil, e, errors.New(`"id" is missing: write a text or a number`)
	}
	if strings.TrimSpace(q.Question) == "" {
		return nil, e, errors.New(`"question" is missing`)
	}
	return q.ID, kb.Entry{ID: string(q.ID), Questions: []string{q.Question}, Answer: q.Answer}, nil
}

func (b *base) search(text string) *found {
	r := b.index.Search(kb.Query{Text: text}, rankedShown)
	out := &found{Ranked: []ranked{}}
	for _, m := range r.Ranked {
		out.Ranked = append(out.Ranked, ranked{b.ids[m.Entry], m.Score})
	}
	if m, ok := r.Answer(); ok {
		out.Answer = b.ids[m.Entry]
	}
	return out
}
