package slots

import "math/bits"

// Bitmaps are slices of words, bit 0 of word 0 first.

// erode leaves bit i set when bits i … i+n-1 were all set: where a run of n
// cells may begin. The run is doubled, so n costs log₂ n passes.
func erode(b []uint64, n int) {
	for have := 1; have < n; {
		step := min(have, n-have)
		if off, sh := step>>6, uint(step&63); off == 0 {
			last := len(b) - 1
			for i, next := range b[1:] {
				b[i] &= b[i]>>sh | next<<((64-sh)&63)
			}
			b[last] &= b[last] >> sh
		} else {
			for i := range b {
				b[i] &= at(b, i+off)>>sh | at(b, i+off+1)<<(64-sh)
			}
		}
		have += step
	}
}

func at(b []uint64, i int) uint64 {
	if i < len(b) {
		return b[i]
	}
	return 0
}

// shiftDown moves bit i to i-n; the lowest n bits fall off.
func shiftDown(b []uint64, n int) {
	if n == 0 {
		return
	}
	off, sh := n>>6, uint(n&63)
	for i := range b {
		b[i] = at(b, i+off)>>sh | at(b, i+off+1)<<(64-sh)
	}
}

// clip clears every bit outside [from, to).
func clip(b []uint64, from, to int) {
	for i := range b {
		b[i] &= window(from-i*64, to-i*64)
	}
}

// window is a word with the bits [from, to) set, both cut to 0 … 64.
func window(from, to int) uint64 {
	from, to = max(from, 0), min(to, 64)
	if from >= to {
		return 0
	}
	return ^uint64(0) << uint(from) & (^uint64(0) >> uint(64-to))
}

// count is the number of set bits in [from, to).
func count(b []uint64, from, to int) int {
	n := 0
	for i := max(from, 0) >> 6; i < len(b) && i*64 < to; i++ {
		n += bits.OnesCount64(b[i] & window(from-i*64, to-i*64))
	}
	return n
}

func has(b []uint64, i int) bool { return b[i>>6]>>uint(i&63)&1 != 0 }

// or sets the low n bits (n ≤ 64) of word at bit pos.
func or(b []uint64, pos int, word uint64, n int) {
	if n < 64 {
		word &= 1<<uint(n) - 1
	}
	i, sh := pos>>6, uint(pos&63)
	b[i] |= word << sh
	if rest := word >> (64 - sh); sh != 0 && rest != 0 {
		b[i+1] |= rest
	}
}

// mask is the bitmap of a day by the clock on the wall: 288 cells.
type mask [(dayCells + 63) / 64]uint64

// add sets the cells of the minutes [from, to) of the day.
func (m *mask) add(from, to int) {
	clamped := min(to/CellMinutes, dayCells)
	for i := range m {
		m[i] |= window(from/CellMinutes-i*64, clamped-i*64)
	}
}

func (m *mask) remove(o *mask) {
	for i := range m {
		m[i] &^= o[i]
	}
}

func (m *mask) merge(o *mask) {
	for i := range m {
		m[i] |= o[i]
	}
}

func (m *mask) empty() bool { return *m == mask{} }

// copyTo sets the cells [from, from+n) of the day at bit pos of b.
func (m *mask) copyTo(b []uint64, pos, from, n int) {
	for n > 0 {
		i, sh := from>>6, uint(from&63)
		k := min(n, 64-int(sh))
		or(b, pos, m[i]>>sh, k)
		pos, from, n = pos+k, from+k, n-k
	}
}
