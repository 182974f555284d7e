package outreach

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// VisitNotice is the short form of a push about a visit, under a name that the
// settings map onto a template: visit-reminder, visit-changed … Its fields:
// service, time, doctor, patient, number, branch, address, phone (the clinic's).
func VisitNotice(name string, c *config.Clinic, p models.Appointment) func(config.Language) *models.Notice {
	return func(lang config.Language) *models.Notice {
		loc := c.Location(p.Slot.Branch)
		fields := map[string]string{
			"service": p.Slot.Service, "time": p.Slot.Start.In(loc).Format(time.RFC3339), "doctor": p.Slot.Practitioner, "patient": p.PatientName,
			"number": p.Number, "branch": c.Name.In(lang), "address": "", "phone": c.Phone,
		}
		if s := c.Service(p.Slot.Service); s != nil {
			fields["service"] = s.Name.In(lang)
		}
		if d := c.Practitioner(p.Slot.Practitioner); d != nil {
			fields["doctor"] = d.Name.In(lang)
		}
		if b := c.Branch(p.Slot.Branch); b != nil {
			fields["branch"], fields["address"] = b.Name.In(lang), b.Address.In(lang)
		}
		return &models.Notice{Name: name, Fields: fields}
	}
}

// Notices lists the short forms there are, each with its fields. A push whose
// notice is not named here cannot be mapped.
func Notices() map[string][]string {
	return map[string][]string{
		"visit-reminder": {"service", "time", "doctor", "patient", "number", "branch", "address", "phone"},
	}
}

// CheckFields says what is wrong with a mapping of a notice's fields onto
// places; nil when each is a field the notice has.
func CheckFields(notice string, fields map[string]string) error {
	has, ok := Notices()[notice]
	if !ok {
		return fmt.Errorf("there is no notice %s; there are %s", notice, strings.Join(slices.Sorted(maps.Keys(Notices())), ", "))
	}
	for _, place := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(has, fields[place]) {
			return fmt.Errorf("%s: the notice has no field %s; it has %s", place, fields[place], strings.Join(has, ", "))
		}
	}
	return nil
}
