package config

import (
	"cmp"
	"slices"
)

// On reports whether the day lies in the leave.
func (l Leave) On(day Date) bool {
	to := l.To
	if to.IsZero() {
		to = l.From
	}
	return l.From.Compare(day) <= 0 && day.Compare(to) <= 0
}

// Minutes is the length of the span.
func (s Span) Minutes() int { return s.End - s.Start }

// Overlaps reports whether two spans share a minute.
func (s Span) Overlaps(t Span) bool { return s.Start < t.End && t.Start < s.End }

// Covers reports whether t lies wholly in s.
func (s Span) Covers(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

func (s Span) valid() bool {
	return s.Start >= 0 && s.Start < s.End && s.End <= 24*60 && s.Start%5 == 0 && s.End%5 == 0
}

// sortSpans orders spans in place.
func sortSpans(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	return spans
}

// clipSpans is what spans and within have in common.
func clipSpans(spans, within []Span) []Span {
	var out []Span
	for _, s := range spans {
		for _, w := range within {
			if both := (Span{max(s.Start, w.Start), min(s.End, w.End)}); both.Start < both.End {
				out = append(out, both)
			}
		}
	}
	return out
}

// subtractSpans is what is left of spans without away.
func subtractSpans(spans, away []Span) []Span {
	out := slices.Clone(spans)
	for _, a := range away {
		var rest []Span
		for _, s := range out {
			if !s.Overlaps(a) {
				rest = append(rest, s)
				continue
			}
			if s.Start < a.Start {
				rest = append(rest, Span{s.Start, a.Start})
			}
			if a.End < s.End {
				rest = append(rest, Span{a.End, s.End})
			}
		}
		out = rest
	}
	return out
}

func awaySpans(spans []Span, leaves []Leave, day Date) []Span {
	for _, l := range leaves {
		switch {
		case !l.On(day):
		case len(l.Hours) == 0:
			return nil
		default:
			spans = subtractSpans(spans, l.Hours)
		}
	}
	return spans
}
