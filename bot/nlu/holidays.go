package nlu

import "time"

// holiday is a named day of the year.
type holiday int

const (
	newYear holiday = iota + 1
	newYearEve
	springFestival
	lunarEve
	lantern
	laba
	littleYear
	valentine
	womensDay
	arborDay
	foolsDay
	qingming
	labourDay
	youthDay
	mothersDay
	childrensDay
	fathersDay
	dragonBoat
	qixi
	ghost
	midAutumn
	teachersDay
	nationalDay
	doubleNinth
	halloween
	allSaints
	singles
	thanksgiving
	winterSolstice
	christmasEve
	christmas
)

// fixedHolidays are those with a date of the common calendar, month*100+day.
func (h holiday) fixed() int {
	switch h {
	case newYear:
		return 101
	case newYearEve:
		return 1231
	case valentine:
		return 214
	case womensDay:
		return 308
	case arborDay:
		return 312
	case foolsDay:
		return 401
	case labourDay:
		return 501
	case youthDay:
		return 504
	case childrensDay:
		return 601
	case teachersDay:
		return 910
	case nationalDay:
		return 1001
	case halloween:
		return 1031
	case allSaints:
		return 1101
	case singles:
		return 1111
	case christmasEve:
		return 1224
	case christmas:
		return 1225
	}
	return 0
}

// lunar is the month*100+day of those that follow the lunar calendar.
func (h holiday) lunar() int {
	switch h {
	case springFestival:
		return 101
	case lantern:
		return 115
	case dragonBoat:
		return 505
	case qixi:
		return 707
	case ghost:
		return 715
	case midAutumn:
		return 815
	case doubleNinth:
		return 909
	case laba:
		return 1208
	case littleYear:
		return 1223
	}
	return 0
}

// in is the holiday of a year of the common calendar. The lunar ones are those of the lunar year
// that begins in it, except for the eve and the twelfth month's days, which end the year before.
func (h holiday) in(year int, loc *time.Location) (time.Time, bool) {
	if d := h.fixed(); d != 0 {
		return time.Date(year, time.Month(d/100), d%100, 0, 0, 0, 0, loc), true
	}
	switch h {
	case lunarEve:
		return lunarYearEnd(year-1, loc)
	case laba, littleYear:
		d := h.lunar()
		return lunarDate(year-1, d/100, d%100, false, loc)
	case qingming:
		return time.Date(year, time.April, solarTermDay(year, 4.81), 0, 0, 0, 0, loc), true
	case winterSolstice:
		return time.Date(year, time.December, solarTermDay(year, 21.94), 0, 0, 0, 0, loc), true
	case mothersDay:
		return nthWeekday(year, time.May, time.Sunday, 2, loc), true
	case fathersDay:
		return nthWeekday(year, time.June, time.Sunday, 3, loc), true
	case thanksgiving:
		return nthWeekday(year, time.November, time.Thursday, 4, loc), true
	}
	d := h.lunar()
	return lunarDate(year, d/100, d%100, false, loc)
}

// solarTermDay is the usual approximation of a solar term's day in this century; c is the term's
// constant. It is a day off for 冬至 2021, which nobody books any more.
func solarTermDay(year int, c float64) int {
	y := year % 100
	return int(float64(y)*0.2422+c) - y/4
}

func nthWeekday(year int, m time.Month, w time.Weekday, n int, loc *time.Location) time.Time {
	first := time.Date(year, m, 1, 0, 0, 0, 0, loc)
	return addDays(first, (int(w-first.Weekday())+7)%7+7*(n-1))
}

// length is the number of days off that the word 假期 or 期间 covers, in the scheme of the State
// Council since 2025.
func (h holiday) length() int {
	switch h {
	case springFestival:
		return 8
	case nationalDay:
		return 7
	case labourDay:
		return 5
	case newYear, qingming, dragonBoat, midAutumn:
		return 3
	}
	return 1
}

// next is the coming holiday of that name, today included.
func (h holiday) next(today time.Time) (time.Time, bool) {
	for y := today.Year() - 1; y <= today.Year()+2; y++ {
		if d, ok := h.in(y, today.Location()); ok && !d.Before(today) {
			return d, true
		}
	}
	return time.Time{}, false
}
