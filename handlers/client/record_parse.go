package client

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"zhenban/bot/nlu"
)

var weightForm = regexp.MustCompile(`^(?:体重|大概|大约|差不多|约|about |around )*\s*(\d{1,6}(?:\.\d{1,3})?)\s*(kgs?|公斤|千克|斤|grams?|g|克|lbs?|磅|pounds?)?(?:左右|多|吧|。)?$`)

// gramsPer is the worth of a unit; a bare number is kilograms.
func gramsPer(unit string) float64 {
	switch unit {
	case "g", "gram", "grams", "克":
		return 1
	case "斤":
		return 500
	case "lb", "lbs", "磅", "pound", "pounds":
		return 453.59237
	}
	return 1000
}

// heaviest is what no patient of the kind weighs, in grams: a little above the
// heaviest on record (Guinness World Records: dog 155.6 kg, cat 21.3 kg,
// rabbit 22.2 kg, person 635 kg). A weight beyond it is a slip of the unit.
func heaviest(kind, species string) int {
	switch {
	case kind == "person":
		return 640_000
	case species == "dog":
		return 160_000
	case species == "cat":
		return 22_000
	case species == "rabbit":
		return 23_000
	}
	return 200_000
}

// parseWeight reads 4.5, 4.5kg, 9斤, 800g, 10 lb. The fault is "weight" for
// what is none, "weight_range" for what cannot be.
func parseWeight(text, kind, species string) (grams int, fault string) {
	m := weightForm.FindStringSubmatch(strings.TrimSpace(ascii(text)))
	if m == nil {
		return 0, "weight"
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return 0, "weight"
	}
	grams = int(n*gramsPer(m[2]) + 0.5)
	least := 5
	if kind == "person" {
		least = 300
	}
	if grams < least || grams > heaviest(kind, species) {
		return 0, "weight_range"
	}
	return grams, ""
}

var (
	birthDate  = regexp.MustCompile(`^(\d{4})(?:[年\-/.]\s*(\d{1,2})(?:[月\-/.]\s*(\d{1,2})?[日号]?)?月?)?年?(?:生|出生)?$`)
	birthPlain = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	ageYears   = regexp.MustCompile(`^(?:快|大概|大约|约|about )*(\d{1,3}|半)\s*(?:周?岁|years?(?: old)?|yrs?|y)(半)?(?:多|了|左右)?$`)
	ageMonths  = regexp.MustCompile(`^(?:快|大概|大约|约|about )*(\d{1,3})\s*(?:个半?月|月大|months?(?: old)?|mo)(?:大|多|了|左右)?$`)
)

// parseBirth reads a date, a month, a year, or an age. The fault is "birth"
// for what is none, "birth_future" and "birth_old" for what cannot be.
func parseBirth(text, kind string, now time.Time) (birth, fault string) {
	text = strings.TrimSpace(ascii(text))
	if m := birthPlain.FindStringSubmatch(text); m != nil {
		text = m[1] + "-" + m[2] + "-" + m[3]
	}
	if m := birthDate.FindStringSubmatch(text); m != nil {
		return checkBirth(m[1], m[2], m[3], kind, now)
	}
	if m := ageMonths.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		at := time.Date(now.Year(), now.Month()-time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		return checkBirth(strconv.Itoa(at.Year()), strconv.Itoa(int(at.Month())), "", kind, now)
	}
	if m := ageYears.FindStringSubmatch(text); m != nil {
		if m[1] == "半" {
			at := time.Date(now.Year(), now.Month()-6, 1, 0, 0, 0, 0, time.UTC)
			return checkBirth(strconv.Itoa(at.Year()), strconv.Itoa(int(at.Month())), "", kind, now)
		}
		n, _ := strconv.Atoi(m[1])
		return checkBirth(strconv.Itoa(now.Year()-n), "", "", kind, now)
	}
	return "", "birth"
}

// oldest is the greatest age in years that is no slip.
func oldest(kind string) int {
	if kind == "person" {
		return 125
	}
	return 60
}

func checkBirth(year, month, day, kind string, now time.Time) (birth, fault string) {
	y, _ := strconv.Atoi(year)
	m, d := 1, 1
	birth = fmt.Sprintf("%04d", y)
	if month != "" {
		m, _ = strconv.Atoi(month)
		birth += fmt.Sprintf("-%02d", m)
	}
	if day != "" {
		d, _ = strconv.Atoi(day)
		birth += fmt.Sprintf("-%02d", d)
	}
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, now.Location())
	switch {
	case at.Year() != y || int(at.Month()) != m || at.Day() != d:
		return "", "birth"
	case at.After(now):
		return "", "birth_future"
	case now.Year()-y > oldest(kind):
		return "", "birth_old"
	}
	return birth, ""
}

// ascii writes full-width digits and letters as plain ones, lower case, in
// simplified script.
func ascii(s string) string {
	return strings.ToLower(nlu.Simplify(strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		case r == 0x3000:
			return ' '
		}
		return r
	}, s)))
}
