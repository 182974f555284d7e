package outreach

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"zhenban/config"
	"zhenban/models"
)

// Tasks of a case that somebody must deal with.
const (
	TaskCaseLate   = "case-late"   // its limit is past
	TaskCaseClimb  = "case-climb"  // nobody has taken it: the next rung of its ladder
	TaskCaseSnooze = "case-snooze" // somebody wanted to be told later
)

// CaseRung is the payload of TaskCaseLate and TaskCaseClimb.
type CaseRung struct {
	Rung int `json:"rung"`
}

func (s Speaker) alerts() config.Alerts {
	if s.Clinic == nil {
		return config.DefaultAlerts()
	}
	return s.Clinic.Alerts
}

// firstRung is who is told when a case is opened: of an urgent one those on the
// first rung of its ladder; nobody in particular for the others.
func (s Speaker) firstRung(c models.Case) []string {
	if !c.Urgent {
		return nil
	}
	alerts := s.alerts()
	to, _ := alerts.LadderOf(c.Kind).Rung(0)
	return to
}

// onLadder adds the roles of a case's ladder to those who deal with it: whom it
// reaches can take it.
func (s Speaker) onLadder(c models.Case) []models.Role {
	roles := slices.Clone(c.Roles)
	if !c.Urgent {
		return roles
	}
	alerts := s.alerts()
	for _, rung := range alerts.LadderOf(c.Kind).Rungs {
		for _, to := range rung.To {
			if r := models.Role(to); to != config.ToPractitioner && r != models.Manager && !slices.Contains(roles, r) {
				roles = append(roles, r)
			}
		}
	}
	return roles
}

// alertTasks are what is due about a case as long as it is open: the ladder of
// an urgent one, and what its limit brings about.
func (s Speaker) alertTasks(c models.Case, now time.Time) []models.Task {
	var out []models.Task
	if c.Urgent {
		out = append(out, s.climb(c, 1, now, now))
	}
	if c.DueAt.IsZero() {
		return out
	}
	alerts := s.alerts()
	for i, rung := range alerts.Past(c.Urgent) {
		out = append(out, caseTask(c, TaskCaseLate, i, rung.After.After(c.DueAt)))
	}
	return out
}

func (s Speaker) climb(c models.Case, rung int, opened, now time.Time) models.Task {
	alerts := s.alerts()
	ladder := alerts.LadderOf(c.Kind)
	_, after := ladder.Rung(rung)
	due := opened.Add(after)
	if soon := now.Add(time.Minute); due.Before(soon) { // after a pause, one after the other all the same
		due = soon
	}
	if ladder.Calm && s.Clinic != nil {
		if until := s.Clinic.Outreach.Quiet.Until(due.In(s.zone(c.Branch))); !until.IsZero() {
			due = until
		}
	}
	return caseTask(c, TaskCaseClimb, rung, due)
}

func caseTask(c models.Case, kind string, rung int, due time.Time) models.Task {
	payload, _ := json.Marshal(CaseRung{rung}) // cannot fail
	return models.Task{
		Key: kind + ":" + c.ID + ":" + strconv.Itoa(rung), Kind: kind, Subject: models.AboutCase(c.ID), Priority: models.PriorityAlert, DueAt: due, Payload: payload,
	}
}

// called lists who is told of a case: the roles and the practitioner named, or,
// without names, whom the case is meant for, else its roles; and the groups.
func (s Speaker) called(tx *models.Tx, c models.Case, to []string) ([]models.Contact, error) {
	out, err := s.named(tx, c, to)
	if err != nil || len(out) > 0 {
		return s.withGroups(tx, out, err)
	}
	for _, role := range c.Roles { // nobody has such a role: those who deal with it are told
		on, err := s.onDuty(tx, c.Branch, role)
		if err != nil {
			return nil, err
		}
		out = append(out, on...)
	}
	return s.withGroups(tx, out, nil)
}

func (s Speaker) withGroups(tx *models.Tx, list []models.Contact, err error) ([]models.Contact, error) {
	if err != nil {
		return nil, err
	}
	groups, err := tx.GroupContacts()
	return distinct(append(list, groups...)), err
}

// named lists whom a rung names, as far as they can be told.
func (s Speaker) named(tx *models.Tx, c models.Case, to []string) ([]models.Contact, error) {
	var out []models.Contact
	if len(to) == 0 || slices.Contains(to, config.ToPractitioner) {
		if c.For != "" {
			list, err := tx.ContactsOfPractitioner(c.For)
			if err != nil {
				return nil, err
			}
			out = append(out, list...)
		}
	}
	var roles []models.Role
	for _, name := range to {
		if name != config.ToPractitioner {
			roles = append(roles, models.Role(name))
		}
	}
	if len(out) == 0 && len(roles) == 0 {
		roles = c.Roles
	}
	for _, role := range roles {
		on, err := s.onDuty(tx, c.Branch, role)
		if err != nil {
			return nil, err
		}
		out = append(out, on...)
	}
	return out, nil
}

