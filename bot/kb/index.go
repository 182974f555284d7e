package kb

import (
	"math"
	"slices"
)

// Index is a knowledge base made ready to be searched. It is read-only, and so
// safe to share.
type Index struct {
	entries  []indexed
	ids      map[uint64]uint32 // of units
	terms    []term
	grams    grams
	words    *slips // English words of the base that the dictionary does not have
	animals  bool   // some entry is about an animal
	answered int32  // entries, for the weights
}

type term struct {
	weight   float32  // how much it tells entries apart, 0 to 1
	postings []uint32 // entries whose questions have it
	weak     []uint32 // entries whose answer has it
}

type indexed struct {
	id         string
	variants   []variant
	all        []uint32  // units of every question, sorted
	species    []int32   // concepts of the animals it is about; empty: any
	procedures []int32   // concepts
	topics     []int32   // concepts
	core       []counted // what most of its questions have: what it is about above all
	services   []string
	own        []string // species as named by the entry
	from, to   int
}

// variant is one way to ask.
type variant struct {
	units []counted
	total float32
	grams []uint32 // sorted
	heavy float32  // what the grams weigh
}

type counted struct {
	id     uint32
	weight float32
	c      int32
}

// New makes an index.
func New(entries []Entry) *Index {
	x := &Index{ids: map[uint64]uint32{}, grams: grams{ids: map[uint64]uint32{}}, words: newSlips(), entries: make([]indexed, len(entries)), answered: int32(len(entries))}
	d := dict()
	read1 := make([][]text, len(entries))
	for i, e := range entries {
		for _, q := range e.Questions {
			t := read(q, nil)
			read1[i] = append(read1[i], t)
		}
		x.learn(e.Questions)
	}
	answers := make([][]uint32, len(entries))
	for i, e := range entries {
		x.entry(d, i, e, read1[i])
		if e.Answer != "" {
			answers[i] = x.weak(uint32(i), e.Answer)
		}
	}
	x.weigh()
	x.grams.index(x.entries, x.rarity)
	for i := range x.entries {
		for _, id := range x.entries[i].all {
			x.terms[id].postings = append(x.terms[id].postings, uint32(i))
		}
		for _, id := range answers[i] {
			x.terms[id].weak = append(x.terms[id].weak, uint32(i))
		}
	}
	for i := range x.entries {
		x.total(&x.entries[i])
	}
	return x
}

// learn notes the English words of questions, so that a typing error finds them.
func (x *Index) learn(questions []string) {
	d := dict()
	for _, q := range questions {
		for _, w := range latinWords(q) {
			if len(d.words[w]) == 0 {
				x.words.add(w)
			}
		}
	}
}

func (x *Index) id(key uint64) uint32 {
	id, ok := x.ids[key]
	if !ok {
		id = uint32(len(x.terms))
		x.ids[key] = id
		x.terms = append(x.terms, term{})
	}
	return id
}

func (x *Index) entry(d *dictionary, i int, e Entry, texts []text) {
	out := &x.entries[i]
	out.id, out.services, out.own, out.from, out.to = e.ID, e.Services, e.Species, e.From, e.To
	for _, s := range e.Species {
		if c, ok := d.byName[s]; ok {
			out.species = append(out.species, c)
		}
	}
	named := len(out.species) > 0
	often := map[int32]int{}
	for _, t := range texts {
		for _, u := range t.units {
			if u.c >= 0 && d.concepts[u.c].kind >= kindProcedure {
				often[u.c]++
			}
		}
	}
	for c, n := range often {
		if 2*n >= len(texts) || len(texts) == 1 {
			out.core = append(out.core, counted{id: x.id(conceptKey(c)), weight: 1, c: c})
		}
	}
	slices.SortFunc(out.core, func(a, b counted) int { return int(a.c - b.c) })
	for _, t := range texts {
		v := variant{grams: x.grams.learn(t.grams)}
		for _, u := range t.units {
			id := x.id(u.key)
			v.units = append(v.units, counted{id, u.weight, u.c})
			out.all = append(out.all, id)
			if u.c < 0 {
				continue
			}
			switch d.concepts[u.c].kind {
			case kindSpecies:
				if !named && !slices.Contains(out.species, u.c) {
					out.species = append(out.species, u.c)
				}
			case kindProcedure:
				if !slices.Contains(out.procedures, u.c) {
					out.procedures = append(out.procedures, u.c)
				}
			case kindTopic:
				if !slices.Contains(out.topics, u.c) {
					out.topics = append(out.topics, u.c)
				}
			}
		}
		out.variants = append(out.variants, v)
	}
	x.animals = x.animals || len(out.species) > 0
	slices.Sort(out.all)
	out.all = slices.Compact(out.all)
}

// weak are the units of an answer.
func (x *Index) weak(e uint32, answer string) []uint32 {
	var ids []uint32
	t := read(answer, nil)
	for _, u := range t.units {
		ids = append(ids, x.id(u.key))
	}
	x.grams.answer(e, t.grams)
	slices.Sort(ids)
	return slices.Compact(ids)
}

// weigh sets how much each unit tells entries apart: the fewer have it, the more.
func (x *Index) weigh() {
	count := make([]int, len(x.terms))
	for i := range x.entries {
		for _, id := range x.entries[i].all {
			count[id]++
		}
	}
	for id := range x.terms {
		x.terms[id].weight = x.rarity(count[id])
	}
}

// rarity is 1 for what no entry has and falls to a floor for what many have.
func (x *Index) rarity(n int) float32 {
	all := float64(len(x.entries))
	idf := func(n float64) float64 { return math.Log(1 + (all-n+0.5)/(n+0.5)) }
	return float32(max(0.12, idf(float64(n))/idf(0)))
}

func (x *Index) total(e *indexed) {
	for i := range e.core {
		e.core[i].weight = x.terms[e.core[i].id].weight
	}
	for i := range e.variants {
		v := &e.variants[i]
		for k := range v.units {
			v.units[k].weight *= x.terms[v.units[k].id].weight
			v.total += v.units[k].weight
		}
		v.heavy = x.grams.weight(v.grams)
	}
}
