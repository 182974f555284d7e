package slots

import "time"

// Query asks for possible starts of a visit.
type Query struct {
	Service      string
	Branch       string    // "" any
	Practitioner string    // "" any
	Exclude      string    // a practitioner not wanted, "" none
	From, To     time.Time // window of visit starts [From, To); zero To: up to the horizon
	Now          time.Time // for notice and horizon; must be set
}

// Slot is a visit that can be booked.
type Slot struct {
	Start, End                    time.Time // the visit itself, in the branch's zone
	Service, Branch, Practitioner string
	Resources                     []string // concrete rooms and machines chosen, sorted; shared between slots, not to be changed
}

// plan is a query made exact.
type plan struct {
	*service
	query  Query
	lo, hi Cell // starts may lie in [lo, hi)
	first  Cell // bit 0 of the bitmaps
	words  int  // their length
}

// cells is the length of the bitmaps in cells.
func (p *plan) cells() int { return p.words * 64 }

// wants tells whether the query admits a duty, whoever's.
func (p *plan) wants(d *duty) bool {
	q := &p.query
	return (q.Branch == "" || q.Branch == d.branch.id) &&
		(q.Practitioner == "" || q.Practitioner == d.id) &&
		(q.Exclude == "" || q.Exclude != d.id)
}

// span sets the range of cells that starts in [lo, hi) depend on: the visit,
// its buffers and the whole days around, by which rooms are chosen. A day with
// a DST change has up to two hours more.
func (p *plan) span(lo, hi Cell) {
	const slack = dayCells + 24
	p.lo, p.hi = lo, max(lo, hi)
	p.first = wordFloor(lo - slack - Cell(p.before))
	last := p.hi + slack + Cell(p.length+p.after)
	p.words = int(last-p.first+63) / 64
}

// plan makes a query exact; false when nothing can be found.
func (ix *Index) plan(q Query) (p plan, ok bool) {
	p.query, p.service = q, ix.services[q.Service]
	if p.service == nil {
		return p, false
	}
	earliest := q.Now.Add(p.notice)
	if q.From.After(earliest) {
		earliest = q.From
	}
	lo := cellFrom(earliest)
	// A bound that no zone reaches; the exact one is the branch's own day.
	hi := cellFrom(q.Now.AddDate(0, 0, p.horizon+2))
	if !q.To.IsZero() {
		hi = min(hi, cellFrom(q.To))
	}
	p.span(lo, hi)
	return p, lo < hi
}

// Resources lists, for a query, every resource whose busy cells Find, Why or
// Alternatives may look at, and the range of cells [from, to). All
// practitioners for the service are among them also when one is asked for,
// since Alternatives goes on to the others; from and to are multiples of 64.
// For Why at a start outside the window [q.From, q.To), widen the window.
func (ix *Index) Resources(q Query) (ids []string, from, to Cell) {
	q.Practitioner, q.Exclude = "", ""
	p, ok := ix.plan(q)
	if !ok {
		return nil, 0, 0
	}
	seen := map[string]bool{}
	add := func(id string) {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, d := range p.duties {
		if !p.wants(d) {
			continue
		}
		add(d.resource)
		for _, n := range p.needs[d.branch] {
			for _, r := range n {
				add(r.resource)
			}
		}
	}
	return ids, p.first, p.first + Cell(p.cells())
}