// onDuty lists those of a role that can be told now. Who is known to be off is
// left out, unless nobody would be left.
func (s Speaker) onDuty(tx *models.Tx, branch string, role models.Role) ([]models.Contact, error) {
	list, err := tx.OnCall(branch, role)
	if err != nil {
		return nil, err
	}
	var all, on []models.Contact
	for _, x := range list {
		all = append(all, x.Contact)
		if s.Clinic == nil || x.Practitioner == "" {
			on = append(on, x.Contact)
			continue
		}
		if works, known := s.Clinic.OnDuty(x.Practitioner, branch, tx.Now); works || !known {
			on = append(on, x.Contact)
		}
	}
	if len(on) == 0 {
		return all, nil
	}
	return on, nil
}

func distinct(list []models.Contact) []models.Contact {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(c models.Contact) bool {
		twice := seen[c.ID]
		seen[c.ID] = true
		return twice
	})
}

// CaseClimb tells the next of an urgent case's ladder that nobody has taken it,
// and plans the one after. Who asked to be told later is not told by the way,
// as long as there is somebody else.
func (s Speaker) CaseClimb(tx *models.Tx, c models.Case, rung int) error {
	alerts := s.alerts()
	to, _ := alerts.LadderOf(c.Kind).Rung(rung)
	list, err := s.called(tx, c, to)
	if err != nil {
		return err
	}
	later, err := tx.DueContacts(models.AboutCase(c.ID), TaskCaseSnooze)
	if err != nil {
		return err
	}
	if awake := slices.DeleteFunc(slices.Clone(list), func(x models.Contact) bool { return slices.Contains(later, x.ID) }); len(awake) > 0 {
		list = awake
	}
	minutes := int(tx.Now.Sub(c.CreatedAt).Minutes())
	again := alerts.LadderOf(c.Kind).Repeats(rung) // they have read it before
	n := s.caseNotice(c, "case-climb:"+c.ID+":"+strconv.Itoa(rung), "case.climb", func(lang config.Language) any {
		data := map[string]any{"Text": s.CaseText(lang, c), "Minutes": minutes, "Hours": minutes / 60}
		if again {
			data["Text"] = s.CaseTitle(lang, c)
		}
		return data
	})
	if again {
		n.Options = []Option{{"case.do_show", "/case " + c.ID}, {"case.do_take", "/case take " + c.ID}, {"case.do_later", "/case later " + c.ID}}
	}
	if err := s.tell(tx, n, list); err != nil {
		return err
	}
	return tx.Schedule(s.climb(c, rung+1, c.CreatedAt, tx.Now))
}

// CaseLate tells that a case has passed its limit: whoever took it or, while
// nobody did, those who deal with it; on the later rungs those they name.
func (s Speaker) CaseLate(tx *models.Tx, c models.Case, owner string, rung int) error {
	alerts := s.alerts()
	past := alerts.Past(c.Urgent)
	to := past[min(rung, len(past)-1)].To
	n := s.caseNotice(c, "case-late:"+c.ID+":"+strconv.Itoa(rung), "case.late", func(lang config.Language) any {
		return map[string]any{"Title": s.CaseTitle(lang, c), "Due": c.DueAt.In(s.zone(c.Branch)), "Owner": owner}
	})
	if len(to) == 0 && c.State == models.CaseTaken {
		n.Staff = c.Owner
		return s.Notify(tx, n)
	}
	if len(to) > 0 {
		list, err := s.named(tx, c, to)
		list, err = s.withGroups(tx, list, err)
		if err != nil {
			return err
		}
		return s.tell(tx, n, list)
	}
	list, err := s.called(tx, c, nil)
	if err != nil {
		return err
	}
	return s.tell(tx, n, list)
}

// CaseSnoozed tells somebody of a case again, as they wanted.
func (s Speaker) CaseSnoozed(tx *models.Tx, c models.Case, task models.Task) error {
	to, err := tx.StaffContact(task.ContactID)
	if err != nil || len(to) == 0 {
		return err
	}
	n := s.caseNotice(c, task.Key, "case.again", func(lang config.Language) any { return map[string]any{"Text": s.CaseText(lang, c)} })
	return s.tell(tx, n, to)
}

// caseNotice is a further message about a case.
func (s Speaker) caseNotice(c models.Case, key, text string, data func(config.Language) any) Notice {
	options := append([]Option{{"case.do_show", "/case " + c.ID}}, caseOptions(c)...)
	return Notice{
		Key: key, Branch: c.Branch, Text: text, Urgent: true, Subject: models.AboutCase(c.ID), Data: data, Short: s.caseShort(c, c.CreatedAt),
		Options: append(options, Option{"case.do_later", "/case later " + c.ID}),
	}
}

// CaseTaken tells the others who were told of an urgent case that somebody has
// it; not those who have it.
func (s Speaker) CaseTaken(tx *models.Tx, c models.Case, by string) error {
	told, err := tx.Told(c.ID)
	if err != nil {
		return err
	}
	own, err := tx.ContactsOfStaff(c.Owner)
	if err != nil {
		return err
	}
	told = slices.DeleteFunc(told, func(x models.Contact) bool {
		return slices.ContainsFunc(own, func(o models.Contact) bool { return o.ID == x.ID })
	})
	return s.tell(tx, Notice{
		Key: "case-taken:" + c.ID + ":" + c.Owner, Text: "case.taken_by", Urgent: true,
		Data: func(lang config.Language) any { return map[string]any{"Owner": by, "Title": s.CaseTitle(lang, c)} },
	}, told)
}
