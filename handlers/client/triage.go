package client

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// Triage leads from what somebody describes to a department, a doctor and a
// booking. It names where to go, never what it is.
type Triage struct{}

type triageState struct {
	Said    string `json:"said"`
	Found   string `json:"found,omitempty"`   // what the questions came to, for the doctor
	Other   bool   `json:"other,omitempty"`   // choosing another department
	Asked   bool   `json:"asked,omitempty"`   // the questions were answered
	Flag    string `json:"flag,omitempty"`    // what they came to: red, yellow, none
	Isolate bool   `json:"isolate,omitempty"` // it may be contagious
}

// Name implements bot.Flow.
func (Triage) Name() string { return "triage" }

// Step implements bot.Flow. Arg of /triage: "done", the flag that the questions
// before a visit came to, and "isolate" where it may be contagious; "other" for
// the list of departments.
func (Triage) Step(ctx context.Context, t *bot.Turn) error {
	var s triageState
	if t.Command != "" {
		s.Said = sentence(t)
		if words := strings.Fields(t.Arg); len(words) > 1 && words[0] == "done" {
			s.Said, s.Found = splitFound(s.Said)
			s.Asked, s.Flag, s.Isolate = true, words[1], slices.Contains(words, "isolate")
		}
		if t.Arg == "other" {
			if otherDepartment(s.Said) {
				s.Said = ""
			}
			s.Other = true
			s.askDepartment(t, "triage.which")
			return nil
		}
		if s.Flag == string(config.FlagRed) {
			t.Then("/urgent")
			return nil
		}
		return s.suggest(ctx, t)
	}
	if err := t.State(&s); err != nil {
		return err
	}
	kind, id, _ := strings.Cut(t.Choice, ":")
	switch {
	case kind == "book":
		s.book(t, id)
	case kind == "check":
		t.Resay(s.Said)
		t.End()
		t.Then("/form " + config.TriageForm + " then=/triage")
	case kind == "other":
		s.Other = true
		s.askDepartment(t, "triage.which")
	case kind == "d" && t.Clinic.Department(id) != nil:
		s.askService(t, t.Clinic.Department(id))
	default:
		return s.hear(ctx, t)
	}
	return nil
}

// hear takes what was said instead of an option: more about the illness,
// another department, or what to book.
func (s *triageState) hear(ctx context.Context, t *bot.Turn) error {
	words, h := sentence(t), t.Heard()
	_, service := h.Best(nlu.KindService)
	department, named := h.Best(nlu.KindDepartment)
	sure := h.Confidence >= 0.5
	books := h.Intent == nlu.IntentBook && sure
	switch {
	case !t.Stale && (otherDepartment(words) || justNo(t)):
		s.Other = true
		s.askDepartment(t, "triage.which")
	case words == "" || t.Stale:
		t.Pass()
	case h.Intent == nlu.IntentSymptom && sure:
		s.more(words)
		return s.suggest(ctx, t)
	case named && !service && (books || !sure) && t.Clinic.Department(department.ID) != nil:
		s.more(words)
		s.askService(t, t.Clinic.Department(department.ID))
	case books: // with what was described before, for the doctor to read
		next := triageState{Said: words, Found: strings.Trim(s.Said+"；"+s.Found, "；")}
		next.book(t, "")
	default:
		t.Pass()
	}
	return nil
}

// more adds to what was described.
func (s *triageState) more(words string) {
	if !strings.Contains(s.Said, words) {
		s.Said = cutWords(strings.TrimSpace(s.Said + " " + words))
	}
}

// book goes on to a booking, with what was described and found for the doctor.
func (s *triageState) book(t *bot.Turn, service string) {
	t.Resay(withFound(s.Said, s.Found))
	t.End()
	t.Then("/book " + strings.TrimSpace(illArg+" "+service))
}

// illArg tells /book that what was said is for the doctor to read.
const illArg = "ill"

// withFound puts what the questions came to behind what was said.
func withFound(said, found string) string {
	if found == "" {
		return said
	}
	return said + "（" + found + "）"
}

// splitFound takes it apart again, so that what was found is not heard as the
// person's own words.
func splitFound(said string) (own, found string) {
	if i := strings.LastIndex(said, "（"); i >= 0 && strings.HasSuffix(said, "）") {
		return said[:i], strings.TrimSuffix(said[i+len("（"):], "）")
	}
	return said, ""
}

// What says that the department is not the right one.
var wrongDepartment = [...]string{
	"换个科", "换科", "换一个科", "换一科", "别的科", "其他科", "其它科", "不是这个科", "不是这科", "不看这个科", "不想看这个科", "科室不对", "科室错", "选错科", "看错科", "挂错科", "唔系呢科", "唔系呢个科", "转科",
	"other department", "another department", "different department", "wrong department", "not this department", "not that department",
}

func otherDepartment(text string) bool {
	text = plainWords(text)
	return len([]rune(text)) <= maxNotMine && containsOne(text, wrongDepartment[:])
}

// justNo reports a bare no.
func justNo(t *bot.Turn) bool {
	in, bare := nlu.Command(t.In.Text)
	return bare && in == nlu.IntentNo && (t.In.Kind == bot.KindText || t.In.Kind == bot.KindVoice)
}

