package config

// CheckupDay is the day of the year to which members are invited. Without a
// service nobody is.
type CheckupDay struct {
	Name    Text     `yaml:"name"`
	On      MonthDay `yaml:"on"`      // every year
	Dates   []Date   `yaml:"dates"`   // or these days
	Service string   `yaml:"service"` // what is booked
	Invite  Lead     `yaml:"invite"`  // how long before; default 21d
	Remind  Lead     `yaml:"remind"`  // who neither booked nor declined, once; default 5d
	Text    Text     `yaml:"text"`    // what it is about, one or two sentences
}

// Next is the first such day on or after a day; the zero date for none.
func (c CheckupDay) Next(day Date) Date {
	if c.Service == "" {
		return Date{}
	}
	var next Date
	days := c.Dates
	if c.On != (MonthDay{}) {
		days = append(days[:len(days):len(days)], c.On.In(day.Year), c.On.In(day.Year+1))
	}
	for _, d := range days {
		if d.Compare(day) >= 0 && (next.IsZero() || d.Compare(next) < 0) {
			next = d
		}
	}
	return next
}

func (c *CheckupDay) setDefaults() {
	c.Invite = orElse(c.Invite, Lead{Days: 21})
	c.Remind = orElse(c.Remind, Lead{Days: 5})
}

func (v *validator) checkupDay() {
	c := v.Profile.CheckupDay
	if c.Service == "" {
		if len(c.Name) > 0 || c.On != (MonthDay{}) || len(c.Dates) > 0 {
			v.add("checkup_day.service", missing)
		}
		return
	}
	v.refers("checkup_day.service", c.Service, v.services, "service")
	v.text("checkup_day.name", c.Name)
	v.text("checkup_day.text", c.Text)
	if (c.On == MonthDay{}) == (len(c.Dates) == 0) {
		v.add("checkup_day.on", "name the day of every year, or dates, and not both")
	}
	if c.Invite.Days == 0 || c.Remind.Days == 0 || c.Remind.Days >= c.Invite.Days {
		v.add("checkup_day.remind", "%s before does not come after %s before: write days", c.Remind, c.Invite)
	}
	if s := v.serviceNamed(c.Service); s != nil && s.HorizonDays < c.Invite.Days {
		v.add("checkup_day.invite", "%q can be booked %d days ahead only", c.Service, s.HorizonDays)
	}
}

// serviceNamed finds a service before the profile is compiled.
func (v *validator) serviceNamed(id string) *Service {
	for i := range v.Services {
		if v.Services[i].ID == id {
			return &v.Services[i]
		}
	}
	return nil
}
