package slots

import (
	"slices"
	"time"

	"zhenban/config"
)

// day counts calendar days since 1970-01-01, a Thursday.
type day int64

func dayOf(d config.Date) day { return day(floorDiv(d.Time(time.UTC, 0).Unix(), 24*3600)) }

func (d day) weekday() time.Weekday { return time.Weekday(((int64(d)+4)%7 + 7) % 7) }

// today is the calendar day of t in a zone.
func today(t time.Time, loc *time.Location) day { return dayOf(config.DateOf(t.In(loc))) }

// calendar is what a weekly plan and its exceptions say about any day.
type calendar struct {
	week  [7]mask
	other []exception // days with other hours than the week's (holidays)
	off   []exception // cells taken away (leave, out of service)
}

// exception holds for the days [from, to], both included.
type exception struct {
	from, to day
	cells    mask
}

// on is the bitmap of one day.
func (k *calendar) on(d day) mask {
	m := k.week[d.weekday()]
	for i := range k.other {
		if e := &k.other[i]; e.from <= d && d <= e.to {
			m = e.cells
			break
		}
	}
	for i := range k.off {
		if e := &k.off[i]; e.from <= d && d <= e.to {
			m.remove(&e.cells)
		}
	}
	return m
}

// piece is a stretch of a bitmap within one day and one UTC offset. A usual
// day is one piece of 288 cells, a day with a DST change is two.
type piece struct {
	day     day
	first   int // bit of the bitmap
	from, n int // cells of the day
}

// cut divides n cells from first into pieces by the clock of a zone.
func cut(dst []piece, loc *time.Location, first Cell, n int) []piece {
	for c, end := first, first+Cell(n); c < end; {
		t := c.in(loc)
		_, offset := t.Zone()
		stop := end
		if _, change := t.ZoneBounds(); !change.IsZero() {
			stop = min(stop, cellFrom(change))
		}
		ahead := Cell(floorDiv(int64(offset), cellSeconds))
		for c < stop {
			d := floorDiv(int64(c+ahead), dayCells)
			from := int(int64(c+ahead) - d*dayCells)
			k := min(dayCells-from, int(stop-c))
			dst = append(dst, piece{day(d), int(c - first), from, k})
			c += Cell(k)
		}
	}
	return dst
}

// fill sets the cells that the calendar leaves open.
func (k *calendar) fill(b []uint64, pieces []piece) {
	for i := range pieces {
		p := &pieces[i]
		if m := k.on(p.day); !m.empty() {
			m.copyTo(b, p.first, p.from, p.n)
		}
	}
}

// spans is the bitmap of some spans of a day.
func spans(list []config.Span) (m mask) {
	for _, s := range list {
		m.add(s.Start, s.End)
	}
	return m
}

// absences turns leave, or a machine's time out of service, into exceptions.
func absences(list []config.Leave) []exception {
	var out []exception
	for _, l := range list {
		e := exception{from: dayOf(l.From), to: dayOf(lastDay(l.From, l.To)), cells: spans(l.Hours)}
		if len(l.Hours) == 0 {
			e.cells.add(0, 24*60)
		}
		out = append(out, e)
	}
	return out
}

// holidays lists the hours a branch keeps on some days instead of the week's;
// a validated profile has no two holidays on one day of a branch.
func holidays(p *config.Profile, branch string) []exception {
	var out []exception
	for i := range p.Holidays {
		h := &p.Holidays[i]
		if len(h.Branches) == 0 || slices.Contains(h.Branches, branch) {
			out = append(out, exception{dayOf(h.From), dayOf(lastDay(h.From, h.To)), spans(h.Hours)})
		}
	}
	return out
}

// lastDay is the last day of a span whose end may be left out.
func lastDay(from, to config.Date) config.Date {
	if to.IsZero() {
		return from
	}
	return to
}
