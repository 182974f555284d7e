package config

import (
	"errors"
	"slices"
	"strings"
)

// ParseProfile reads a clinic's profile: strictly, with defaults set, and
// validated whole. The error is Faults with every one there is; file is only
// the name they carry.
func ParseProfile(file string, data []byte) (*Profile, error) {
	doc, err := parseDocument(file, data)
	if err != nil {
		return nil, inParts(file, data, err)
	}
	p := &Profile{}
	d := &decoder{doc: doc}
	faults := d.decode(p)
	p.setDefaults()
	var more Faults
	if err := p.Validate(); errors.As(err, &more) {
		faults = append(faults, doc.place(withoutEchoes(faults, more))...)
	}
	if err := faults.err(); err != nil {
		return nil, inParts(file, data, err)
	}
	return p, nil
}

// withoutEchoes drops of more what lies at or below a key that could not even
// be read: it is judged by a value nobody wrote.
func withoutEchoes(unread, more Faults) Faults {
	return slices.DeleteFunc(more, func(f Fault) bool {
		return slices.ContainsFunc(unread, func(u Fault) bool {
			rest, below := strings.CutPrefix(f.Key, u.Key)
			return below && (rest == "" || rest[0] == '.' || rest[0] == '[' || u.Key == "")
		})
	})
}

// setDefaults fills what may be left open.
func (p *Profile) setDefaults() {
	p.Zone = orElse(p.Zone, "Asia/Shanghai")
	p.Language = orElse(p.Language, Hans)
	b := &p.Booking
	b.MaxFuture = orElse(b.MaxFuture, 5)
	b.HoldMinutes = orElse(b.HoldMinutes, 5)
	b.LateChangeHours = orElse(b.LateChangeHours, 2)
	b.GridMinutes = orElse(b.GridMinutes, 30)
	p.Outreach.setDefaults()
	p.Alerts.setDefaults()
	p.Surveys.setDefaults()
	p.Tips.setDefaults()
	p.CheckupDay.setDefaults()
	for i := range p.Forms {
		p.Forms[i].setDefaults()
	}
	p.Visits.setDefaults()
	p.Reports.setDefaults()
	p.setPlanDefaults()
	p.setConsentDefaults()
	p.setRecallDefaults()
	p.Consultation.setDefaults()
	p.Broadcast.setDefaults(p.Kind)
	for i := range p.Holidays {
		h := &p.Holidays[i]
		h.To = orElse(h.To, h.From)
	}
	for i := range p.Branches {
		p.Branches[i].Zone = orElse(p.Branches[i].Zone, p.Zone)
		p.Branches[i].Phone = orElse(p.Branches[i].Phone, p.Phone)
	}
	for i := range p.Services {
		p.Services[i].HorizonDays = orElse(p.Services[i].HorizonDays, 30)
	}
	for i := range p.Resources {
		p.Resources[i].Kind = orElse(p.Resources[i].Kind, "room")
		setLeaveDefaults(p.Resources[i].Out)
	}
	for i := range p.Practitioners {
		r := &p.Practitioners[i]
		if len(r.Languages) == 0 {
			r.Languages = []Language{Hans}
		}
		setLeaveDefaults(r.Leave)
	}
}

func setLeaveDefaults(leaves []Leave) {
	for i := range leaves {
		leaves[i].To = orElse(leaves[i].To, leaves[i].From)
	}
}

func orElse[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}
