package slots

import (
	"slices"
	"sync"
	"time"

	"zhenban/config"
)

// Index is a clinic's profile compiled into bitmaps. It never changes and is
// safe for concurrent use; a new profile gets a new Index.
type Index struct {
	branches []*branch
	services map[string]*service
	grid     int  // minutes between start times
	starts   mask // the cells of a day that lie on the grid
	scratch  sync.Pool
}

// branch is a place with its hours.
type branch struct {
	at    int // position in the profile
	id    string
	loc   *time.Location
	hours calendar
}

// duty is when one practitioner works at one branch.
type duty struct {
	practitioner int // position in the profile
	id, resource string
	branch       *branch
	shifts       calendar
}

// room is a room or a machine.
type room struct {
	at           int // position in the profile
	id, resource string
	up           calendar
}

// need is the rooms or machines of one branch that will do for a type a
// service occupies one of.
type need []*room

// service is what can be booked, with everyone who does it.
type service struct {
	before, length, after int // cells
	notice                time.Duration
	horizon               int // days
	duties                []*duty
	needs                 map[*branch][]need
}

func (s *service) occupied() int { return s.before + s.length + s.after }

// NewIndex compiles a validated profile.
func NewIndex(c *config.Clinic) *Index {
	p := c.Profile
	ix := &Index{services: map[string]*service{}, grid: p.Booking.GridMinutes}
	ix.scratch.New = func() any { return new(scratch) }
	for m := 0; m < 24*60; m += ix.grid {
		ix.starts.add(m, m+CellMinutes)
	}
	for i := range p.Branches {
		ix.branches = append(ix.branches, newBranch(c, i))
	}
	duties := ix.newDuties(p)
	rooms := newRooms(p)
	for i := range p.Services {
		ix.services[p.Services[i].ID] = ix.newService(c, &p.Services[i], duties, rooms)
	}
	return ix
}

func newBranch(c *config.Clinic, at int) *branch {
	b := &c.Profile.Branches[at]
	out := &branch{at: at, id: b.ID, loc: c.Location(b.ID)}
	for d := range out.hours.week {
		out.hours.week[d] = spans(b.Hours.On(time.Weekday(d)))
	}
	out.hours.other = holidays(c.Profile, b.ID)
	return out
}

// newDuties compiles the shifts of every practitioner, those of different
// branches apart, in the profile's order.
func (ix *Index) newDuties(p *config.Profile) []*duty {
	var out []*duty
	for i := range p.Practitioners {
		who := &p.Practitioners[i]
		off := absences(who.Leave)
		for _, b := range ix.branches {
			d := &duty{practitioner: i, id: who.ID, resource: PractitionerResource(who.ID), branch: b}
			for _, s := range who.Shifts {
				if s.Branch != b.id {
					continue
				}
				hours, breaks := spans(s.Hours), spans(s.Breaks)
				hours.remove(&breaks)
				for wd, works := range s.Days {
					if works {
						d.shifts.week[wd].merge(&hours)
					}
				}
			}
			if d.shifts.week != [7]mask{} {
				d.shifts.off = off
				out = append(out, d)
			}
		}
	}
	return out
}

// roomKey is a type of room at a branch.
type roomKey struct{ branch, typ string }

func newRooms(p *config.Profile) map[roomKey][]*room {
	out := map[roomKey][]*room{}
	for i := range p.Resources {
		r := &p.Resources[i]
		made := &room{at: i, id: r.ID, resource: RoomResource(r.ID)}
		for d := range made.up.week {
			made.up.week[d].add(0, 24*60)
		}
		made.up.off = absences(r.Out)
		key := roomKey{r.Branch, r.Type}
		out[key] = append(out[key], made)
	}
	return out
}

func (ix *Index) newService(c *config.Clinic, s *config.Service, duties []*duty, rooms map[roomKey][]*room) *service {
	out := &service{
		before: cells(s.Before), length: max(cells(s.Minutes), 1), after: cells(s.After),
		notice: time.Duration(s.NoticeHours) * time.Hour, horizon: s.HorizonDays,
		needs: map[*branch][]need{},
	}
	for _, b := range ix.branches {
		does := map[string]bool{}
		for _, who := range c.PractitionersFor(s.ID, b.id) {
			does[who.ID] = true
		}
		needs, ok := needsAt(s, b.id, rooms)
		if !ok || len(does) == 0 {
			continue
		}
		out.needs[b] = needs
		for _, d := range duties {
			if d.branch == b && does[d.id] {
				out.duties = append(out.duties, d)
			}
		}
	}
	slices.SortStableFunc(out.duties, func(a, b *duty) int { return a.practitioner - b.practitioner })
	return out
}

// needsAt lists the rooms a branch has for a service; false when one is missing.
func needsAt(s *config.Service, branch string, rooms map[roomKey][]*room) (out []need, ok bool) {
	for _, typ := range s.Needs {
		n := rooms[roomKey{branch, typ}]
		if len(n) == 0 {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

// cells is a length in minutes in whole cells, rounded up.
func cells(minutes int) int { return (max(minutes, 0) + CellMinutes - 1) / CellMinutes }
