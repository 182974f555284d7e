package outreach

import (
	"strings"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Kinds of case that long-term care opens.
const (
	CaseFollowup = "followup" // somebody is to be asked how they are
	CaseConcern  = "concern"  // what a client worries about, for the doctor
	CaseConsult  = "consult"  // an online consultation, answered in the chat
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
	c.Roles = s.onLadder(c)
	if err := s.noteNeeds(tx, &c); err != nil {
		return err
	}
	opened, err := tx.OpenCase(c)
	if err != nil || !opened {
		return err
	}
	if err := tx.Schedule(s.alertTasks(c, tx.Now)...); err != nil {
		return err
	}
	list, err := s.called(tx, c, s.firstRung(c))
	if err != nil {
		return err
	}
	options := caseOptions(c)
	if c.Urgent {
		options = append(options, Option{"case.do_later", "/case later " + c.ID})
	}
	return s.tell(tx, Notice{
		Key: "case:" + c.ID, Text: c.Kind + ".case", Urgent: c.Urgent, Subject: models.AboutCase(c.ID), Data: CaseData(c, s.zone(c.Branch)), Options: options, About: c.ContactID,
		Short: s.caseShort(c, tx.Now),
	}, list)
}

func (s Speaker) zone(branch string) *time.Location {
	if s.Clinic == nil {
		return time.UTC
	}
	return s.Clinic.Location(branch)
}

func caseOptions(c models.Case) []Option {
	options := []Option{{"case.do_take", "/case take " + c.ID}, {"case.do_close", "/case close " + c.ID}}
	if c.State == models.CaseTaken {
		options = options[1:]
	}
	if c.Details["Photos"] != "" {
		options = append(options, Option{"photos.open", "/photos case " + c.ID})
	}
	if id := models.SubjectID(models.KindReport, c.Subject); id != "" {
		options = append(options, Option{"report.open", "/report " + id})
	}
	if id := models.SubjectID(models.KindQuestion, c.Subject); id != "" { // the answer reaches whoever asked
		return append([]Option{{"questions.do_answer", "/answer " + id}}, options...)
	}
	if n := c.Details["Bill"]; n != "" {
		options = append(options, Option{"bill.open", "/bill show " + n})
	}
	if n := c.Details["Referral"]; n != "" {
		options = append([]Option{{"refer.open", "/refer " + n}}, options...)
	}
	switch {
	case c.Kind == CaseConsult: // its answer is looked through for promises
		return append([]Option{{"consult.do_answer", "/advise " + c.ID}}, options...)
	case c.ContactID != "":
		options = append(options, Option{"notice.reply", "/reply " + c.ContactID})
	}
	if c.Urgent && c.ContactID != "" {
		options = append(options, Option{"case.do_call", "/case call " + c.ID})
	}
	return options
}

// CaseGiven tells a colleague that a case is theirs now; key is of the message
// that handed it over.
func (s Speaker) CaseGiven(tx *models.Tx, c models.Case, by, key string) error {
	return s.Notify(tx, Notice{
		Key: "case-given:" + c.ID + ":" + key, Staff: c.Owner, Text: "case.given_you", Subject: models.AboutCase(c.ID), Urgent: c.Urgent,
		Short:   s.caseShort(c, tx.Now),
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
	line, err := s.needsLine(lang, models.SplitNeeds(c.Details[needsDetail]))
	if err != nil {
		return m.Text
	}
	return m.Text + line
}

// CaseData is what the texts of a case are filled with: its details, and Due
// in the zone given. A detail "Service@en" stands for Service in English.
func CaseData(c models.Case, zone *time.Location) func(config.Language) any {
	return func(lang config.Language) any {
		data := map[string]any{"Due": c.DueAt.In(zone), "HasDue": !c.DueAt.IsZero(), "Urgent": c.Urgent}
		for _, k := range laterDetails() {
			data[k] = ""
		}
		for k, v := range c.Details {
			if _, foreign := c.Details[k+"@"+string(lang)]; !foreign {
				data[strings.TrimSuffix(k, "@"+string(lang))] = v
			}
		}
		return data
	}
}

// laterDetails came with a later version of the program: cases that are open
// since before it lack them, and are told all the same.
func laterDetails() []string { return []string{"Corrected", "Filling", "Photos"} }

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
