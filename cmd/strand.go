package cmd

import (
	"context"
	"fmt"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// strandedError lists visits to come that a new profile has no place for.
type strandedError []string

// Error lists them, one a line.
func (e strandedError) Error() string {
	return fmt.Sprintf("refused: %d booked visits would be stranded; move or cancel them first:\n  %s", len(e), strings.Join(e, "\n  "))
}

// stranded finds the visits to come that the profile cannot hold: the branch,
// service, doctor or room is gone, the doctor does not do it any more, is on
// leave or not on duty then, or the branch is closed. Being full is no fault
// here: the visit itself is what fills the time.
func stranded(ctx context.Context, store *models.Store, p *config.Profile) (strandedError, error) {
	clinic, err := bot.NewClinic(p, 0)
	if err != nil {
		return nil, err
	}
	visits, err := store.FutureUse(ctx, store.Now())
	if err != nil {
		return nil, err
	}
	var out strandedError
	for _, v := range visits {
		if why := misfit(clinic, v); why != "" {
			at := v.Slot.Start.In(clinic.Location(v.Slot.Branch)).Format("2006-01-02 15:04")
			out = append(out, fmt.Sprintf("%s %s %s: %s", v.Number, at, v.Slot.Service, why))
		}
	}
	return out, nil
}

func misfit(c *bot.Clinic, v models.Appointment) string {
	s := v.Slot
	switch {
	case c.Branch(s.Branch) == nil:
		return fmt.Sprintf("branch %q is not in the profile", s.Branch)
	case c.Service(s.Service) == nil:
		return fmt.Sprintf("service %q is not in the profile", s.Service)
	case c.Practitioner(s.Practitioner) == nil:
		return fmt.Sprintf("practitioner %q is not in the profile", s.Practitioner)
	}
	for _, r := range s.Resources {
		if c.Resource(r) == nil {
			return fmt.Sprintf("resource %q is not in the profile", r)
		}
	}
	return offDuty(c, v)
}

// offDuty reads the shifts alone: a longer service or another grid does not
// strand a visit whose time is agreed.
func offDuty(c *bot.Clinic, v models.Appointment) string {
	loc := c.Location(v.Slot.Branch)
	start, end := v.Slot.Start.In(loc), v.Slot.End.In(loc)
	day := config.DateOf(start)
	from := start.Hour()*60 + start.Minute()
	to := from + int(end.Sub(start)/time.Minute)
	for _, span := range c.Works(v.Slot.Practitioner, v.Slot.Branch, day) {
		if span.Start <= from && to <= span.End {
			return ""
		}
	}
	return fmt.Sprintf("practitioner %q is not on duty at %q then", v.Slot.Practitioner, v.Slot.Branch)
}
