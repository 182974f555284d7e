package outreach

import (
	"zhenban/config"
	"zhenban/models"
)

// AskConsent puts a consent or a choice to a client: it is kept, the client is
// written to, and what is due while it is not answered is scheduled.
func (s Speaker) AskConsent(tx *models.Tx, c *config.Clinic, of models.TreatmentConsent, sheet Sheet, visit models.Appointment, to models.Contact) error {
	of.Body, of.ContactID, of.Version, of.Status, of.CreatedAt = sheet.JSON(), to.ID, 1, models.ConsentProposed, tx.Now
	if err := tx.AskConsent(of); err != nil {
		return err
	}
	if err := tx.Schedule(PlanConsent(c, of, visit, tx.Now)...); err != nil {
		return err
	}
	p := ConsentPush(c, of, sheet)
	m, err := s.Message(config.Language(to.Language), p.Text, p.Data, p.Options...)
	if err != nil {
		return err
	}
	lang := config.Language(to.Language)
	if lang == "" {
		lang = s.Language
	}
	return tx.PushNotice(models.Outgoing{
		Key: "consent:" + of.ID, ContactID: to.ID, Kind: models.KindVisit, Priority: models.PriorityPush, Subject: of.About(), Version: 1, Opens: p.Opens,
	}, m, p.Notice(lang))
}

// ConsentMessage is what asks a client to read something.
type ConsentMessage struct {
	Text, Opens string
	Data        func(config.Language) any
	Options     []Option
	Notice      func(config.Language) *models.Notice
}

// ConsentPush asks a client to read a consent or a choice.
func ConsentPush(c *config.Clinic, of models.TreatmentConsent, sheet Sheet) ConsentMessage {
	m := ConsentMessage{
		Text: "sign.push", Opens: "sign", Data: Same(sheet.Data(c, of)), Notice: ConsentNotice(c, of, sheet),
		Options: []Option{{"sign.open", "/sign " + of.Number}, {"sign.do_ask", "/sign " + of.Number + " ask"}},
	}
	if of.Kind == models.ConsentChoice {
		m.Text, m.Opens, m.Options[0] = "choose.push", "choose", Option{"choose.open", "/choose " + of.Number}
	}
	return m
}

// CloseConsentCases closes what waits for staff because a consent was not
// answered: now it was.
func CloseConsentCases(tx *models.Tx, cases []models.Case, result string) error {
	for _, x := range cases {
		if x.Kind != CaseUnsigned || x.State == models.CaseClosed {
			continue
		}
		if err := tx.CloseCase(x.ID, x.Owner, result); err != nil {
			return err
		}
	}
	return nil
}
