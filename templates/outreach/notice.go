package outreach

import (
	"context"
	"maps"
	"slices"

	"zhenban/config"
	"zhenban/models"
	"zhenban/templates"
)

// Speaker writes messages that are no answers, each in its reader's language.
type Speaker struct {
	Book     *templates.Book
	Language config.Language // for whoever has none yet
	Clinic   *config.Clinic  // nil: times are shown in UTC, and cases climb as they do by default
}

// Option is an option of a notice: a text and the command it stands for.
type Option struct{ Text, Command string }

// Notice is a message to staff.
type Notice struct {
	Key     string // what it is about; each recipient gets it once
	Branch  string
	Roles   []models.Role
	Text    string // key of the text
	Data    func(config.Language) any
	Options []Option
	Urgent  bool
	Staff   string                               // tells this member of staff instead of the roles
	For     string                               // tells this practitioner instead of the roles, when they can be told
	Short   func(config.Language) *models.Notice // for platforms that carry nothing else; nil: it can wait
	Subject string                               // what it is about: it goes out only while that stands
	About   string                               // the contact whose special needs are told with it
}

// Notify tells staff, in the transaction given.
func (s Speaker) Notify(tx *models.Tx, n Notice) error {
	to, err := recipients(tx, n)
	if err != nil {
		return err
	}
	return s.tell(tx, n, to)
}

// tell writes a notice to contacts. A group can read, and not answer: of what
// it could pick it is told where that is done.
func (s Speaker) tell(tx *models.Tx, n Notice, to []models.Contact) error {
	o := models.Outgoing{Priority: models.PriorityPush, Kind: models.KindStaff, Subject: n.Subject}
	if n.Urgent {
		o.Priority = models.PriorityAlert
	}
	needs, err := tx.Read().NeedsOf(context.Background(), n.About)
	if err != nil {
		return err
	}
	for _, c := range to {
		options := n.Options
		if c.Channel == models.GroupChannel {
			options = nil
		}
		m, err := s.Message(config.Language(c.Language), n.Text, n.Data, options...)
		if err != nil {
			return err
		}
		if c.Channel == models.GroupChannel && models.SubjectID("Case", n.Subject) != "" {
			how, err := s.Message(config.Language(c.Language), "case.group_how", nil)
			if err != nil {
				return err
			}
			m.Text += "\n" + how.Text
		}
		line, err := s.needsLine(config.Language(c.Language), needs)
		if err != nil {
			return err
		}
		m.Text += line
		o.Key, o.ContactID = "notice:"+n.Key+":"+c.ID, c.ID
		var short *models.Notice
		if n.Short != nil {
			short = n.Short(config.Language(c.Language))
		}
		if err := tx.PushNotice(o, m, short); err != nil {
			return err
		}
	}
	return nil
}

func recipients(tx *models.Tx, n Notice) ([]models.Contact, error) {
	if n.Staff != "" {
		return tx.ContactsOfStaff(n.Staff)
	}
	if n.For != "" {
		if to, err := tx.ContactsOfPractitioner(n.For); err != nil || len(to) > 0 {
			return to, err
		}
	}
	return tx.StaffContacts(n.Branch, n.Roles...)
}

// Message renders a text with its options in a language; data may be nil.
func (s Speaker) Message(lang config.Language, key string, data func(config.Language) any, options ...Option) (models.Message, error) {
	if lang == "" {
		lang = s.Language
	}
	var values any
	if data != nil {
		base, _ := lang.Base()
		values = data(base)
	}
	text, err := s.Book.Render(lang, key, values)
	if err != nil {
		return models.Message{}, err
	}
	m := models.Message{Text: text}
	for _, o := range options {
		label, err := s.Book.Render(lang, o.Text, values)
		if err != nil {
			return m, err
		}
		m.Options = append(m.Options, models.Option{Label: label, Value: o.Command})
	}
	return m, nil
}

// Same is data that reads alike in every language.
func Same(data any) func(config.Language) any {
	return func(config.Language) any { return data }
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
