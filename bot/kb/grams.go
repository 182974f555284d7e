package kb

import "slices"

// grams are the characters, pairs of characters and English words of a base as
// they stand. They need no dictionary, and so find what it does not know.
type grams struct {
	ids      map[uint64]uint32
	pairs    []bool    // more than one character
	weights  []float32 // how much each tells entries apart
	postings [][]uint32
	answers  [][]uint32
}

// What a single character weighs beside a pair.
const weightGramSingle = 0.3

func (g *grams) learn(keys []uint64) []uint32 {
	ids := make([]uint32, 0, len(keys))
	for _, k := range keys {
		ids = append(ids, g.id(k))
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (g *grams) id(key uint64) uint32 {
	id, ok := g.ids[key]
	if !ok {
		id = uint32(len(g.pairs))
		g.ids[key] = id
		g.pairs = append(g.pairs, key >= 1<<20)
		g.postings, g.answers = append(g.postings, nil), append(g.answers, nil)
	}
	return id
}

// answer notes the grams of an entry's answer.
func (g *grams) answer(e uint32, keys []uint64) {
	for _, id := range g.learn(keys) {
		if g.pairs[id] {
			g.answers[id] = append(g.answers[id], e)
		}
	}
}

// index sets the weights, once all entries are learned.
func (g *grams) index(entries []indexed, rarity func(n int) float32) {
	for i := range entries {
		for _, v := range entries[i].variants {
			for _, id := range v.grams {
				if p := g.postings[id]; len(p) == 0 || p[len(p)-1] != uint32(i) {
					g.postings[id] = append(p, uint32(i))
				}
			}
		}
	}
	g.weights = make([]float32, len(g.pairs))
	for id := range g.weights {
		g.weights[id] = g.part(g.pairs[id]) * rarity(len(g.postings[id]))
	}
}

func (g *grams) part(pair bool) float32 {
	if pair {
		return 1
	}
	return weightGramSingle
}

func (g *grams) weight(ids []uint32) float32 {
	sum := float32(0)
	for _, id := range ids {
		sum += g.weights[id]
	}
	return sum
}

// shared is what the grams weigh that two sorted lists share.
func (g *grams) shared(a, b []uint32) float32 {
	sum := float32(0)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			sum += g.weights[a[i]]
			i, j = i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return sum
}

// written reports that every pair of some characters stands in a question of the base.
func (x *Index) written(r []rune) bool {
	for i := range len(r) - 1 {
		id, ok := x.grams.ids[pairKey(r[i], r[i+1])]
		if !ok || len(x.grams.postings[id]) == 0 {
			return false
		}
	}
	return true
}
