package fhir

import (
	"fmt"
	"time"

	"zhenban/config"
	"zhenban/models"
)

type location struct {
	header
	Status           string         `json:"status"`
	Name             string         `json:"name"`
	Alias            []string       `json:"alias,omitempty"`
	Description      string         `json:"description,omitempty"`
	Mode             string         `json:"mode"`
	Telecom          []contactPoint `json:"telecom,omitempty"`
	Address          *address       `json:"address,omitempty"`
	PhysicalType     *concept       `json:"physicalType,omitempty"`
	HoursOfOperation []openingHours `json:"hoursOfOperation,omitempty"`
}

type openingHours struct {
	DaysOfWeek  []string `json:"daysOfWeek,omitempty"`
	AllDay      bool     `json:"allDay,omitempty"`
	OpeningTime string   `json:"openingTime,omitempty"`
	ClosingTime string   `json:"closingTime,omitempty"`
}

func locations() *resource {
	return &resource{
		name: "Location", doc: "The clinic's branches; description is where to park.",
		params: []param{paramID(), paramName()},
		read: func(c *call, id string) (instance, error) {
			b := c.clinic.Branch(id)
			if b == nil {
				return nil, models.ErrNotFound
			}
			return c.profileRead(c.location(b))
		},
		search: func(c *call, q *query) (page, error) {
			var list []instance
			for i := range c.clinic.Branches {
				if b := &c.clinic.Branches[i]; q.named(b.Name, b.Aliases) {
					list = append(list, c.location(b))
				}
			}
			return c.profileSearch(q, list)
		},
	}
}

func (c *call) location(b *config.Branch) *location {
	out := &location{
		header: header{ResourceType: "Location", ID: b.ID}, Status: "active", Mode: "instance",
		Name: clean(b.Name.In(c.lang())), Description: clean(b.Parking.In(c.lang())),
		PhysicalType: &concept{Coding: []coding{{sysPhysicalType, "si", "Site"}}},
	}
	for _, a := range b.Aliases {
		if a = clean(a); a != "" {
			out.Alias = append(out.Alias, a)
		}
	}
	if b.Phone != "" {
		out.Telecom = append(out.Telecom, contactPoint{"phone", b.Phone})
	}
	if b.Map != "" {
		out.Telecom = append(out.Telecom, contactPoint{"url", b.Map})
	}
	if text := clean(b.Address.In(c.lang())); text != "" {
		out.Address = &address{text}
	}
	for _, row := range b.Hours {
		out.HoursOfOperation = append(out.HoursOfOperation, opening(row)...)
	}
	return out
}

func opening(row config.DayHours) []openingHours {
	var days []string
	names := [...]string{time.Sunday: "sun", "mon", "tue", "wed", "thu", "fri", "sat"}
	for i := range 7 {
		if day := (i + 1) % 7; row.Days[day] {
			days = append(days, names[day])
		}
	}
	var out []openingHours
	for _, span := range row.Hours {
		one := openingHours{DaysOfWeek: days}
		if one.AllDay = span.Start == 0 && span.End == 24*60; !one.AllDay {
			one.OpeningTime, one.ClosingTime = clock(span.Start), clock(span.End)
		}
		out = append(out, one)
	}
	return out
}

// clock is a time of day; FHIR has no 24:00.
func clock(minute int) string {
	if minute == 24*60 {
		return "23:59:59"
	}
	return fmt.Sprintf("%02d:%02d:00", minute/60, minute%60)
}

// locationRef names a branch; one the profile no longer has keeps the ID.
func (c *call) locationRef(id string) ref {
	out := ref{Reference: "Location/" + id}
	if b := c.clinic.Branch(id); b != nil {
		out.Display = clean(b.Name.In(c.lang()))
	}
	return out
}
