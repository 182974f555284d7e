package slots

import "slices"

// site is what a branch adds to a query: its hours and its rooms.
type site struct {
	branch *branch // nil: not prepared
	pieces []piece
	fits   []uint64 // where visits may begin by hours, grid, window and rooms
	open   bool     // fits is not empty
	rooms  []roomFree
	needs  []need

	// The choice of rooms goes forward in time with the slots.
	last   int        // bit the last choice was for
	piece  int        // piece that bit lies in
	chosen []string   // the last choice
	fresh  []string   // the next one, being made
	sets   [][]string // choices made before, shared between slots
}

// roomFree is one room that will do for need.
type roomFree struct {
	need int
	room *room
	free []uint64 // in order and not taken
	fits []uint64 // where visits may begin
	used int      // cells not free on the day of the choice
}

// prepare computes the site of a branch.
func (t *site) prepare(ix *Index, p *plan, s *scratch, b *branch, busy Busy, taken []uint64) {
	*t = site{
		branch: b, pieces: cut(t.pieces[:0], b.loc, p.first, p.cells()), rooms: t.rooms[:0],
		fresh: t.fresh[:0], sets: t.sets[:0], needs: p.needs[b], last: -1,
	}
	t.fits = s.take(p.words)
	b.hours.fill(t.fits, t.pieces)
	erode(t.fits, p.length)
	t.onGrid(ix, p, s.take(p.words))
	clip(t.fits, int(p.lo-p.first), int(p.hi-p.first))
	shiftDown(t.fits, p.before)
	for i := range t.needs {
		t.addRooms(p, s, i, busy, taken)
	}
	t.open = slices.ContainsFunc(t.fits, func(w uint64) bool { return w != 0 })
}

// onGrid keeps the starts on the grid, up to the last day of the horizon.
func (t *site) onGrid(ix *Index, p *plan, grid []uint64) {
	last := today(p.query.Now, t.branch.loc) + day(p.horizon)
	for i := range t.pieces {
		if k := &t.pieces[i]; k.day <= last {
			ix.starts.copyTo(grid, k.first, k.from, k.n)
		}
	}
	for i := range t.fits {
		t.fits[i] &= grid[i]
	}
}

// addRooms keeps the starts at which a room of a need is free.
func (t *site) addRooms(p *plan, s *scratch, at int, busy Busy, taken []uint64) {
	some := s.take(p.words)
	for _, r := range t.needs[at] {
		f := roomFree{need: at, room: r, free: s.take(p.words), fits: s.take(p.words)}
		r.up.fill(f.free, t.pieces)
		subtract(f.free, busy, r.resource, p.first, taken)
		copy(f.fits, f.free)
		erode(f.fits, p.occupied())
		for i, w := range f.fits {
			some[i] |= w
		}
		t.rooms = append(t.rooms, f)
	}
	for i := range t.fits {
		t.fits[i] &= some[i]
	}
}

// choose names the rooms for the visit whose first occupied cell is bit j, at
// which all needs can be met: of each need the one most in use that day, so
// that whole rooms stay empty for long visits; among equals the profile's order.
func (t *site) choose(p *plan, j int) []string {
	if len(t.needs) == 0 || j == t.last {
		return t.chosen
	}
	start, moved := j+p.before, t.last < 0
	for k := &t.pieces[t.piece]; start >= k.first+k.n; k = &t.pieces[t.piece] {
		t.piece++
		moved = true
	}
	if moved {
		t.rank()
	}
	t.last, t.fresh = j, t.fresh[:0]
	for i := range t.rooms {
		if r := &t.rooms[i]; r.need == len(t.fresh) && has(r.fits, j) {
			t.fresh = append(t.fresh, r.room.id)
		}
	}
	slices.Sort(t.fresh)
	if i := slices.IndexFunc(t.sets, func(set []string) bool { return slices.Equal(set, t.fresh) }); i >= 0 {
		t.chosen = t.sets[i]
	} else {
		t.chosen = slices.Clone(t.fresh)
		t.sets = append(t.sets, t.chosen)
	}
	return t.chosen
}

// rank orders the rooms of each need for the day of the current piece.
func (t *site) rank() {
	from, to := t.piece, t.piece+1
	for from > 0 && t.pieces[from-1].day == t.pieces[t.piece].day {
		from--
	}
	for to < len(t.pieces) && t.pieces[to].day == t.pieces[t.piece].day {
		to++
	}
	begin, end := t.pieces[from].first, t.pieces[to-1].first+t.pieces[to-1].n
	for i := range t.rooms {
		r := &t.rooms[i]
		r.used = end - begin - count(r.free, begin, end)
	}
	slices.SortFunc(t.rooms, func(a, b roomFree) int {
		if a.need != b.need {
			return a.need - b.need
		}
		if a.used != b.used {
			return b.used - a.used
		}
		return a.room.at - b.room.at
	})
}
