package slots

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"zhenban/config"
)

// Days worth looking at, each with its zone: usual, gap, overlap, a change of
// half an hour, and a gap at midnight.
var drawnDays = []struct{ zone, day string }{
	{"Asia/Shanghai", "2026-06-03"},
	{"America/New_York", "2026-03-08"},
	{"America/New_York", "2026-11-01"},
	{"Australia/Lord_Howe", "2026-04-05"},
	{"Australia/Lord_Howe", "2026-10-04"},
	{"America/Santiago", "2026-09-06"},
	{"America/Santiago", "2026-04-05"},
	{"Asia/Kathmandu", "2026-02-28"},
}

// drawSpans draws up to n spans of a day, in order and apart.
func drawSpans(t *rapid.T, label string, least, n int) (out []config.Span) {
	ends := rapid.SliceOfNDistinct(rapid.IntRange(0, 288), 2*least, 2*n, rapid.ID[int]).Draw(t, label)
	slices.Sort(ends)
	for i := 0; i+1 < len(ends); i += 2 {
		out = append(out, config.Span{Start: ends[i] * 5, End: ends[i+1] * 5})
	}
	return out
}

// drawWide is drawSpans, mostly the whole day.
func drawWide(t *rapid.T, label string) []config.Span {
	if rapid.IntRange(0, 3).Draw(t, label+" part") > 0 {
		return []config.Span{{Start: 0, End: 24 * 60}}
	}
	return drawSpans(t, label, 1, 3)
}

func drawLeave(t *rapid.T, label string, day config.Date) (out []config.Leave) {
	for range rapid.IntRange(0, 2).Draw(t, label) {
		from := day.AddDays(rapid.IntRange(-2, 3).Draw(t, label+" from"))
		l := config.Leave{From: from, To: from.AddDays(rapid.IntRange(0, 1).Draw(t, label+" days"))}
		if rapid.Bool().Draw(t, label+" hours") {
			l.Hours = drawSpans(t, label, 1, 2)
		}
		out = append(out, l)
	}
	return out
}

// drawClinic draws two branches, three people and two services around an
// instant.
func drawClinic(t *rapid.T) (*config.Profile, time.Time) {
	when := rapid.SampledFrom(drawnDays).Draw(t, "day")
	p, day := bare(when.zone), date(when.day)
	p.Booking.GridMinutes = rapid.SampledFrom([]int{5, 15, 30, 45, 60}).Draw(t, "grid")
	for _, id := range []string{"a", "b"} {
		p.Branches = append(p.Branches, config.Branch{
			ID: id, Name: named("院" + id), Address: named("路"),
			Hours: config.Week{{Days: daily, Hours: drawWide(t, "open")}},
		})
		for i := range rapid.IntRange(1, 3).Draw(t, "rooms") {
			p.Resources = append(p.Resources, config.Resource{
				ID: fmt.Sprintf("room-%s%d", id, i), Type: "room",
				Name: named(fmt.Sprintf("室%s%d", id, i)), Branch: id, Out: drawLeave(t, "out", day),
			})
		}
		p.Resources = append(p.Resources, config.Resource{ID: "m-" + id, Type: "machine", Name: named("机" + id), Branch: id})
	}
	if rapid.Bool().Draw(t, "elsewhere") {
		p.Branches[1].Zone = "Europe/London"
	}
	if rapid.Bool().Draw(t, "holiday") {
		h := config.Holiday{Name: named("节"), From: day.AddDays(rapid.IntRange(-1, 2).Draw(t, "holiday from")), Hours: drawSpans(t, "holiday hours", 0, 2)}
		if rapid.Bool().Draw(t, "holiday there") {
			h.Branches = []string{"a"}
		}
		p.Holidays = []config.Holiday{h}
	}
	needs := rapid.SampledFrom([][]string{nil, {"room"}, {"room", "machine"}}).Draw(t, "needs")
	five := func(label string, most int) int { return 5 * rapid.IntRange(0, most).Draw(t, label) }
	p.Services = []config.Service{{
		ID: "s", Name: named("项"), Department: "dental", Minutes: 5 + five("minutes", 15), Needs: needs,
		Before: five("before", 4), After: five("after", 4),
		NoticeHours: rapid.IntRange(0, 12).Draw(t, "notice"), HorizonDays: rapid.IntRange(1, 3).Draw(t, "horizon"),
	}}
	for _, id := range []string{"x", "y", "z"} {
		who := config.Practitioner{ID: id, Name: named("医" + id), Departments: []string{"dental"}, Services: []string{"s"}, Leave: drawLeave(t, "leave", day)}
		for _, b := range rapid.SampledFrom([][]string{{"a"}, {"b"}, {"a", "b"}}).Draw(t, "at") {
			s := config.Shift{Branch: b, Days: daily, Hours: drawWide(t, "shift")}
			if len(who.Shifts) > 0 {
				who.Shifts[0].Days, s.Days = weekdays, config.Days{0: true, 6: true}
			}
			if h := s.Hours[0]; h.Minutes() > 60 && rapid.Bool().Draw(t, "break") {
				s.Breaks = []config.Span{{Start: h.Start + 30, End: h.Start + 45}}
			}
			who.Shifts = append(who.Shifts, s)
		}
		p.Practitioners = append(p.Practitioners, who)
	}
	loc, err := time.LoadLocation(when.zone)
	if err != nil {
		t.Fatal(err)
	}
	return p, day.Time(loc, 0)
}

func drawQuery(t *rapid.T, p *config.Profile, around time.Time) Query {
	second := func(label string, from, to int) time.Time {
		at := around.Add(time.Duration(rapid.IntRange(from, to).Draw(t, label)) * time.Minute)
		if rapid.Bool().Draw(t, label+" odd") {
			at = at.Add(17 * time.Second)
		}
		return at
	}
	q := Query{Service: "s", Now: second("now", -2880, 300), From: second("from", -1440, 1440)}
	q.To = q.From.Add(time.Duration(rapid.IntRange(1, 48).Draw(t, "window")) * time.Hour)
	q.Branch = rapid.SampledFrom([]string{"", "", "", "a", "b"}).Draw(t, "branch")
	q.Practitioner = rapid.SampledFrom([]string{"", "", "x", "y"}).Draw(t, "who")
	q.Exclude = rapid.SampledFrom([]string{"", "", "", "z"}).Draw(t, "exclude")
	return q
}
