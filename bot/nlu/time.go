package nlu

import (
	"encoding/json"
	"time"
)

// TimeType says which of the date and the time of day a Time names, and whether it is a span.
type TimeType string

// The types of Time.
const (
	TypeDate          TimeType = "date"
	TypeTime          TimeType = "time"
	TypeDateTime      TimeType = "datetime"
	TypeDateRange     TimeType = "daterange"
	TypeTimeRange     TimeType = "timerange"
	TypeDateTimeRange TimeType = "datetimerange"
)

// Time is a moment or span that a text names, resolved against the moment of speaking. Times
// with the same Pos are readings of one expression, best first; others are other expressions.
//
// Conventions, where a language leaves it open:
//   - Weeks run from Monday to Sunday: 下周日 is the Sunday of the next week, "next Tuesday" the
//     Tuesday of the next week. A bare weekday is the coming one, today included. 这周一 stays in
//     this week even when it has passed.
//   - A day or month without its year, a day without its month, is the coming one.
//   - Between 01:00 and 04:00 明天 is what follows the night's sleep, that is the calendar's today;
//     the calendar's tomorrow is the second reading.
//   - A time of day from 1 to 6 with no daypart is in the afternoon, as clinics are open by day;
//     written 03:00 or said before 06:00 of a later hour that night, it is what it says.
//   - 中午12点 and 三点 are a "time"; a clock with another daypart and no day (早上8点) is a datetime
//     of today. Window is then the next such moment.
//   - Dayparts: 凌晨 0–6, 早上 6–10, 上午 8–12, 中午 11–13, 下午 12–18, 傍晚 17–19, 晚上 18–24. The
//     point of a daypart is 0, 6, 9, 12, 15, 18 and 22 o'clock. Today's and a past day's daypart
//     give the point first and the span second; another named day's the span first; 凌晨 of
//     another day gives that date first, for clinics sleep then. Window is the span for all.
//   - 三天内 is the last day of the term, its Window everything from now to that day's end.
//   - 周一到周三 ends, as written, on the last day's date; its Window includes that day.
//   - 三点前 runs from the day's beginning (today: from now), 10点以后 to the day's end; 周五前 from
//     today, 明天之后 for sixty days from the next day.
//   - 月初 is the 1st to 7th, 月中 the 11th to 20th, 月底 the 25th to the end; 上旬 中旬 下旬 split at 10 and 20.
//   - 周末 is Saturday and Sunday; with a daypart each of the two days is a reading.
//   - An offset written in an ISO time is ignored: what was written is taken as local.
type Time struct {
	Type  TimeType
	Start time.Time
	End   time.Time // exclusive; zero for a point
	Text  string    // as written
	Pos   int       // byte offset of Text

	from, to time.Time // what a booking may search when that is not what Start and End say
}

const (
	layoutDate     = "2006-01-02"
	layoutClock    = "15:04:05"
	layoutDateTime = "2006-01-02 15:04:05"
)

func (t Time) layout() string {
	switch t.Type {
	case TypeDate, TypeDateRange:
		return layoutDate
	case TypeTime, TypeTimeRange:
		return layoutClock
	default:
		return layoutDateTime
	}
}

// MarshalJSON writes {"value"} for a point and {"start","end"} for a span, end exclusive, in local
// time: "2026-11-25 15:00:00", "2026-11-25" for dates, "15:00:00" for times of day.
func (t Time) MarshalJSON() ([]byte, error) {
	l := t.layout()
	if t.End.IsZero() {
		return json.Marshal(struct {
			Value string `json:"value"`
		}{t.Start.Format(l)})
	}
	return json.Marshal(struct {
		Start string `json:"start"`
		End   string `json:"end"`
	}{t.Start.Format(l), t.End.Format(l)})
}

// Window is the span a booking may search: a date is that whole day, a vague daypart its hours, a
// point exactly that minute (to equals from). A time of day without a day is the next such one.
func (t Time) Window() (from, to time.Time) {
	switch {
	case !t.to.IsZero():
		return t.from, t.to
	case t.Type == TypeDate:
		return t.Start, addDays(t.Start, 1)
	case t.End.IsZero():
		return t.Start, t.Start
	}
	return t.Start, t.End
}

// addDays is the same wall clock n days on, whatever the clocks did in between.
func addDays(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+n, t.Hour(), t.Minute(), t.Second(), 0, t.Location())
}

// addMonths keeps the day of the month, or takes the month's last.
func addMonths(t time.Time, n int) time.Time {
	y, m, d := t.Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, t.Location()).Day()
	return time.Date(y, m+time.Month(n), min(d, last), t.Hour(), t.Minute(), t.Second(), 0, t.Location())
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, t.Location())
}

// onDay is a wall clock on a day; hours past 24 belong to the next days.
func onDay(day time.Time, h, m, s int) time.Time {
	y, mo, d := day.Date()
	return time.Date(y, mo, d, h, m, s, 0, day.Location())
}
