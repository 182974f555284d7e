package cmd

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

func understandCommand(w World) *cobra.Command {
	var file, preset, base string
	c := &cobra.Command{
		Use:   "understand",
		Short: `Say what is understood: JSON lines {"id","text","now"} in, {"id","intent","confidence","entities","times"} out`,
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := w.settings(file)
			if err != nil {
				return err
			}
			if c.Flags().Changed("preset") || s.Clinic == "" {
				s.Clinic = preset
			}
			p, _, err := config.LoadProfile(s.Clinic)
			if err != nil {
				return err
			}
			clinic, err := bot.NewClinic(p, 0)
			if err != nil {
				return err
			}
			x, err := readBase(base)
			if err != nil {
				return err
			}
			return understandLines(w.In, w.Out, clinic, x, w.Clock.Now())
		},
	}
	c.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	c.Flags().StringVar(&preset, "preset", "vet", "clinic whose names are known")
	c.Flags().StringVar(&base, "kb", "", `knowledge base, JSON lines {"id","question","answer"?}: adds "ranked" and "answer" to each line`)
	return c
}

// understood is one line of output.
type understood struct {
	ID         any                 `json:"id"`
	Intent     nlu.Intent          `json:"intent"`
	Confidence float64             `json:"confidence"`
	Entities   map[string][]entity `json:"entities"`
	Number     string              `json:"number,omitempty"`
	Phone      string              `json:"phone,omitempty"`
	Times      []nlu.Time          `json:"times"`
	*found
}

type entity struct {
	ID    string  `json:"id"`
	Text  string  `json:"text"`
	Score float64 `json:"score"`
}

func understandLines(in io.Reader, out io.Writer, clinic *bot.Clinic, x *base, now time.Time) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 64<<10), 4<<20)
	buffered := bufio.NewWriter(out)
	enc := json.NewEncoder(buffered)
	enc.SetEscapeHTML(false)
	var faults []error
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var q struct {
			ID   any    `json:"id"`
			Text string `json:"text"`
			Now  string `json:"now"`
		}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			faults = append(faults, fmt.Errorf("line %d: %w", n, err))
			continue
		}
		at, err := readNow(q.Now, now, clinic.Location(""))
		if err != nil {
			faults = append(faults, fmt.Errorf("line %d: now: %w", n, err))
			continue
		}
		u := understand(clinic, q.ID, q.Text, at)
		if x != nil {
			u.found = x.search(q.Text)
		}
		if err := enc.Encode(u); err != nil {
			return err
		}
	}
	return errors.Join(append(faults, lines.Err(), buffered.Flush())...)
}

func understand(clinic *bot.Clinic, id any, text string, at time.Time) understood {
	r := nlu.Understand(nlu.Request{Text: text, Now: at, Lexicon: clinic.Lexicon})
	u := understood{ID: id, Intent: r.Intent, Confidence: r.Confidence, Entities: map[string][]entity{}, Number: r.Number, Phone: r.Phone, Times: r.Times}
	if intent, ok := nlu.Command(text); ok {
		u.Intent, u.Confidence = intent, 1
	}
	for _, e := range r.Entities {
		u.Entities[string(e.Kind)] = append(u.Entities[string(e.Kind)], entity{e.ID, e.Text, e.Score})
	}
	if u.Times == nil {
		u.Times = []nlu.Time{}
	}
	return u
}

// readNow reads a moment; without a zone it is the branch's wall clock.
func readNow(s string, now time.Time, loc *time.Location) (time.Time, error) {
	if s == "" {
		return now.In(loc), nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.In(loc), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", time.DateTime, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, loc); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no moment: write 2026-11-23T15:00:00, with or without a zone", s)
}
