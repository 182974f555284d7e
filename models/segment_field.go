package models

import (
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"
)

// segmentField is something a segment can ask about.
type segmentField struct {
	name   string
	number bool
	names  []string // folded
}

func segmentFields() []segmentField {
	return []segmentField{
		{name: "species", names: []string{"species", "物种", "动物", "宠物"}},
		{name: "age", number: true, names: []string{"age", "年龄", "岁数"}},
		{name: "condition", names: []string{"condition", "病史", "标签", "情况", "tag"}},
		{name: "procedure", names: []string{"procedure", "service", "做过", "项目", "服务"}},
		{name: "tier", names: []string{"tier", "会员等级", "会员级别", "等级", "会员"}},
		{name: "branch", names: []string{"branch", "院区", "分院", "门店"}},
		{name: "last_visit", number: true, names: []string{"last_visit", "没来", "上次就诊", "最近就诊", "未到店天数"}},
		{name: "language", names: []string{"language", "语言"}},
		{name: "channel", names: []string{"channel", "渠道", "通道"}},
	}
}

// SegmentFields lists the names of the fields, in English.
func SegmentFields() []string {
	var out []string
	for _, f := range segmentFields() {
		out = append(out, f.name)
	}
	return out
}

func fieldOf(name string) (segmentField, bool) {
	for _, f := range segmentFields() {
		if slices.Contains(f.names, name) {
			return f, true
		}
	}
	return segmentField{}, false
}

func unknownField(n ast.Node, name string) *SegmentFault {
	f := fault("field", n, name)
	known := map[string]string{}
	for _, field := range segmentFields() {
		for _, s := range field.names {
			known[s] = s
		}
	}
	f.Meant = nearest(strings.ToLower(name), known)
	return f
}

// words are the values a field can have; nil for any.
func (f segmentField) words(v Vocabulary) map[string]string {
	switch f.name {
	case "species":
		return v.Species
	case "procedure":
		return v.Services
	case "branch":
		return v.Branches
	case "language":
		return map[string]string{
			"zh-hans": "zh-Hans", "简体": "zh-Hans", "简体中文": "zh-Hans", "中文": "zh-Hans",
			"zh-hant": "zh-Hant", "繁体": "zh-Hant", "繁体中文": "zh-Hant", "en": "en", "english": "en", "英文": "en", "英语": "en",
		}
	case "channel":
		return map[string]string{
			"wechat": "wechat", "微信": "wechat", "telegram": "telegram", "电报": "telegram", "web": "web", "网页": "web", "terminal": "terminal", "talk": "talk",
		}
	}
	return nil
}

// tierWord is a tier as it is kept; a clinic may have words of its own.
func tierWord(word string) string {
	word = strings.TrimSpace(word)
	switch word {
	case "银卡", "银":
		return "silver"
	case "金卡", "金":
		return "gold"
	case "钻石卡", "钻石", "钻卡":
		return "diamond"
	}
	return word
}

// one is: the field has one of the values.
func (w *walker) one(field string, values []any) condition {
	marks := "(?" + strings.Repeat(", ?", len(values)-1) + ")"
	switch field {
	case "species":
		return condition{"p.species IN " + marks, values}
	case "condition":
		return condition{"EXISTS (SELECT 1 FROM patient_tags t WHERE t.patient_id = p.id AND t.tag IN " + marks + ")", values}
	case "procedure":
		return w.visited("a.status = 'fulfilled' AND a.service IN "+marks, values...)
	case "branch":
		return w.visited("a.status IN ('fulfilled', 'arrived', 'booked') AND a.branch IN "+marks, values...)
	case "tier":
		return w.tier(marks, values)
	}
	if w.of == byClient { // of a chat, and there may be none
		return condition{sql: "1 = 0"}
	}
	return condition{"c." + field + " IN " + marks, values} // language, channel
}

func (w *walker) tier(marks string, values []any) condition {
	switch {
	case w.of == byClient:
		return condition{"k.tier IN " + marks, values}
	case w.patient:
		return condition{"EXISTS (SELECT 1 FROM clients t WHERE t.id = p.client_id AND t.tier IN " + marks + ")", values}
	}
	return join("OR",
		condition{"EXISTS (SELECT 1 FROM bindings b JOIN clients t ON t.id = b.client_id WHERE b.contact_id = c.id AND t.tier IN " + marks + ")", values},
		condition{"EXISTS (SELECT 1 FROM clients t WHERE t.id = c.client_id AND t.tier IN " + marks + ")", values})
}

