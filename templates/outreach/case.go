package outreach

import (
	"time"

	"zhenban/config"
	"zhenban/models"
)

// OpenCase opens a case and tells the staff who deal with it, once: the text
// "<kind>.case" filled with CaseData. One that is there stays as it is.
func (s Speaker) OpenCase(tx *models.Tx, c models.Case) error {
	if c.ID == "" {
		c.ID = tx.NewID()
	}
	opened, err := tx.OpenCase(c)
	if err != nil || !opened {
		return err
	}
	options := []Option{{"case.do_take", "/case take " + c.ID}, {"case.do_close", "/case close " + c.ID}}
	if c.ContactID != "" {
		options = append(options, Option{"notice.reply", "/reply " + c.ContactID})
	}
	return s.Notify(tx, Notice{
		Key: "case:" + c.ID, Branch: c.Branch, Roles: c.Roles, Text: c.Kind + ".case", Urgent: c.Urgent,
		Data: CaseData(c, time.UTC), Options: options,
	})
}

// CaseData is what the texts of a case are filled with: its details, and Due
// in the zone given.
func CaseData(c models.Case, zone *time.Location) func(config.Language) any {
	data := map[string]any{"Due": c.DueAt.In(zone), "HasDue": !c.DueAt.IsZero(), "Urgent": c.Urgent}
	for k, v := range c.Details {
		data[k] = v
	}
	return Same(data)
}
