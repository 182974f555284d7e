package config

import (
	"slices"
	"time"
)

// maxSearch is how far ahead NextOpening looks, in days.
const maxSearch = 400

func holidaysOf(all []Holiday, branch string) map[Date][]Span {
	out := map[Date][]Span{}
	for _, h := range all {
		if len(h.Branches) > 0 && !slices.Contains(h.Branches, branch) {
			continue
		}
		for d := h.From; d.Compare(h.To) <= 0; d = d.AddDays(1) {
			out[d] = h.Hours
		}
	}
	return out
}

// Hours lists when a branch is open on a day of its own calendar, in order,
// holidays applied; empty when it is closed or unknown. "" is the first branch.
func (c *Clinic) Hours(branch string, day Date) []Span {
	b := c.branchOrFirst(branch)
	if b == nil {
		return nil
	}
	if spans, ok := c.holidays[b.ID][day]; ok {
		return sortSpans(slices.Clone(spans))
	}
	return sortSpans(b.Hours.On(day.Weekday()))
}

// OpenAt reports whether a branch ("" for the first) is open at an instant.
func (c *Clinic) OpenAt(branch string, now time.Time) bool {
	next := c.NextOpening(branch, now)
	return !next.IsZero() && !next.After(now)
}

// NextOpening is the first instant not before now at which a branch ("" for
// the first) is open: now itself while it is open. It is the zero time for an
// unknown branch, or one that does not open within 400 days.
func (c *Clinic) NextOpening(branch string, now time.Time) time.Time {
	b := c.branchOrFirst(branch)
	if b == nil {
		return time.Time{}
	}
	loc := c.Location(b.ID)
	day := DateOf(now.In(loc))
	for range maxSearch {
		for _, s := range c.Hours(b.ID, day) {
			if from, to := day.Time(loc, s.Start), day.Time(loc, s.End); now.Before(to) {
				if from.Before(now) {
					return now
				}
				return from
			}
		}
		day = day.AddDays(1)
	}
	return time.Time{}
}

// Works lists when a practitioner can be booked at a branch on a day: shifts
// within the branch's hours, without breaks and leave. Empty when absent.
func (c *Clinic) Works(practitioner, branch string, day Date) []Span {
	r := c.Practitioner(practitioner)
	if r == nil || c.Branch(branch) == nil {
		return nil
	}
	var out []Span
	for _, h := range r.Shifts {
		if h.Branch == branch && h.Days[day.Weekday()] {
			out = append(out, subtractSpans(h.Hours, h.Breaks)...)
		}
	}
	return sortSpans(awaySpans(clipSpans(out, c.Hours(branch, day)), r.Leave, day))
}

// Usable lists when a room or machine is in service on a day within the hours
// of its branch.
func (c *Clinic) Usable(resource string, day Date) []Span {
	r := c.Resource(resource)
	if r == nil {
		return nil
	}
	return awaySpans(c.Hours(r.Branch, day), r.Out, day)
}

func (c *Clinic) branchOrFirst(id string) *Branch {
	if id == "" && len(c.Profile.Branches) > 0 {
		return &c.Profile.Branches[0]
	}
	return c.Branch(id)
}

// OpenFor is when a branch ("" for the first) will have been open for a span
// since now: what is promised within two hours of opening hours is due then.
func (c *Clinic) OpenFor(branch string, now time.Time, d time.Duration) time.Time {
	for range maxSearch {
		open := c.NextOpening(branch, now)
		if open.IsZero() {
			break
		}
		end := c.closing(branch, open)
		if left := end.Sub(open); left < d {
			d, now = d-left, end
			continue
		}
		return open.Add(d)
	}
	return now.Add(d)
}

// closing is when a branch closes that is open at an instant.
func (c *Clinic) closing(branch string, open time.Time) time.Time {
	b := c.branchOrFirst(branch)
	loc := c.Location(b.ID)
	day := DateOf(open.In(loc))
	for _, s := range c.Hours(b.ID, day) {
		if end := day.Time(loc, s.End); open.Before(end) && !open.Before(day.Time(loc, s.Start)) {
			return end
		}
	}
	return open
}
