package cmd

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// clinicHolder has the profile in force, replaced whole when it changes.
type clinicHolder struct{ p atomic.Pointer[bot.Clinic] }

func (h *clinicHolder) current() *bot.Clinic { return h.p.Load() }

// openClinic takes the profile from the database. A database without one takes
// the one that source names (a preset or a file). When the source was named on
// the command line it becomes the one in force, by the same checks as an import.
func openClinic(ctx context.Context, store *models.Store, source string, explicit bool) (*clinicHolder, error) {
	h := &clinicHolder{}
	kept, err := store.CurrentProfile(ctx)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, err
	}
	if kept.Version == 0 || explicit {
		if source == "" {
			return nil, errors.New("clinic: not set: name a preset (vet, general, dental, aesthetics, surgery) or a profile's file")
		}
		_, body, err := config.LoadProfile(source)
		if err != nil {
			return nil, err
		}
		if err := putClinic(ctx, store, source, body); err != nil && !errors.Is(err, models.ErrGone) {
			return nil, err
		}
	}
	return h, h.refresh(ctx, store)
}

// refresh loads the newest profile if it is newer than the one in force.
func (h *clinicHolder) refresh(ctx context.Context, store *models.Store) error {
	n, err := store.ProfileNumber(ctx)
	if err != nil {
		return err
	}
	if c := h.p.Load(); c != nil && c.Version == n {
		return nil
	}
	v, err := store.CurrentProfile(ctx)
	if err != nil {
		return err
	}
	p, err := config.ParseProfile(v.Source, v.Body)
	if err != nil {
		return err
	}
	c, err := bot.NewClinic(p, v.Version)
	if err != nil {
		return fmt.Errorf("%s: %w", v.Source, err)
	}
	h.p.Store(c)
	return nil
}

// putClinic makes a profile the one in force, unless a visit to come would be
// stranded by it.
func putClinic(ctx context.Context, store *models.Store, source string, body []byte) error {
	p, err := config.ParseProfile(source, body)
	if err != nil {
		return err
	}
	n, err := store.ProfileNumber(ctx)
	if err != nil {
		return err
	}
	if n > 0 {
		faults, err := stranded(ctx, store, p)
		if err != nil {
			return err
		}
		if len(faults) > 0 {
			return faults
		}
	}
	return store.PutProfile(ctx, n, source, body)
}
