package scheduler

import "time"

// slotForm writes a slot so that slots sort as text.
const slotForm = "2006-01-02T15:04"

// wall is the reading of the clinic's clock at now, in a zone without changes,
// so that every reading is there once.
func wall(now time.Time, zone *time.Location) time.Time {
	t := now.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)
}

// farthest is more than any zone is from UTC.
const farthest = 30 * time.Hour

// instant is when the clock shows a reading or, where it is put forward over
// it, the moment it is: the first moment at which the reading has come.
func instant(reading time.Time, zone *time.Location) time.Time {
	for at := reading.Add(-farthest).In(zone); ; {
		_, offset := at.Zone()
		from, to := at.ZoneBounds() // zero: no end on that side
		here := reading.Add(-time.Duration(offset) * time.Second)
		switch {
		case !from.IsZero() && here.Before(from):
			return from.UTC()
		case to.IsZero() || here.Before(to):
			return here.UTC()
		}
		at = to
	}
}
