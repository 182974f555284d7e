package nlu

import "time"

// Lunar years that the table knows.
const (
	lunarFirst = 2020
	lunarLast  = 2040
)

// lunarYears: for each year the month and day of the first day of the first month, the leap month
// (0: none), and the months' lengths in order, leap month included, lowest bit first, 1 for thirty
// days. Facts of the calendar published by the Purple Mountain Observatory (GB/T 33661).
var lunarYears = [...]struct {
	month, day, leap uint8
	long             uint16
}{
	{1, 25, 4, 0x152e},  // 2020
	{2, 12, 0, 0x0556},  // 2021
	{2, 1, 0, 0x0ab5},   // 2022
	{1, 22, 2, 0x15b2},  // 2023
	{2, 10, 0, 0x06d2},  // 2024
	{1, 29, 6, 0x0ea5},  // 2025
	{2, 17, 0, 0x0725},  // 2026
	{2, 6, 0, 0x064b},   // 2027
	{1, 26, 5, 0x0c97},  // 2028
	{2, 13, 0, 0x0cab},  // 2029
	{2, 3, 0, 0x055a},   // 2030
	{1, 23, 3, 0x0ad6},  // 2031
	{2, 11, 0, 0x0b69},  // 2032
	{1, 31, 11, 0x1752}, // 2033
	{2, 19, 0, 0x0b52},  // 2034
	{2, 8, 0, 0x0b25},   // 2035
	{1, 28, 6, 0x1a4b},  // 2036
	{2, 15, 0, 0x0a4b},  // 2037
	{2, 4, 0, 0x04ab},   // 2038
	{1, 24, 5, 0x055b},  // 2039
	{2, 12, 0, 0x05ad},  // 2040
}

// lunarDate is the day of a lunar date in loc; false outside the table or when the month is short.
func lunarDate(year, month, day int, leap bool, loc *time.Location) (time.Time, bool) {
	if year < lunarFirst || year > lunarLast || month < 1 || month > 12 || day < 1 || day > 30 {
		return time.Time{}, false
	}
	y := lunarYears[year-lunarFirst]
	index := month - 1 // of the month among those of the year
	switch {
	case leap && int(y.leap) != month:
		return time.Time{}, false
	case leap, y.leap != 0 && month > int(y.leap):
		index++
	}
	days := 0
	for k := range index {
		days += 29 + int(y.long>>k&1)
	}
	if day > 29+int(y.long>>index&1) {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(y.month), int(y.day)+days+day-1, 0, 0, 0, 0, loc), true
}

// lunarYearEnd is the eve of the next lunar new year.
func lunarYearEnd(year int, loc *time.Location) (time.Time, bool) {
	if t, ok := lunarDate(year, 12, 30, false, loc); ok {
		return t, true
	}
	return lunarDate(year, 12, 29, false, loc)
}
