package client

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models/slots"
)

// listen takes everything a sentence says about the visit.
func (a *arranger) listen() {
	h := a.t.Heard()
	b, c := a.b, a.t.Clinic
	if b.Moving == "" {
		if id, ok := a.clear(h.All(nlu.KindService)); ok && id != b.Service && (!a.ill || b.Service == "") {
			a.setService(id)
		} else if e, ok := h.Best(nlu.KindDepartment); ok && b.Service == "" && len(a.said.unclear) == 0 {
			a.setDepartment(e.ID)
		}
		if e, ok := h.Best(nlu.KindSpecies); ok && c.SpeciesByID(e.ID) != nil {
			b.Species, a.said.anything = e.ID, true
		}
		a.hearPatient(h)
	}
	if e, ok := h.Best(nlu.KindBranch); ok {
		b.Branch, a.said.anything = e.ID, true
		b.forget()
	}
	if id, ok := a.clear(h.All(nlu.KindPractitioner)); ok {
		a.setPractitioner(id)
	}
	w := a.windows(h.Times)
	if h.Intent == nlu.IntentSymptom { // 从昨天开始拉肚子 tells when it began, not when to come
		w = slices.DeleteFunc(w, func(w window) bool { return !w.To.After(a.t.Now) })
	}
	if len(w) > 0 {
		b.Windows, a.said.time, a.said.anything = w, true, true
		b.forget()
	}
	if h.Phone != "" && b.Phone == "" {
		if p, ok := ParsePhone(h.Phone); ok {
			b.Phone = p
		}
	}
	if h.Intent == nlu.IntentSymptom && b.Note == "" {
		b.Note = cutRunes(orWord(a.t.Said, a.t.In.Text), 200)
	}
	a.reconcile()
}

// clear is the one name a list of candidates means; several that fit equally
// well in one place are asked about.
func (a *arranger) clear(list []nlu.Entity) (string, bool) {
	if len(list) == 0 {
		return "", false
	}
	same := []nlu.Entity{list[0]}
	for _, e := range list[1:] {
		if e.Start == list[0].Start && e.Score >= list[0].Score-1e-9 && e.ID != list[0].ID {
			same = append(same, e)
		}
	}
	if len(same) > 1 {
		if same = a.possible(same); len(same) > 1 {
			a.said.unclear, a.said.anything = same, true
			return "", false
		}
	}
	return same[0].ID, true
}

// possible keeps, of several doctors, those who do the service asked for.
func (a *arranger) possible(list []nlu.Entity) []nlu.Entity {
	if list[0].Kind != nlu.KindPractitioner || a.b.Service == "" {
		return list
	}
	var out []nlu.Entity
	for _, e := range list {
		if does(a.t.Clinic.Practitioner(e.ID), a.b.Service) {
			out = append(out, e)
		}
	}
	if len(out) == 0 {
		return list[:1]
	}
	return out
}

func (a *arranger) setService(id string) {
	b := a.b
	b.Service, a.said.anything = id, true
	b.forget()
}

// setDepartment narrows the services to those of a department; where it has one
// only, that is meant.
func (a *arranger) setDepartment(id string) {
	b := a.b
	was := b.Category
	b.Category = id
	switch list := a.services(); {
	case len(list) == 1:
		a.setService(list[0].ID)
	case len(list) > 1:
		a.said.anything = true
		return
	}
	b.Category = was
}

func (a *arranger) setPractitioner(id string) {
	b := a.b
	a.said.anything = true
	if id != b.Practitioner {
		b.Practitioner = id
		b.forget()
	}
}

// reconcile drops what does not go together and says why.
func (a *arranger) reconcile() {
	b, c := a.b, a.t.Clinic
	service := c.Service(b.Service)
	if service == nil {
		return
	}
	if b.Species != "" && len(service.Species) > 0 && !slices.Contains(service.Species, b.Species) {
		a.conflict("book.wrong_species", map[string]any{"Service": service.Name, "Species": c.SpeciesByID(b.Species).Name})
		b.Service = ""
		return
	}
	if p := c.Practitioner(b.doctor()); p != nil && !does(p, b.Service) {
		a.conflict("book.wrong_doctor", map[string]any{"Doctor": p.Name, "Service": service.Name})
		b.Practitioner = ""
		b.forget()
	}
	if b.branch() != "" && len(c.PractitionersFor(b.Service, b.branch())) == 0 {
		a.conflict("book.wrong_branch", map[string]any{"Branch": c.Branch(b.branch()).Name, "Service": service.Name})
		b.Branch = ""
	} else if p := c.Practitioner(b.doctor()); p != nil && b.branch() != "" && !worksAt(p, b.branch()) {
		a.conflict("book.doctor_elsewhere", map[string]any{"Doctor": p.Name, "Branch": c.Branch(b.branch()).Name})
		b.Branch = ""
	}
}

func (a *arranger) conflict(key string, data map[string]any) {
	if a.said.conflict == "" {
		a.said.conflict, a.said.data = key, data
	}
}

