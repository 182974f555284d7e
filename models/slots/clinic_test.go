package slots

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"zhenban/config"
)

// The reference clinic: two branches in New York time, so that DST can bite.
// Dr Wang works at both, Dr Li at main only; cleaning needs a chair, of which
// main has two and east one, and the x-ray, of which main has the only one.

var (
	daily    = config.Days{true, true, true, true, true, true, true}
	weekdays = config.Days{false, true, true, true, true, true, false}
)

// span is minutes from two clock times as 900 for 09:00.
func span(from, to int) config.Span {
	return config.Span{Start: from/100*60 + from%100, End: to/100*60 + to%100}
}

func named(s string) config.Text { return config.Text{config.Hans: s} }

func date(s string) config.Date {
	d, err := config.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// bare is a valid profile that has no branches, services or people yet.
func bare(zone string) *config.Profile {
	p := &config.Profile{Name: named("诊所"), Kind: config.General, Zone: zone, Phone: "010-12345678"}
	p.Privacy = config.Privacy{Version: "1", Text: named("说明")}
	p.Emergency = config.Emergency{Words: []string{"胸痛"}, Advice: named("请立即拨打120"), Source: "test"}
	p.Departments = []config.Department{{ID: "dental", Name: named("口腔科")}}
	p.Booking.LatePolicy = named("请提前")
	return p
}

func reference() *config.Profile {
	p := bare("America/New_York")
	p.Branches = []config.Branch{
		{ID: "main", Name: named("总院"), Address: named("一路"), Hours: config.Week{
			{Days: weekdays, Hours: []config.Span{span(900, 1200), span(1300, 1800)}},
		}},
		{ID: "east", Name: named("东院"), Address: named("二路"), Hours: config.Week{
			{Days: daily, Hours: []config.Span{span(800, 2000)}},
		}},
	}
	p.Resources = []config.Resource{
		{ID: "chair-1", Type: "chair", Name: named("椅1"), Branch: "main"},
		{ID: "chair-2", Type: "chair", Name: named("椅2"), Branch: "main"},
		{ID: "chair-e", Type: "chair", Name: named("椅E"), Branch: "east"},
		{ID: "xray-1", Type: "xray", Kind: "machine", Name: named("拍片机"), Branch: "main"},
	}
	svc := func(id string, minutes int, needs ...string) config.Service {
		return config.Service{ID: id, Name: named("项目" + id), Department: "dental", Minutes: minutes, Needs: needs}
	}
	p.Services = []config.Service{
		svc("visit", 30), svc("cleaning", 60, "chair"), svc("imaging", 30, "chair", "xray"), svc("implant", 60, "chair"),
	}
	p.Services[2].Branches = []string{"main"}
	p.Services[3].Before, p.Services[3].After, p.Services[3].NoticeHours, p.Services[3].HorizonDays = 10, 20, 24, 7
	who := func(id string, shifts []config.Shift, services ...string) config.Practitioner {
		return config.Practitioner{ID: id, Name: named("医生" + id), Departments: []string{"dental"}, Services: services, Shifts: shifts}
	}
	p.Practitioners = []config.Practitioner{
		who("wang", []config.Shift{
			{Branch: "main", Days: weekdays, Hours: []config.Span{span(900, 1800)}, Breaks: []config.Span{span(1200, 1300)}},
			{Branch: "east", Days: config.Days{6: true}, Hours: []config.Span{span(900, 1200)}},
		}, "visit", "cleaning", "imaging", "implant"),
		who("li", []config.Shift{
			{Branch: "main", Days: config.Days{1: true, 3: true, 5: true}, Hours: []config.Span{span(900, 1200), span(1300, 1700)}},
		}, "visit", "cleaning", "imaging"),
	}
	return p
}

// index compiles a profile.
func index(t testing.TB, p *config.Profile) *Index {
	t.Helper()
	c, err := config.NewClinic(p)
	if err != nil {
		t.Fatal(err)
	}
	return NewIndex(c)
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// ny is an instant by New York's clock, "2026-06-01 09:00".
func ny(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, zone(t, "America/New_York"))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// show writes slots as "main wang Mon 09:00 chair-1".
func show(list []Slot) (out []string) {
	for _, s := range list {
		line := fmt.Sprintf("%s %s %s", s.Branch, s.Practitioner, s.Start.Format("Mon 15:04"))
		for _, r := range s.Resources {
			line += " " + r
		}
		out = append(out, line)
	}
	return out
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %q\nwant\n  %q", got, want)
	}
}

// onDay is the query for one day, asked two days before at noon.
func onDay(t testing.TB, service, day string) Query {
	from := ny(t, day+" 00:00")
	return Query{Service: service, From: from, To: from.AddDate(0, 0, 1), Now: from.AddDate(0, 0, -2).Add(12 * time.Hour)}
}

// taken is a BusySet over everything a query may look at.
func taken(ix *Index, q Query) *BusySet {
	_, from, to := ix.Resources(q)
	return NewBusySet(from, to)
}

func block(b *BusySet, resource string, from, to time.Time) {
	b.Add(resource, CellOf(from), cellFrom(to))
}
