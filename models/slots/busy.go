package slots

// Busy knows what is taken: claims of appointments and holds.
type Busy interface {
	// Bits ORs the busy cells of resource into bits; bit 0 of bits[0] is the
	// cell first.
	Bits(resource string, first Cell, bits []uint64)
}

// BusySet is a Busy in memory. It may be filled by one goroutine and then be
// read by any number.
type BusySet struct {
	from, to Cell
	base     Cell // from, on the word grid
	bits     map[string][]uint64
}

// NewBusySet is an empty set over the cells [from, to), usually those that
// Index.Resources named. What lies outside is ignored.
func NewBusySet(from, to Cell) *BusySet {
	return &BusySet{from: from, to: max(from, to), base: wordFloor(from), bits: map[string][]uint64{}}
}

// wordFloor puts a cell on the grid of 64 that all bitmaps begin on, so that
// they can be combined word by word.
func wordFloor(c Cell) Cell { return Cell(floorDiv(int64(c), 64) * 64) }

func (b *BusySet) row(resource string) []uint64 {
	row := b.bits[resource]
	if row == nil {
		row = make([]uint64, (b.to-b.base+63)/64)
		b.bits[resource] = row
	}
	return row
}

// Add takes the cells [from, to) of a resource.
func (b *BusySet) Add(resource string, from, to Cell) {
	from, to = max(from, b.from), min(to, b.to)
	if from >= to {
		return
	}
	row, lo, hi := b.row(resource), int(from-b.base), int(to-b.base)
	for i := lo >> 6; i<<6 < hi; i++ {
		row[i] |= window(lo-i*64, hi-i*64)
	}
}

// Remove frees the cells [from, to) of a resource: someone who moves a visit
// is not in their own way.
func (b *BusySet) Remove(resource string, from, to Cell) {
	row := b.bits[resource]
	from, to = max(from, b.from), min(to, b.to)
	if row == nil || from >= to {
		return
	}
	lo, hi := int(from-b.base), int(to-b.base)
	for i := lo >> 6; i<<6 < hi; i++ {
		row[i] &^= window(lo-i*64, hi-i*64)
	}
}

// AddWord takes up to 32 cells at once: bit i of word is the cell first+i, as
// SQL aggregates them.
func (b *BusySet) AddWord(resource string, first Cell, word uint32) {
	w := uint64(word) & window(int(max(b.from-first, 0)), int(min(b.to-first, 32)))
	if w == 0 {
		return
	}
	pos := int(first - b.base)
	if pos < 0 { // begins before the set: the cells outside are gone already
		w, pos = w>>uint(-pos), 0
	}
	or(b.row(resource), pos, w, 64)
}

// Bits implements Busy.
func (b *BusySet) Bits(resource string, first Cell, bits []uint64) {
	row := b.bits[resource]
	if row == nil {
		return
	}
	shift := int64(first - b.base)
	off, sh := int(floorDiv(shift, 64)), uint(shift&63)
	for i := range bits {
		low, high := i+off, i+off+1
		if low >= 0 && low < len(row) {
			bits[i] |= row[low] >> sh
		}
		if sh != 0 && high >= 0 && high < len(row) {
			bits[i] |= row[high] << (64 - sh)
		}
	}
}
