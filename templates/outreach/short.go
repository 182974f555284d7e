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
	visit := []string{"service", "time", "doctor", "patient", "number", "branch", "address", "phone"}
	return map[string][]string{
		NoticeReminder: visit, NoticeBooked: visit, NoticeForm: visit, NoticeMissed: visit, NoticeSummary: visit, NoticeSurvey: visit,
		NoticeFollowup: {"service", "time", "doctor", "patient", "branch", "phone"}, NoticeCheckin: {"service", "time", "doctor", "patient", "branch", "phone"},
		NoticeOffer:   append([]string{"until"}, visit...),
		NoticeRecall:  {"item", "time", "patient", "branch", "phone"},
		NoticeDose:    {"medicine", "dose", "time", "patient", "branch", "phone"},
		NoticeConsent: {"title", "time", "patient", "branch", "phone"},
		NoticeReport:  {"title", "time", "patient", "branch", "phone"},
		NoticeCheckup: {"item", "time", "branch", "phone"},
		NoticeCase:    {"title", "time", "level", "number"},
		NoticeMessage: {"time", "branch", "phone"},
	}
}

// The short forms by name, as settings map them onto a platform's templates.
const (
	NoticeReminder = "visit-reminder"
	NoticeBooked   = "visit-booked"  // booked elsewhere: at the desk, by phone
	NoticeForm     = "visit-form"    // questions before a visit
	NoticeMissed   = "visit-missed"  // nobody came
	NoticeSummary  = "visit-summary" // after a visit
	NoticeOffer    = "wait-offer"    // a time for somebody on the wait list, until a time
	NoticeFollowup = "followup"      // how is the patient
	NoticeCheckin  = "checkin"       // the form that asks it
	NoticeSurvey   = "survey"
	NoticeRecall   = "recall" // something is due
	NoticeDose     = "dose"
	NoticeReport   = "report-ready"
	NoticeConsent  = "consent"     // something to read and answer, before a visit if there is one
	NoticeCheckup  = "checkup-day" // a member's check-up day
	NoticeCase     = "staff-case"  // to staff: something to deal with; level says whether it is urgent
	NoticeMessage  = "message"     // an answer of the clinic's, or anything that has no form of its own
)

// Unnoticed lists the kinds of push that have no short form, and why.
func Unnoticed() map[models.Kind]string {
	return map[models.Kind]string{
		models.KindNotice:   "a broadcast: it goes out as a mass message",
		models.KindTip:      "WeChat lets templates carry no articles, and a consent is for one notice",
		models.KindActivity: "WeChat lets templates carry no advertising",
		models.KindStaff:    "beside cases: it can wait until they look, and stands in their lists",
	}
}

// Short is a form of few words: what the clinic is called and its phone are
// filled in where they are fields and not given.
func Short(name string, c *config.Clinic, fields func(lang config.Language) map[string]string) func(config.Language) *models.Notice {
	return func(lang config.Language) *models.Notice {
		n := &models.Notice{Name: name, Fields: map[string]string{}}
		given := fields(lang)
		for _, f := range Notices()[name] {
			n.Fields[f] = given[f]
			switch {
			case n.Fields[f] != "":
			case f == "branch":
				n.Fields[f] = c.Name.In(lang)
			case f == "phone":
				n.Fields[f] = c.Phone
			}
		}
		return n
	}
}

// MessageNotice says that something came from the clinic.
func MessageNotice(c *config.Clinic, at time.Time) func(config.Language) *models.Notice {
	return Short(NoticeMessage, c, func(config.Language) map[string]string {
		return map[string]string{"time": stamp(at.In(c.Location("")))}
	})
}

// OfferNotice is a time for somebody on the wait list, theirs until a time.
func OfferNotice(c *config.Clinic, p models.Appointment, until time.Time) func(config.Language) *models.Notice {
	visit := VisitNotice(NoticeOffer, c, p)
	return func(lang config.Language) *models.Notice {
		n := visit(lang)
		n.Fields["until"] = stamp(until.In(c.Location(p.Slot.Branch)))
		return n
	}
}

// RecallNotice is what a patient is due for, and when.
func RecallNotice(c *config.Clinic, kind *config.Recall, patient string, due config.Date) func(config.Language) *models.Notice {
	return Short(NoticeRecall, c, func(lang config.Language) map[string]string {
		return map[string]string{"item": kind.Name.In(lang), "time": stamp(due.Time(c.Location(""), 0)), "patient": patient}
	})
}

// DoseNotice is one dose of a medicine.
func DoseNotice(c *config.Clinic, course models.Course, patient string, at time.Time) func(config.Language) *models.Notice {
	return Short(NoticeDose, c, func(config.Language) map[string]string {
		return map[string]string{"medicine": course.Name, "dose": course.Dose, "time": stamp(at), "patient": patient}
	})
}

// ReportNotice is a report that can be read.
func ReportNotice(c *config.Clinic, title, patient string, at time.Time) func(config.Language) *models.Notice {
	return Short(NoticeReport, c, func(config.Language) map[string]string {
		return map[string]string{"title": title, "time": stamp(at.In(c.Location(""))), "patient": patient}
	})
}

// ConsentNotice is a consent, or a choice of treatments, to read and answer.
func ConsentNotice(c *config.Clinic, of models.TreatmentConsent, sheet Sheet) func(config.Language) *models.Notice {
	return Short(NoticeConsent, c, func(lang config.Language) map[string]string {
		at := sheet.Visit
		if at.IsZero() {
			at = of.CreatedAt
		}
		return map[string]string{"title": sheet.Title.In(lang), "time": stamp(at.In(c.Location(of.Branch))), "patient": sheet.Patient}
	})
}

// CheckupNotice is the members' day.
func CheckupNotice(c *config.Clinic, day config.Date) func(config.Language) *models.Notice {
	return Short(NoticeCheckup, c, func(lang config.Language) map[string]string {
		return map[string]string{"item": c.CheckupDay.Name.In(lang), "time": stamp(day.Time(c.Location(""), 0))}
	})
}

// PlanNotice is a step of a plan: how is the patient.
func PlanNotice(name string, c *config.Clinic, p models.CarePlan, patient string, now time.Time) func(config.Language) *models.Notice {
	return Short(name, c, func(lang config.Language) map[string]string {
		fields := map[string]string{"service": PlanName(c, p).In(lang), "time": stamp(now.In(c.Location(p.Branch))), "patient": patient}
		if d := c.Practitioner(p.Practitioner); d != nil {
			fields["doctor"] = d.Name.In(lang)
		}
		if b := c.Branch(p.Branch); b != nil {
			fields["branch"] = b.Name.In(lang)
		}
		return fields
	})
}

// caseShort is a case for staff: what it is, by when, how urgent.
func (s Speaker) caseShort(c models.Case, now time.Time) func(config.Language) *models.Notice {
	return func(lang config.Language) *models.Notice {
		if lang == "" {
			lang = s.Language
		}
		due := c.DueAt
		if due.IsZero() {
			due = now
		}
		level, err := s.Book.Render(lang, "case.level", map[string]any{"Urgent": c.Urgent})
		if err != nil {
			level = ""
		}
		return &models.Notice{Name: NoticeCase, Fields: map[string]string{
			"title": s.CaseTitle(lang, c), "time": stamp(due.In(s.zone(c.Branch))), "level": level, "number": c.Details["Number"],
		}}
	}
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

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
