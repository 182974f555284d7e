// Package calendar writes a visit as an iCalendar entry (RFC 5545), for
// people's own calendars.
package calendar

import (
	"time"

	ics "github.com/arran4/golang-ical"
)

// ContentType is what an entry is sent as.
const ContentType = "text/calendar; charset=utf-8"

// Visit is what an entry says. Times are instants; they are written in UTC, so
// that every calendar shows them in its own zone.
type Visit struct {
	ID          string // stays the same when the visit moves
	Sequence    int    // rises with each change, from 0
	Start, End  time.Time
	Stamp       time.Time // of the last change
	Summary     string
	Description string
	Location    string
	URL         string
	Cancelled   bool
}

// Entry writes the visit. An entry with the ID of an earlier one replaces it; a
// cancelled one removes it.
func Entry(v Visit) []byte {
	c := ics.NewCalendar()
	c.SetProductId("-//Zhenban//Zhenban//ZH")
	c.SetMethod(ics.MethodPublish)
	e := c.AddEvent(v.ID + "@zhenban")
	e.SetDtStampTime(v.Stamp.UTC())
	e.SetStartAt(v.Start.UTC())
	e.SetEndAt(v.End.UTC())
	e.SetSequence(v.Sequence)
	e.SetSummary(v.Summary)
	e.SetDescription(v.Description)
	e.SetLocation(v.Location)
	if v.URL != "" {
		e.SetURL(v.URL)
	}
	e.SetStatus(ics.ObjectStatusConfirmed)
	if v.Cancelled {
		c.SetMethod(ics.MethodCancel)
		e.SetStatus(ics.ObjectStatusCancelled)
		return []byte(c.Serialize(ics.WithNewLineWindows))
	}
	alarm := e.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetTrigger("-PT2H")
	alarm.SetProperty(ics.ComponentPropertyDescription, v.Summary)
	return []byte(c.Serialize(ics.WithNewLineWindows))
}
