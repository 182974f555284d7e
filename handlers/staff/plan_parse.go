package staff

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// planNamed finds the plan that a line names by its own name, its ID, or a
// service of it; of several the one with the longest name.
func planNamed(t *bot.Turn, line string) (id, service string) {
	line = strings.ToLower(nlu.Simplify(line))
	best := 0
	try := func(name, plan, of string) {
		name = strings.ToLower(nlu.Simplify(name))
		if n := len([]rune(name)); n > best && n > 1 && strings.Contains(line, name) {
			best, id, service = n, plan, of
		}
	}
	for i := range t.Clinic.Plans {
		p := &t.Clinic.Plans[i]
		if len(p.Services) == 0 {
			continue
		}
		try(p.ID, p.ID, "")
		for _, name := range p.Name {
			try(name, p.ID, "")
		}
		for _, of := range p.Services {
			s := t.Clinic.Service(of)
			if s == nil {
				continue
			}
			for _, name := range s.Name {
				try(name, p.ID, of)
			}
			for _, name := range s.Aliases {
				try(name, p.ID, of)
			}
		}
	}
	return id, service
}

var (
	daysAgo  = regexp.MustCompile(`(\d{1,2})\s*(?:天前|days? ago)`)
	monthDay = regexp.MustCompile(`(\d{1,2})\s*月\s*(\d{1,2})\s*[日号號]?`)
	isoDay   = regexp.MustCompile(`(\d{4}-\d{2}-\d{2})`)
)

// pastDay reads a day that has come: 昨天, 3天前, 11月20日.
func pastDay(line string, today config.Date) (config.Date, bool) {
	line = strings.ToLower(line)
	if m := daysAgo.FindStringSubmatch(line); m != nil {
		return today.AddDays(-number(m[1])), true
	}
	if m := isoDay.FindStringSubmatch(line); m != nil {
		d, err := config.ParseDate(m[1])
		return d, err == nil && d.Compare(today) <= 0
	}
	if m := monthDay.FindStringSubmatch(line); m != nil {
		month, _ := strconv.Atoi(m[1])
		day, _ := strconv.Atoi(m[2])
		for _, year := range []int{today.Year, today.Year - 1} {
			d := config.DateOf(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC))
			if d.Day == day && d.Compare(today) <= 0 {
				return d, true
			}
		}
		return today, false
	}
	for i, words := range [][]string{{"今天", "今日", "today"}, {"昨天", "昨日", "yesterday"}, {"前天", "the day before"}} {
		for _, w := range words {
			if strings.Contains(line, w) {
				return today.AddDays(-i), true
			}
		}
	}
	return today, false
}