// visited is: there is a visit a of which it is true; of the patient where one
// is meant, else of the person.
func (w *walker) visited(test string, args ...any) condition {
	find := func(where string) condition {
		return condition{"EXISTS (SELECT 1 FROM appointments a WHERE " + where + " AND " + test + ")", args}
	}
	switch {
	case w.patient:
		return find("a.patient_id = p.id")
	case w.of == byClient:
		return find("a.client_id = k.id")
	}
	return join("OR", find("a.contact_id = c.id"), find("a.client_id = c.client_id AND c.client_id <> ''"),
		condition{"EXISTS (SELECT 1 FROM bindings b JOIN appointments a ON a.client_id = b.client_id WHERE b.contact_id = c.id AND b.patient_id = '' AND " + test + ")", args})
}

// age counts full years; 0.5 is half a year. Of a birth date that is known only
// to the month or the year, the first day counts.
func (w *walker) age(op string, years float64, n ast.Node) (condition, error) {
	born := func(years float64) string {
		whole := int(years)
		return w.g.now.AddDate(-whole, -int((years-float64(whole))*12+0.5), 0).Format(time.DateOnly)
	}
	if years < 0 || years > 200 {
		return condition{}, fault("type", n, "")
	}
	switch op {
	case ">=":
		return condition{"(p.birth_date <> '' AND p.birth_date <= ?)", []any{born(years)}}, nil
	case "<":
		return condition{"p.birth_date > ?", []any{born(years)}}, nil
	case ">":
		return condition{"(p.birth_date <> '' AND p.birth_date <= ?)", []any{born(years + 1)}}, nil
	case "<=":
		return condition{"p.birth_date > ?", []any{born(years + 1)}}, nil
	case "==":
		return condition{"(p.birth_date <= ? AND p.birth_date > ?)", []any{born(years), born(years + 1)}}, nil
	case "!=":
		return condition{"(p.birth_date <> '' AND NOT (p.birth_date <= ? AND p.birth_date > ?))", []any{born(years), born(years + 1)}}, nil
	}
	return condition{}, fault("operator", n, op)
}

// lastVisit counts days since the newest visit that took place; who never came
// is none of these.
func (w *walker) lastVisit(op string, days float64, n ast.Node) (condition, error) {
	if days < 0 || days > 36500 {
		return condition{}, fault("type", n, "")
	}
	since := func(days float64) any { return millis(w.g.now.Add(-time.Duration(days * float64(24*time.Hour)))) }
	ever := w.visited("a.status = 'fulfilled'")
	after := func(days float64) condition {
		return w.visited("a.status = 'fulfilled' AND a.start_at > ?", since(days))
	}
	switch op {
	case ">", ">=":
		return join("AND", ever, after(days).not()), nil
	case "<", "<=":
		return after(days), nil
	case "==":
		return join("AND", after(days+1), after(days).not()), nil
	case "!=":
		return join("AND", ever, join("AND", after(days+1), after(days).not()).not()), nil
	}
	return condition{}, fault("operator", n, op)
}

// nearest is the word known that a word was probably meant to be: two letters
// off at most, or one that holds it or is held by it.
func nearest(word string, known map[string]string) string {
	best, found := 3, ""
	for _, k := range sortedKeys(known) {
		d := lettersOff([]rune(word), []rune(k))
		if d < best && d < len([]rune(k)) {
			best, found = d, k
		}
	}
	if found != "" || word == "" {
		return found
	}
	for _, k := range sortedKeys(known) {
		if strings.Contains(k, word) || strings.Contains(word, k) {
			return k
		}
	}
	return ""
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// lettersOff counts the single-letter edits between two words.
func lettersOff(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		left, diagonal := i+1, row[0]
		row[0] = left
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			left = min(cost, diagonal+1, left+1)
			row[j+1] = left
		}
	}
	return row[len(b)]
}
