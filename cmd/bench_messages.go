package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// benchMessages compares the whole path of a message with the floor.
type benchMessages struct {
	Path    side      `json:"path"`
	Floor   side      `json:"floor"`
	Nothing side      `json:"nothing"` // a handler that does nothing: what load and HTTP cost
	Ratio   float64   `json:"ratio"`   // path to floor, by throughput
	Pairs   []float64 `json:"pairs"`   // the same for each pair of segments
	Reads   float64   `json:"reads"`   // statements a message beside the turn's own insert
}

// benchTexts is what people say who ask for the menu or have a question that
// needs nobody.
func benchTexts() []string {
	return []string{"菜单", "你们几点关门？", "地址在哪里", "洗牙多少钱", "你好", "周日开门吗"}
}

// segments is how often the two sides take turns.
const segments = 10

// people brings people to where they talk: following, consent given.
func (b *benchWorld) people(address, prefix string, greet bool) ([]*pusher, error) {
	out := make([]*pusher, b.o.people)
	for i := range out {
		p, err := b.dial(address, fmt.Sprintf("%s%05d", prefix, i))
		if err != nil {
			return nil, err
		}
		out[i] = p
		if !greet {
			continue
		}
		if _, err := p.follow(); err != nil {
			return nil, err
		}
		for _, text := range []string{"1", "菜单"} {
			if _, err := p.say(text); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func closeAll(lists ...[]*pusher) {
	for _, list := range lists {
		for _, p := range list {
			p.close()
		}
	}
}

// messages alternates the sides, so that what else runs on the machine
// disturbs both alike.
func (b *benchWorld) messages(ctx context.Context) (*benchMessages, error) {
	texts := benchTexts()
	path, err := b.people(b.address, "o-path-", true)
	if err != nil {
		return nil, err
	}
	floor, err := b.people(b.bare.floorAt, "o-floor-", false)
	if err != nil {
		return nil, err
	}
	defer closeAll(path, floor)
	said := make([]int, b.o.people)
	ask := func(list []*pusher, check bool) func(int) error {
		return func(i int) error {
			t := texts[(i+said[i])%len(texts)]
			said[i]++
			answer, err := list[i].say(t)
			if err == nil && check && !bytes.Contains(answer, []byte("<Content>")) {
				err = fmt.Errorf("%q was not answered: %s", t, answer)
			}
			return err
		}
	}
	m := &benchMessages{}
	now, each := b.w.Clock.Now, b.o.duration/segments
	var warm side
	warm.segment(ctx, now, b.o.people, min(each, time.Second), ask(path, true))
	warm.segment(ctx, now, b.o.people, min(each, time.Second), ask(floor, false))
	statements := b.stmts.Load() // the floor goes past what is counted
	for i := range segments {
		before := [2]int{len(m.Floor.times), len(m.Path.times)}
		run := []func(){
			func() { m.Floor.segment(ctx, now, b.o.people, each, ask(floor, false)) },
			func() { m.Path.segment(ctx, now, b.o.people, each, ask(path, true)) },
		}
		run[i%2]()
		run[1-i%2]()
		if f := len(m.Floor.times) - before[0]; f > 0 {
			m.Pairs = append(m.Pairs, float64(len(m.Path.times)-before[1])/float64(f))
		}
	}
	if n := len(m.Path.times); n > 0 {
		m.Reads = float64(b.stmts.Load()-statements) / float64(n)
	}
	null, err := b.people(b.bare.nullAt, "o-null-", false)
	if err != nil {
		return nil, err
	}
	defer closeAll(null)
	m.Nothing.segment(ctx, now, b.o.people, each, ask(null, false))
	m.Path.finish()
	m.Floor.finish()
	m.Nothing.finish()
	if m.Path.err != nil {
		return nil, m.Path.err
	}
	if m.Floor.PerSecond > 0 {
		m.Ratio = m.Path.PerSecond / m.Floor.PerSecond
	}
	return m, errors.Join(m.Floor.err, m.Nothing.err)
}
