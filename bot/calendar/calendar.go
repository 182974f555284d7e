// Package calendar writes visits as iCalendar entries (RFC 5545), for people's
// own calendars.
package calendar

import (
	"time"

	ics "github.com/arran4/golang-ical"
)

// ContentType is what an entry is sent as.
const ContentType = "text/calendar; charset=utf-8"

// Visit is what an entry says. Start and End carry the zone of the branch, in
// which they are written.
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
// cancelled one removes it (RFC 5546, 3.2.5).
func Entry(v Visit) []byte {
	c := newCalendar()
	c.SetMethod(ics.MethodPublish)
	if v.Cancelled {
		c.SetMethod(ics.MethodCancel)
	}
	zones(c, v)
	e := add(c, v)
	if !v.Cancelled {
		alarm := e.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger("-PT2H")
		alarm.SetProperty(ics.ComponentPropertyDescription, v.Summary)
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}

// refresh is how often calendars are asked to fetch a feed again.
const refresh = "PT15M"

// Feed writes visits as a calendar that others subscribe to under a name. What
// is not in it any more goes from their calendars.
func Feed(name string, visits []Visit) []byte {
	c := newCalendar()
	c.SetMethod(ics.MethodPublish)
	c.SetName(name)
	c.SetXWRCalName(name)
	c.SetRefreshInterval(refresh, ics.WithValue("DURATION"))
	c.SetXPublishedTTL(refresh)
	zones(c, visits...)
	for _, v := range visits {
		add(c, v)
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}

func newCalendar() *ics.Calendar {
	c := ics.NewCalendar()
	c.SetProductId("-//Zhenban//Zhenban//ZH")
	return c
}

func add(c *ics.Calendar, v Visit) *ics.VEvent {
	e := c.AddEvent(v.ID + "@zhenban")
	e.SetDtStampTime(v.Stamp.UTC())
	e.SetLastModifiedAt(v.Stamp.UTC())
	setTime(e, ics.ComponentPropertyDtStart, v.Start)
	setTime(e, ics.ComponentPropertyDtEnd, v.End)
	e.SetSequence(v.Sequence)
	e.SetSummary(v.Summary)
	if v.Description != "" {
		e.SetDescription(v.Description)
	}
	if v.Location != "" {
		e.SetLocation(v.Location)
	}
	if v.URL != "" {
		e.SetURL(v.URL)
	}
	e.SetStatus(ics.ObjectStatusConfirmed)
	if v.Cancelled {
		e.SetStatus(ics.ObjectStatusCancelled)
	}
	return e
}