// windows turns times into spans to search: the readings of one phrase are one
// wish, and a booking wants the wide one (明天下午 is the afternoon, not 15:00).
//
// A bare time of day keeps the day that was spoken of: 改成四点 after 明天三点
// is four o'clock of the same day.
func (a *arranger) windows(times []nlu.Time) []window {
	var out []window
	taken := map[int]bool{}
	base := a.spokenDay()
	for _, wide := range []bool{true, false} {
		for _, tm := range times {
			from, to := tm.Window()
			if taken[tm.Pos] || (wide && !tm.End.After(tm.Start)) {
				continue
			}
			taken[tm.Pos] = true
			if !base.IsZero() && (tm.Type == nlu.TypeTime || tm.Type == nlu.TypeTimeRange) {
				days := int(base.Sub(config.DateOf(from).Time(time.UTC, 0)) / (24 * time.Hour))
				from, to = from.AddDate(0, 0, days), to.AddDate(0, 0, days)
			}
			out = append(out, window{from, to})
		}
	}
	return out
}

// spokenDay is the day of the time chosen or wished for before, as midnight in
// UTC; zero when there is none.
func (a *arranger) spokenDay() time.Time {
	loc := a.t.Clinic.Location(a.b.branch())
	switch {
	case a.b.Slot != nil:
		return config.DateOf(a.b.Slot.Start.In(loc)).Time(time.UTC, 0)
	case len(a.b.Windows) == 1:
		return config.DateOf(a.b.Windows[0].From.In(loc)).Time(time.UTC, 0)
	}
	return time.Time{}
}

var patientPattern = regexp.MustCompile(`(?:给|替|帮|带)([\p{Han}A-Za-z]{1,8}?)(?:约|预约|预定|挂|看|做|打|洗|剪|去|来|订|安排|检查|体检|驱虫|绝育|复诊|$)`)

// englishPatient wants a capital letter, which weekdays and months have too.
var englishPatient = regexp.MustCompile(`\b[Ff]or (?:my |our )?(?:dog |cat |rabbit |son |daughter |wife |husband )?([A-Z][a-z]+)\b`)

// noNames are words in a name's place that name nobody.
func noNames() []string {
	return strings.Fields("我 他 她 它 自己 本人 我家 我的 狗 猫 狗狗 猫咪 狗子 猫猫 兔子 小狗 小猫 宠物 宝贝 孩子 小孩 毛孩子 家人 妈妈 爸爸 我妈 我爸 老人 老公 老婆 朋友 大家 你们 一个 我们 家里 " +
		"Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December Today Tomorrow Dr Doctor Me Us")
}

// hearPatient finds whom the visit is for: a known patient by name, or a name
// in a place where one stands (给豆豆约).
func (a *arranger) hearPatient(h *nlu.Result) {
	b := a.b
	known := h.All(nlu.KindPatient)
	ids := []string{}
	for _, e := range known {
		if !slices.Contains(ids, e.ID) {
			ids = append(ids, e.ID)
		}
	}
	if len(ids) > 0 {
		a.setPatient(ids[0])
		a.said.anything = true
		b.Also = nil
		for _, id := range ids[1:] {
			b.Also = append(b.Also, "pt:"+id)
		}
		return
	}
	if b.Patient != "" || b.Name != "" || b.Asked == askName {
		return
	}
	text := nlu.Simplify(a.t.In.Text)
	if a.t.Said != "" {
		text = nlu.Simplify(a.t.Said)
	}
	m := patientPattern.FindStringSubmatch(text)
	if m == nil {
		if m = englishPatient.FindStringSubmatch(text); m == nil || len(h.Entities) > 0 && a.isName(h.Entities, m[1]) {
			return
		}
	}
	name := strings.TrimPrefix(strings.TrimPrefix(m[1], "我家的"), "我家")
	first, rest, two := strings.Cut(name, "和")
	if first == "" || slices.Contains(noNames(), first) {
		return
	}
	if _, found := h.Best(nlu.KindSpecies); found && a.isSpecies(first) {
		return
	}
	b.Name, a.said.anything = first, true
	if two && rest != "" {
		b.Also = []string{"n:" + rest}
	}
}

// isName reports that a word belongs to a name of the clinic's.
func (a *arranger) isName(list []nlu.Entity, word string) bool {
	return slices.ContainsFunc(list, func(e nlu.Entity) bool { return strings.Contains(e.Text, word) })
}

func (a *arranger) isSpecies(name string) bool {
	for _, s := range a.t.Clinic.Species {
		if s.Name.In(config.Hans) == name || slices.Contains(s.Aliases, name) {
			return true
		}
	}
	return false
}

// setPatient makes a known patient the one the visit is for.
func (a *arranger) setPatient(id string) {
	for _, p := range a.patients {
		if p.ID == id {
			a.b.Patient, a.b.Name, a.b.Later = id, p.Name, false
			if p.Species != "" {
				a.b.Species = p.Species
			}
		}
	}
}

func does(p *config.Practitioner, service string) bool {
	return p != nil && slices.Contains(p.Services, service)
}

func worksAt(p *config.Practitioner, branch string) bool {
	for _, s := range p.Shifts {
		if s.Branch == branch {
			return true
		}
	}
	return false
}

func cutRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// query is the search for times as the booking stands.
func (a *arranger) query(from, to time.Time) slots.Query {
	return slots.Query{Service: a.b.Service, Branch: a.b.branch(), Practitioner: a.b.doctor(), From: from, To: to, Now: a.t.Now}
}
