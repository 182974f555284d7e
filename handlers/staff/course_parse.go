package staff

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhenban/bot/nlu"
)

// written is what one line of staff says about a medicine. What it does not
// say is asked; the dose is never interpreted.
type written struct {
	Name, Dose string
	Times      []string
	Days       int
}

const count = `(\d{1,3}|[一二两三四五六七八九十半]+)`

var (
	courseDays  = regexp.MustCompile(`(?i)(?:连续?[吃服用]?|[吃服用共]|for\s+|x\s*)?\s*` + count + `\s*(天|日|周|星期|days?|weeks?)(?:量|的量)?`)
	courseOften = regexp.MustCompile(`(?i)(?:每天|每日|一天|一日|日)\s*([1-4一二两三四])\s*次|\b(qd|bid|tid|qid)\b|\b(once|twice|(?:three|four|3|4|2) times)\s+(?:a day|daily)|早晚各[一1]?次?|早中晚各[一1]?次?`)
	courseHours = regexp.MustCompile(`(?i)每\s*(6|8|12|24|六|八|十二)\s*(?:个)?(?:小时|h)(?:\s*[一1]\s*次)?|\bq(6|8|12|24)h\b|\bevery (6|8|12|24) hours\b`)
	courseClock = regexp.MustCompile(`(早上?|上午|中午|下午|晚上?|睡前)?\s*(\d{1,2})\s*(?:[:：]\s*(\d{2})|点(半)?)`)
	courseShort = regexp.MustCompile(`早\s*(\d{1,2})\s*(?:点)?\s*晚\s*(\d{1,2})\s*(?:点)?`)
	courseGap   = regexp.MustCompile(`[\s，,、；;。]*\x00[\s，,、；;。\x00]*`)
)

// taken stands where something was understood.
const taken = "\x00"

// parseCourse reads 阿莫西林 62.5mg 每次1片 每天两次 7天, in any order.
func parseCourse(line string) written {
	var w written
	rest := strings.TrimSpace(line)
	take := func(re *regexp.Regexp, use func(m []string) bool) {
		if m := re.FindStringSubmatch(nlu.Simplify(rest)); m != nil && use(m) {
			at := re.FindStringIndex(nlu.Simplify(rest))
			if len(nlu.Simplify(rest)) == len(rest) { // scripts write alike many bytes
				rest = rest[:at[0]] + taken + rest[at[1]:]
			}
		}
	}
	take(courseHours, func(m []string) bool {
		w.Times = everyHours(number(m[1] + m[2] + m[3]))
		return true
	})
	take(courseShort, func(m []string) bool {
		w.Times = clocks([4]string{"", "早", m[1], ""}, [4]string{"", "晚", m[2], ""})
		return len(w.Times) == 2
	})
	for len(w.Times) < 8 {
		found := len(w.Times)
		take(courseClock, func(m []string) bool {
			more := clocks([4]string{"", m[1], m[2], m[3] + m[4]})
			w.Times = append(w.Times, more...)
			return len(more) > 0
		})
		if len(w.Times) == found {
			break
		}
	}
	take(courseOften, func(m []string) bool {
		if len(w.Times) == 0 {
			w.Times = perDay(often(m))
		}
		return true
	})
	take(courseDays, func(m []string) bool {
		n := number(m[1])
		if strings.HasPrefix(m[2], "周") || strings.HasPrefix(m[2], "星期") || strings.HasPrefix(strings.ToLower(m[2]), "week") {
			n *= 7
		}
		w.Days = n
		return n > 0 && n <= maxCourseDays
	})
	if w.Days > maxCourseDays {
		w.Days = 0
	}
	slices.Sort(w.Times)
	w.Times = slices.Compact(w.Times)
	w.Name, w.Dose = nameAndDose(courseGap.ReplaceAllString(rest, " "))
	return w
}

// maxCourseDays bounds a course; who takes a medicine for ever is seen again
// before that.
const maxCourseDays = 180

var doseBegins = regexp.MustCompile(`(?i)[\d半一二两]|每次|一次|per dose|each`)

// nameAndDose splits what is left: the name up to the first blank or number,
// the dose behind it as it stands.
func nameAndDose(rest string) (name, dose string) {
	rest = strings.Trim(rest, " \t，,、；;。")
	if at := doseBegins.FindStringIndex(rest); at != nil && at[0] > 0 {
		return strings.Trim(rest[:at[0]], " ，,、"), strings.Trim(rest[at[0]:], " ，,、；;。")
	}
	name, dose, _ = strings.Cut(rest, " ")
	return name, strings.TrimSpace(dose)
}

func number(s string) int {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	if n, ok := nlu.Number(s); ok {
		return n
	}
	if i := strings.Index("一二三四五六七八九十", s); s != "" && i >= 0 {
		return i/len("一") + 1
	}
	switch s {
	case "两":
		return 2
	case "半":
		return 0
	case "十二":
		return 12
	case "十四":
		return 14
	}
	return 0
}

func often(m []string) int {
	switch word := strings.ToLower(m[2] + m[3]); {
	case m[1] != "":
		return number(m[1])
	case word == "qd" || word == "once":
		return 1
	case word == "tid" || strings.HasPrefix(word, "three") || strings.HasPrefix(word, "3") || strings.HasPrefix(m[0], "早中晚"):
		return 3
	case word == "qid" || strings.HasPrefix(word, "four") || strings.HasPrefix(word, "4"):
		return 4
	}
	return 2
}

// perDay are usual times for so many doses a day; staff see them before they
// count, and can write others.
func perDay(n int) []string {
	switch n {
	case 1:
		return []string{"09:00"}
	case 2:
		return []string{"08:00", "20:00"}
	case 3:
		return []string{"08:00", "14:00", "20:00"}
	case 4:
		return []string{"08:00", "12:00", "16:00", "20:00"}
	}
	return nil
}

func everyHours(h int) []string {
	if h <= 0 || 24%h != 0 {
		return nil
	}
	var out []string
	for at := 8; at < 8+24; at += h {
		out = append(out, fmt.Sprintf("%02d:00", at%24))
	}
	return out
}

// clocks reads parts of the day with an hour and minutes ("半" is 30).
func clocks(list ...[4]string) (out []string) {
	for _, m := range list {
		h, minute := number(m[2]), 0
		if m[3] == "半" {
			minute = 30
		} else if m[3] != "" {
			minute = number(m[3])
		}
		if h < 12 && (strings.HasPrefix(m[1], "下午") || strings.HasPrefix(m[1], "晚") || m[1] == "睡前" || m[1] == "中午" && h < 4) {
			h += 12
		}
		if h > 23 || minute > 59 {
			return nil
		}
		out = append(out, fmt.Sprintf("%02d:%02d", h, minute))
	}
	return out
}
