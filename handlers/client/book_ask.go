package client

import (
	"slices"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// maxChoices is how many options one question shows, so that it fits a phone.
const maxChoices = 8

// ask puts a question and keeps what is known so far.
func (a *arranger) ask(q question, key string, data any, options ...bot.Option) error {
	a.b.Asked = q
	a.t.Ask(key, data, options...)
	a.t.Keep(a.b)
	return nil
}

// askService shows the common services; the others stand behind their
// departments, so that no question outgrows a phone's screen.
func (a *arranger) askService() error {
	list := a.services()
	var options []bot.Option
	switch {
	case a.b.Category == "" && len(list) > maxChoices:
		for _, s := range list {
			if s.Common && len(options) < maxChoices-1 {
				options = append(options, bot.Option{Label: a.serviceLabel(s), Value: "s:" + s.ID})
			}
		}
		options = append(options, a.t.Option("book.more_services", nil, "c:"+anyone))
	case a.b.Category == anyone:
		for i := range a.t.Clinic.Departments {
			d := &a.t.Clinic.Departments[i]
			if slices.ContainsFunc(list, func(s *config.Service) bool { return s.Department == d.ID }) {
				options = append(options, bot.Option{Label: d.Name.In(a.t.Lang), Value: "c:" + d.ID})
			}
		}
	default:
		for _, s := range list {
			options = append(options, bot.Option{Label: a.serviceLabel(s), Value: "s:" + s.ID})
		}
	}
	example := ""
	if len(list) > 0 {
		example = list[0].Name.In(a.t.Lang)
	}
	return a.ask(askService, "book.ask_service", map[string]any{"Example": example}, options...)
}

func (a *arranger) serviceLabel(s *config.Service) string {
	return a.t.Text("book.service_line", map[string]any{"Name": s.Name, "Price": config.Price{From: s.Price.From, To: s.Price.To}})
}

// services lists what can be booked as the booking stands.
func (a *arranger) services() []*config.Service {
	c := a.t.Clinic
	var common, rest []*config.Service
	for i := range c.Services {
		s := &c.Services[i]
		if a.b.Category != "" && a.b.Category != anyone && s.Department != a.b.Category ||
			a.b.Species != "" && len(s.Species) > 0 && !slices.Contains(s.Species, a.b.Species) ||
			a.b.doctor() != "" && !does(c.Practitioner(a.b.doctor()), s.ID) ||
			len(c.PractitionersFor(s.ID, a.b.branch())) == 0 {
			continue
		}
		if s.Common {
			common = append(common, s)
		} else {
			rest = append(rest, s)
		}
	}
	return append(common, rest...)
}

// needsSpecies: the service is not for every animal, so the animal matters.
func (a *arranger) needsSpecies() bool {
	s := a.t.Clinic.Service(a.b.Service)
	return len(a.t.Clinic.Species) > 1 && len(s.Species) > 0 && len(s.Species) < len(a.t.Clinic.Species) && a.b.Patient == "" && !a.b.Later
}

func (a *arranger) askSpecies() error {
	var options []bot.Option
	service := a.t.Clinic.Service(a.b.Service)
	for _, s := range a.t.Clinic.Species {
		if slices.Contains(service.Species, s.ID) {
			options = append(options, bot.Option{Label: s.Name.In(a.t.Lang), Value: "sp:" + s.ID})
		}
	}
	return a.ask(askSpecies, "book.ask_species", a.serviceData(), options...)
}

// branches lists where the service is done, by the doctor asked for if any.
func (a *arranger) branches() []*config.Branch {
	all := a.t.Clinic.BranchesFor(a.b.Service)
	p := a.t.Clinic.Practitioner(a.b.doctor())
	if p == nil {
		return all
	}
	var out []*config.Branch
	for _, br := range all {
		if worksAt(p, br.ID) {
			out = append(out, br)
		}
	}
	return out
}

func (a *arranger) askBranch(branches []*config.Branch) error {
	var options []bot.Option
	for _, br := range branches {
		options = append(options, bot.Option{Label: a.t.Text("book.branch_line", map[string]any{"Name": br.Name, "Address": br.Address}), Value: "b:" + br.ID})
	}
	options = append(options, a.t.Option("book.any_branch", nil, "b:"+anyone))
	return a.ask(askBranch, "book.ask_branch", a.serviceData(), options...)
}

// askDoctor shows the usual doctor first, then anyone, then the others.
func (a *arranger) askDoctor(doctors []*config.Practitioner) error {
	usual, err := a.usualDoctor()
	if err != nil {
		return err
	}
	var options []bot.Option
	line := func(p *config.Practitioner, key string) {
		options = append(options, bot.Option{Label: a.t.Text(key, map[string]any{"Name": p.Name, "Title": p.Title}), Value: "d:" + p.ID})
	}
	for _, p := range doctors {
		if p.ID == usual {
			line(p, "book.usual_doctor")
		}
	}
	options = append(options, a.t.Option("book.any_doctor", nil, "d:"+anyone))
	for _, p := range doctors {
		if p.ID != usual && len(options) < maxChoices {
			line(p, "book.doctor_line")
		}
	}
	return a.ask(askDoctor, "book.ask_doctor", a.serviceData(), options...)
}

// askWhich asks whom or what a name means that fits several.
func (a *arranger) askWhich(list []nlu.Entity) error {
	c := a.t.Clinic
	var options []bot.Option
	q := askService
	for _, e := range list {
		switch e.Kind {
		case nlu.KindPractitioner:
			q = askDoctor
			p := c.Practitioner(e.ID)
			options = append(options, bot.Option{Label: a.t.Text("book.doctor_line", map[string]any{"Name": p.Name, "Title": p.Title}), Value: "d:" + e.ID})
		case nlu.KindService:
			options = append(options, bot.Option{Label: a.serviceLabel(c.Service(e.ID)), Value: "s:" + e.ID})
		}
	}
	return a.ask(q, "book.which", map[string]any{"Said": list[0].Text}, options...)
}

func (a *arranger) serviceData() map[string]any {
	return map[string]any{"Service": a.t.Clinic.Service(a.b.Service).Name}
}
