package slots

import (
	"slices"
	"time"
)

// Reason tells why a start is not possible; "" means it is.
type Reason string

// The reasons, from what no choice of time of day would change to what one
// would. Of several practitioners or branches the one that comes nearest
// to possible gives the reason.
const (
	ReasonPast         Reason = "past"          // the start lies before now
	ReasonNotOffered   Reason = "not_offered"   // nobody who fits the query does the service there
	ReasonHorizon      Reason = "horizon"       // too far ahead
	ReasonClosed       Reason = "closed"        // holiday or closed day
	ReasonOutsideHours Reason = "outside_hours" // the branch is not open for the whole visit
	ReasonNotice       Reason = "notice"        // too soon
	ReasonOffDuty      Reason = "off_duty"      // not on shift, break or leave, buffers included
	ReasonBusy         Reason = "busy"          // practitioner, or every room or machine needed, is taken
	ReasonOffGrid      Reason = "off_grid"      // free, but no start time the clinic offers
)

// progress orders reasons by how near to possible a start came.
func (r Reason) progress() int {
	for i, x := range [...]Reason{
		ReasonPast, ReasonNotOffered, ReasonHorizon, ReasonClosed,
		ReasonOutsideHours, ReasonNotice, ReasonOffDuty, ReasonBusy, ReasonOffGrid,
	} {
		if r == x {
			return i
		}
	}
	return 9
}

// Why tells why a visit cannot begin at start, "" when it can: then Find finds
// it in the window [start, start + 5 minutes). The query's window is not
// looked at.
func (ix *Index) Why(q Query, start time.Time, busy Busy) Reason {
	if start.Before(q.Now) {
		return ReasonPast
	}
	p := plan{query: q, service: ix.services[q.Service]}
	if p.service == nil {
		return ReasonNotOffered
	}
	cell := CellOf(start)
	p.span(cell, cell+1)
	s := ix.scratch.Get().(*scratch)
	defer ix.scratch.Put(s)
	s.reset(len(ix.branches))
	taken := s.take(p.words)
	best := ReasonNotOffered
	for _, d := range p.duties {
		if !p.wants(d) {
			continue
		}
		at := &s.sites[d.branch.at]
		if at.branch == nil {
			at.prepare(ix, &p, s, d.branch, busy, taken)
		}
		r := ix.why(&p, s, at, d, start, busy, taken)
		if r == "" {
			return ""
		}
		if r.progress() > best.progress() {
			best = r
		}
	}
	return best
}

// why judges one duty at one start.
func (ix *Index) why(p *plan, s *scratch, t *site, d *duty, start time.Time, busy Busy, taken []uint64) Reason {
	on, loc := today(start, d.branch.loc), d.branch.loc
	if on > today(p.query.Now, loc)+day(p.horizon) {
		return ReasonHorizon
	}
	if m := d.branch.hours.on(on); m.empty() {
		return ReasonClosed
	}
	visit := int(p.lo - p.first)
	begin, end := visit-p.before, visit+p.length+p.after
	row := s.take(p.words)
	d.branch.hours.fill(row, t.pieces)
	if !full(row, visit, visit+p.length) {
		return ReasonOutsideHours
	}
	if start.Before(p.query.Now.Add(p.notice)) {
		return ReasonNotice
	}
	clear(row)
	d.shifts.fill(row, t.pieces)
	if !full(row, begin, end) {
		return ReasonOffDuty
	}
	subtract(row, busy, d.resource, p.first, taken)
	if !full(row, begin, end) {
		return ReasonBusy
	}
	for i := range t.needs {
		if !slices.ContainsFunc(t.rooms, func(r roomFree) bool { return r.need == i && has(r.fits, begin) }) {
			return ReasonBusy
		}
	}
	if wall := start.In(loc); !p.lo.Time().Equal(start) || (wall.Hour()*60+wall.Minute())%ix.grid != 0 {
		return ReasonOffGrid
	}
	return ""
}

func full(b []uint64, from, to int) bool { return count(b, from, to) == to-from }