func (s *triageState) suggest(ctx context.Context, t *bot.Turn) error {
	t.Resay(s.Said) // all that was said so far, not the last sentence alone
	species, err := speciesMeant(ctx, t)
	if err != nil {
		return err
	}
	service, department := matchHint(t.Clinic, s.Said, species)
	if service == nil {
		s.askDepartment(t, "triage.see_doctor")
		return nil
	}
	data := map[string]any{
		"Department": department.Name, "Service": service.Name, "Doctor": config.Text(nil), "When": "",
		"Today": s.Flag == string(config.FlagYellow), "Asked": s.Asked, "Isolate": s.Isolate, "Phone": t.Clinic.Phone, "Pets": t.Clinic.Kind == config.Vet,
		"Watch": watch(t),
	}
	if who, day := soonest(t, service); who != nil {
		data["Doctor"], data["When"] = who.Name, day
	}
	options := []bot.Option{t.Option("triage.book", data, "book:"+service.ID), t.Option("triage.other", nil, "other"), t.Option("menu.agent", nil, "/agent")}
	t.Ask("triage.suggest", data, append(s.check(t), options...)...)
	t.Keep(s)
	return nil
}

// watch is when not to wait, as the clinic's form of questions says it.
func watch(t *bot.Turn) string {
	if form := t.Clinic.Form(config.TriageForm); form != nil {
		return form.Done.In(t.Lang)
	}
	return ""
}

// check offers the questions before a visit, where the clinic has some and
// they were not answered yet.
func (s *triageState) check(t *bot.Turn) []bot.Option {
	if s.Asked || t.Clinic.Form(config.TriageForm) == nil {
		return nil
	}
	return []bot.Option{t.Option("triage.check", nil, "check")}
}

func (s *triageState) askDepartment(t *bot.Turn, key string) {
	var options []bot.Option
	if key == "triage.see_doctor" {
		options = s.check(t)
	}
	for i := range t.Clinic.Departments {
		d := &t.Clinic.Departments[i]
		if len(servicesOf(t, d)) > 0 {
			options = append(options, bot.Option{Label: d.Name.In(t.Lang), Value: "d:" + d.ID})
		}
	}
	t.Ask(key, nil, append(options, t.Option("menu.agent", nil, "/agent"))...)
	t.Keep(s)
}

// askService offers what a department does; where that is one thing, it is
// booked at once.
func (s *triageState) askService(t *bot.Turn, d *config.Department) {
	all := servicesOf(t, d)
	if len(all) == 1 {
		s.book(t, all[0].ID)
		return
	}
	list, _ := pageOf(all, 0)
	var options []bot.Option
	for _, x := range list {
		options = append(options, t.Option("triage.book", map[string]any{"Service": x.Name}, "book:"+x.ID))
	}
	t.Ask("triage.services", map[string]any{"Department": d.Name}, append(options, t.Option("triage.other", nil, "other"))...)
	t.Keep(s)
}

// speciesMeant is the animal a sentence is about: named in it, or the only
// kind this person has; "" when that is open.
func speciesMeant(ctx context.Context, t *bot.Turn) (string, error) {
	if e, ok := t.Heard().Best(nlu.KindSpecies); ok {
		return e.ID, nil
	}
	patients, err := t.Store.PatientsOf(ctx, t.Contact.ID, ownID(t))
	if err != nil {
		return "", err
	}
	species := ""
	for _, p := range patients {
		if species != "" && p.Species != species {
			return "", nil
		}
		species = p.Species
	}
	return species, nil
}

// ownID is the client this person made in the chat; one that nobody has when
// there is none, so that no row without a client matches.
func ownID(t *bot.Turn) string {
	if t.Contact.ClientID == "" {
		return "-"
	}
	return t.Contact.ClientID
}

// matchHint finds the hint whose word in the text is the longest, that is the
// most exact; hints for other animals are left out.
func matchHint(c *bot.Clinic, text, species string) (*config.Service, *config.Department) {
	text = plainWords(text)
	var best *config.TriageHint
	length := 0
	for i := range c.Triage {
		h := &c.Triage[i]
		if species != "" && len(h.Species) > 0 && !slices.Contains(h.Species, species) {
			continue
		}
		for _, w := range h.Words {
			if n := utf8.RuneCountInString(w); n > length && strings.Contains(text, plainWords(w)) {
				best, length = h, n
			}
		}
	}
	if best == nil {
		return nil, nil
	}
	d := c.Department(best.Department)
	if s := c.Service(best.Service); s != nil {
		return s, d
	}
	for i := range c.Services {
		if s := &c.Services[i]; s.Department == best.Department {
			return s, d
		}
	}
	return nil, nil
}

// soonest is who does a service and is on duty first, and on which day.
func soonest(t *bot.Turn, s *config.Service) (who *config.Practitioner, day string) {
	var first time.Time
	for i := range t.Clinic.Branches {
		b := &t.Clinic.Branches[i]
		loc := t.Clinic.Location(b.ID)
		today := config.DateOf(t.Now.In(loc))
		for _, p := range t.Clinic.PractitionersFor(s.ID, b.ID) {
			for n := range 14 {
				works := t.Clinic.Works(p.ID, b.ID, today.AddDays(n))
				if len(works) == 0 || !today.AddDays(n).Time(loc, works[len(works)-1].End-s.Minutes).After(t.Now) {
					continue
				}
				if at := today.AddDays(n).Time(loc, works[0].Start); first.IsZero() || at.Before(first) {
					first, who = at, p
					day = t.Text("doctors.day", map[string]any{"Days": n, "At": at})
				}
				break
			}
		}
	}
	return who, day
}
