package outreach

import (
	"encoding/json"
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// TaskCaseLate is due when a case has passed its limit.
const TaskCaseLate = "case-late"

// Kinds of case that long-term care opens.
const (
	CaseFollowup = "followup" // somebody is to be asked how they are
	CaseConcern  = "concern"  // what a client worries about, for the doctor
	CaseConsult  = "consult"  // an online consultation, answered in the chat
)

// CaseLate is the payload of TaskCaseLate.
type CaseLate struct {
	Climb bool `json:"climb,omitempty"` // to the manager
}

// How long after the limit a case that is still open reaches the manager.
const (
	climbAfter       = time.Hour
	climbAfterUrgent = 15 * time.Minute
)

// OpenCase opens a case and tells the staff who deal with it, once: the text
// "<kind>.case" filled with CaseData. One that is there stays as it is. When
// nobody of the roles can be told, the desk and the manager deal with it.
func (s Speaker) OpenCase(tx *models.Tx, c models.Case) error {
	if c.ID == "" {
		c.ID = tx.NewID()
	}
	to, err := tx.StaffContacts(c.Branch, c.Roles...)
	if err != nil {
		return err
	}
	if len(to) == 0 {
		c.Roles = append(c.Roles[:len(c.Roles):len(c.Roles)], models.Desk, models.Manager)
	}
	opened, err := tx.OpenCase(c)
	if err != nil || !opened {
		return err
	}
	if err := tx.Schedule(lateTasks(c)...); err != nil {
		return err
	}
	return s.Notify(tx, Notice{
		Key: "case:" + c.ID, Branch: c.Branch, Roles: c.Roles, For: c.For, Text: c.Kind + ".case", Urgent: c.Urgent, Subject: models.AboutCase(c.ID),
		Data: CaseData(c, s.zone(c.Branch)), Options: caseOptions(c),
	})
}

func (s Speaker) zone(branch string) *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone(branch)
}

func caseOptions(c models.Case) []Option {
	options := []Option{{"case.do_take", "/case take " + c.ID}, {"case.do_close", "/case close " + c.ID}}
	if c.State == models.CaseTaken {
		options = options[1:]
	}
	if id := models.SubjectID(models.KindReport, c.Subject); id != "" {
		options = append(options, Option{"report.open", "/report " + id})
	}
	if id := models.SubjectID(models.KindQuestion, c.Subject); id != "" { // the answer reaches whoever asked
		return append([]Option{{"questions.do_answer", "/answer " + id}}, options...)
	}
	switch {
	case c.Kind == CaseConsult: // its answer is looked through for promises
		return append([]Option{{"consult.do_answer", "/advise " + c.ID}}, options...)
	case c.ContactID != "":
		options = append(options, Option{"notice.reply", "/reply " + c.ContactID})
	}
	return options
}

// lateTasks are due when a case is not closed in time: once for those who deal
// with it, then for the manager.
func lateTasks(c models.Case) []models.Task {
	if c.DueAt.IsZero() {
		return nil
	}
	after := climbAfter
	if c.Urgent {
		after = climbAfterUrgent
	}
	climb, _ := json.Marshal(CaseLate{Climb: true}) // cannot fail
	task := models.Task{Kind: TaskCaseLate, Subject: models.AboutCase(c.ID), Priority: models.PriorityAlert}
	first, second := task, task
	first.Key, first.DueAt, first.Payload = TaskCaseLate+":"+c.ID+":role", c.DueAt, []byte("{}")
	second.Key, second.DueAt, second.Payload = TaskCaseLate+":"+c.ID+":manager", c.DueAt.Add(after), climb
	return []models.Task{first, second}
}

// CaseLate tells that a case has passed its limit: whoever took it or, while
// nobody did, those who deal with it; climb: the manager.
func (s Speaker) CaseLate(tx *models.Tx, c models.Case, owner string, climb bool) error {
	n := Notice{
		Key: "case-late:" + c.ID, Branch: c.Branch, Roles: c.Roles, For: c.For, Text: "case.late", Urgent: true, Subject: models.AboutCase(c.ID),
		Options: append([]Option{{"case.do_show", "/case " + c.ID}}, caseOptions(c)...),
		Data: func(lang config.Language) any {
			return map[string]any{"Title": s.CaseTitle(lang, c), "Due": c.DueAt.In(s.zone(c.Branch)), "Owner": owner}
		},
	}
	switch {
	case climb:
		n.Key, n.Roles, n.For = n.Key+":manager", []models.Role{models.Manager}, ""
	case c.State == models.CaseTaken:
		n.Staff = c.Owner
	}
	return s.Notify(tx, n)
}

// CaseGiven tells a colleague that a case is theirs now; key is of the message
// that handed it over.
func (s Speaker) CaseGiven(tx *models.Tx, c models.Case, by, key string) error {
	return s.Notify(tx, Notice{
		Key: "case-given:" + c.ID + ":" + key, Staff: c.Owner, Text: "case.given_you", Subject: models.AboutCase(c.ID), Urgent: c.Urgent,
		Options: append([]Option{{"case.do_show", "/case " + c.ID}}, caseOptions(c)...),
		Data: func(lang config.Language) any {
			return map[string]any{"Text": s.CaseText(lang, c), "By": by}
		},
	})
}

// CaseTitle is the first line of a case's text; of a case that another version
// of the program opened, what it is of.
func (s Speaker) CaseTitle(lang config.Language, c models.Case) string {
	title, _, _ := strings.Cut(s.CaseText(lang, c), "\n")
	return title
}

// CaseText is what a case is about.
func (s Speaker) CaseText(lang config.Language, c models.Case) string {
	m, err := s.Message(lang, c.Kind+".case", CaseData(c, s.zone(c.Branch)))
	if err != nil {
		return c.Kind
	}
	return m.Text
}

// CaseData is what the texts of a case are filled with: its details, and Due
// in the zone given. A detail "Service@en" stands for Service in English.
func CaseData(c models.Case, zone *time.Location) func(config.Language) any {
	return func(lang config.Language) any {
		data := map[string]any{"Due": c.DueAt.In(zone), "HasDue": !c.DueAt.IsZero(), "Urgent": c.Urgent}
		for k, v := range c.Details {
			if _, foreign := c.Details[k+"@"+string(lang)]; !foreign {
				data[strings.TrimSuffix(k, "@"+string(lang))] = v
			}
		}
		return data
	}
}

// Tell notes a wording among a case's details in every language that has one
// of its own.
func Tell(details map[string]string, key string, text config.Text, usual config.Language) {
	details[key] = text.In(usual)
	for _, lang := range config.Languages() {
		if own := text.In(lang); own != details[key] {
			details[key+"@"+string(lang)] = own
		}
	}
}
