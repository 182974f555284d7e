package models_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

// act is one thing that somebody does to the calendar.
type act struct {
	kind  string // book, hold, move, cancel, release, expire
	at    int    // cells after the first
	cells int
	who   string // practitioner
}

func acts() *rapid.Generator[[]act] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) act {
		return act{
			kind:  rapid.SampledFrom([]string{"book", "book", "hold", "hold", "move", "move", "cancel", "release", "expire"}).Draw(t, "kind"),
			at:    rapid.IntRange(0, 20).Draw(t, "at"),
			cells: rapid.IntRange(1, 5).Draw(t, "cells"),
			who:   rapid.SampledFrom([]string{"p:a", "p:b"}).Draw(t, "who"),
		}
	}), 3, 12)
}

// Whatever several people do at once, the claims that do not run out are
// exactly the cells of the appointments that are live, and nobody sees an error
// other than those they are to be told of.
func TestClaimsAreTheCellsOfLiveAppointments(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		n := 0
		raw := storetest.Raw(t, db.DSN)
		rapid.Check(t, func(rt *rapid.T) {
			n++
			base := storetest.Start().Add(time.Duration(n) * 24 * time.Hour)
			people := rapid.SliceOfN(acts(), 2, 6).Draw(rt, "people")
			p := &crowdOf{db: db, base: base, live: map[string][]slots.Claim{}, raw: raw}
			var wg sync.WaitGroup
			errs := make([]error, len(people))
			for i, list := range people {
				wg.Go(func() { errs[i] = p.run(fmt.Sprintf("web:%d-%d", n, i), list) })
			}
			wg.Wait()
			require.NoError(rt, errors.Join(errs...))
			p.check(rt)
		})
	})
}

type crowdOf struct {
	db   *storetest.DB
	base time.Time
	mu   sync.Mutex
	live map[string][]slots.Claim // by appointment
	raw  *sql.DB
}

func (p *crowdOf) run(contact string, list []act) error {
	var id, hold string
	var version int
	var held []slots.Claim
	var to slots.Slot
	for _, a := range list {
		start := p.base.Add(time.Duration(a.at) * 5 * time.Minute)
		want := claims(start, a.cells, a.who, "r:shared"+a.who)
		var err error
		switch a.kind {
		case "book":
			if id != "" {
				continue
			}
			ap := appointment(p.db.Store, contact, start)
			use := ""
			if hold != "" {
				use, want = hold, held
			}
			err = p.do(func(tx *models.Tx) error { return tx.Book(ap, use, want, 10, nil) })
			hold = ""
			if err == nil {
				id, version = ap.ID, 1
				p.set(id, want)
			}
		case "hold":
			next := p.db.NewID(start)
			err = p.do(func(tx *models.Tx) error {
				return tx.TakeHold(models.Hold{ID: next, ContactID: contact, Slot: slot(start, "x"), ExpiresAt: p.base.Add(time.Hour)}, want, id, 2)
			})
			if err == nil {
				hold, held, to = next, want, slot(start, "x")
			}
		case "move":
			if id == "" || hold == "" {
				continue
			}
			err = p.do(func(tx *models.Tx) error { return tx.Move(id, version, hold, to, held, nil) })
			if err == nil {
				version++
				p.set(id, held)
			}
			hold = ""
		case "release": // while a sweep may do the same
			if hold != "" {
				release := hold
				err = p.do(func(tx *models.Tx) error { return tx.ReleaseHold(release) })
			}
			if err == nil {
				_, err = p.db.SweepHolds(context.Background(), 100, nil)
			}
			hold = ""
		case "expire": // a hold that has run out when it is made: the next who comes clears it away
			next := p.db.NewID(start)
			err = p.do(func(tx *models.Tx) error {
				return tx.TakeHold(models.Hold{ID: next, ContactID: contact + "x", Slot: slot(start, "x"), ExpiresAt: tx.Now}, want, "", 2)
			})
		case "cancel":
			if id == "" {
				continue
			}
			if err = p.do(func(tx *models.Tx) error { return tx.SetStatus(id, version, models.Cancelled, nil) }); err == nil {
				p.set(id, nil)
				id = ""
			}
		}
		if err != nil && !errors.Is(err, models.ErrTaken) && !errors.Is(err, models.ErrHoldGone) {
			return fmt.Errorf("%s %s: %w", contact, a.kind, err)
		}
	}
	return nil
}

func (p *crowdOf) do(f func(tx *models.Tx) error) error {
	return p.db.Do(context.Background(), write(f))
}

func (p *crowdOf) set(id string, c []slots.Claim) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c == nil {
		delete(p.live, id)
		return
	}
	p.live[id] = c
}

func (p *crowdOf) check(rt *rapid.T) {
	want := map[[2]any]string{}
	for id, list := range p.live {
		for _, c := range list {
			for cell := c.From; cell < c.To; cell++ {
				key := [2]any{c.Resource, int64(cell)}
				if other, twice := want[key]; twice {
					rt.Fatalf("%s and %s both have %v", id, other, key)
				}
				want[key] = id
			}
		}
	}
	rows, err := p.raw.Query("SELECT resource_id, cell, owner FROM claims WHERE expires_at = 0 AND cell >= ? AND cell < ?",
		int64(slots.CellOf(p.base)), int64(slots.CellOf(p.base))+100)
	require.NoError(rt, err)
	defer rows.Close()
	got := map[[2]any]string{}
	for rows.Next() {
		var r, o string
		var c int64
		require.NoError(rt, rows.Scan(&r, &c, &o))
		got[[2]any{r, c}] = o
	}
	require.NoError(rt, rows.Err())
	require.Equal(rt, want, got)
	require.Equal(rt, words(rt, p.raw, "SELECT resource_id, cell >> 5, SUM(1 << (cell & 31)) FROM claims GROUP BY resource_id, cell >> 5"),
		words(rt, p.raw, "SELECT resource_id, word, bits FROM busy_words WHERE bits <> 0"), "the bitmaps are the claims")
}

func words(t require.TestingT, raw *sql.DB, query string) map[[2]any]int64 {
	rows, err := raw.Query(query)
	require.NoError(t, err)
	defer rows.Close()
	out := map[[2]any]int64{}
	for rows.Next() {
		var r string
		var w, bits int64
		require.NoError(t, rows.Scan(&r, &w, &bits))
		out[[2]any{r, w}] = bits
	}
	require.NoError(t, rows.Err())
	return out
}
