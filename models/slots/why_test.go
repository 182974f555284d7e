package slots

import (
	"testing"
	"time"

	"zhenban/config"
)

func TestWhy(t *testing.T) {
	p := reference()
	p.Holidays = []config.Holiday{{Name: named("节"), From: date("2026-06-03"), Branches: []string{"main"}}}
	p.Practitioners[0].Leave = []config.Leave{{From: date("2026-06-04")}}
	ix := index(t, p)
	now := ny(t, "2026-06-01 08:00")
	busy := NewBusySet(CellOf(now), CellOf(now.AddDate(0, 0, 40)))
	block(busy, "p:wang", ny(t, "2026-06-02 09:00"), ny(t, "2026-06-02 10:00"))
	block(busy, "r:xray-1", ny(t, "2026-06-02 15:00"), ny(t, "2026-06-02 16:00"))
	for _, c := range []struct {
		service, who, branch, at string
		want                     Reason
	}{
		{"visit", "wang", "", "2026-06-02 10:00", ""},
		{"visit", "wang", "", "2026-05-29 10:00", ReasonPast},
		{"visit", "zhao", "", "2026-06-02 10:00", ReasonNotOffered},
		{"implant", "li", "", "2026-06-03 10:00", ReasonNotOffered},
		{"imaging", "wang", "east", "2026-06-06 10:00", ReasonNotOffered},
		{"nothing", "", "", "2026-06-02 10:00", ReasonNotOffered},
		{"implant", "", "", "2026-06-09 10:00", ReasonHorizon},
		{"implant", "", "", "2026-06-08 10:00", ""},
		{"visit", "", "main", "2026-06-07 10:00", ReasonClosed},
		{"visit", "wang", "main", "2026-06-03 10:00", ReasonClosed},
		{"visit", "wang", "main", "2026-06-02 12:30", ReasonOutsideHours},
		{"cleaning", "wang", "main", "2026-06-02 11:30", ReasonOutsideHours},
		{"implant", "wang", "", "2026-06-01 14:00", ReasonNotice},
		{"visit", "wang", "", "2026-06-04 10:00", ReasonOffDuty},
		{"visit", "li", "", "2026-06-02 10:00", ReasonOffDuty},
		{"implant", "wang", "", "2026-06-02 13:00", ReasonOffDuty}, // the buffer lies in the break
		{"visit", "wang", "", "2026-06-02 09:30", ReasonBusy},
		{"imaging", "wang", "", "2026-06-02 15:30", ReasonBusy}, // the machine
		{"cleaning", "wang", "", "2026-06-02 15:30", ""},
		{"visit", "wang", "", "2026-06-02 10:10", ReasonOffGrid},
		{"visit", "", "", "2026-06-01 09:00", ""},
	} {
		q := Query{Service: c.service, Practitioner: c.who, Branch: c.branch, Now: now}
		if got := ix.Why(q, ny(t, c.at), busy); got != c.want {
			t.Errorf("%s %s %s %s: got %q, want %q", c.service, c.who, c.branch, c.at, got, c.want)
		}
	}
	if got := ix.Why(Query{Service: "visit", Now: now}, ny(t, "2026-06-02 10:00").Add(time.Second), busy); got != ReasonOffGrid {
		t.Errorf("a second past the grid: %q", got)
	}
}
