package slots

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCell(t *testing.T) {
	for sec, want := range map[int64]Cell{0: 0, 299: 0, 300: 1, -1: -1, -300: -1, -301: -2} {
		if got := CellOf(time.Unix(sec, 0)); got != want {
			t.Errorf("cell of %d s: %d, want %d", sec, got, want)
		}
	}
	if at := Cell(3).Time(); at.Unix() != 900 || at.Location() != time.UTC {
		t.Error(at)
	}
}

// TestBusySet compares with a set of cells.
func TestBusySet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := Cell(rapid.IntRange(-300, 300).Draw(t, "from"))
		to := from + Cell(rapid.IntRange(0, 400).Draw(t, "length"))
		b, want := NewBusySet(from, to), map[Cell]bool{}
		set := func(c Cell, on bool) {
			if c >= from && c < to {
				want[c] = on
			}
		}
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			at := from + Cell(rapid.IntRange(-80, 480).Draw(t, "at"))
			n := Cell(rapid.IntRange(-2, 150).Draw(t, "cells"))
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				b.Add("r", at, at+n)
				for c := at; c < at+n; c++ {
					set(c, true)
				}
			case 1:
				b.Remove("r", at, at+n)
				for c := at; c < at+n; c++ {
					set(c, false)
				}
			case 2:
				word := rapid.Uint32().Draw(t, "word")
				b.AddWord("r", at, word)
				for i := range Cell(32) {
					if word>>i&1 == 1 {
						set(at+i, true)
					}
				}
			}
		}
		first := from + Cell(rapid.IntRange(-200, 500).Draw(t, "first"))
		bits := make([]uint64, rapid.IntRange(0, 9).Draw(t, "words"))
		b.Bits("r", first, bits)
		b.Bits("none", first, bits)
		for i := range len(bits) * 64 {
			if has(bits, i) != want[first+Cell(i)] {
				t.Fatalf("cell %d: %v", first+Cell(i), has(bits, i))
			}
		}
	})
}

// TestErode compares with looking at every run.
func TestErode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := make([]uint64, rapid.IntRange(1, 6).Draw(t, "words"))
		for range rapid.IntRange(0, 6).Draw(t, "runs") {
			at := rapid.IntRange(0, len(b)*64).Draw(t, "at")
			end := at + rapid.IntRange(0, 200).Draw(t, "run")
			for i := range b {
				b[i] |= window(at-i*64, end-i*64)
			}
		}
		n := rapid.IntRange(1, 200).Draw(t, "n")
		down := rapid.IntRange(0, 150).Draw(t, "down")
		got, old := slices.Clone(b), b
		erode(got, n)
		moved := slices.Clone(got)
		shiftDown(moved, down)
		for i := range len(b) * 64 {
			want := true
			for k := i; k < i+n; k++ {
				want = want && k < len(old)*64 && has(old, k)
			}
			if has(got, i) != want {
				t.Fatalf("bit %d: %v", i, !want)
			}
			if i >= down && has(moved, i-down) != want {
				t.Fatalf("bit %d moved by %d: %v", i, down, !want)
			}
		}
	})
}
