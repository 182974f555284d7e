package fhir

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"zhenban/models"
)

type sentMessage struct {
	header
	Status    string        `json:"status"`
	Category  []concept     `json:"category"`
	Medium    []concept     `json:"medium"`
	Subject   *ref          `json:"subject,omitempty"`
	About     []ref         `json:"about,omitempty"`
	Sent      string        `json:"sent"`
	Recipient []ref         `json:"recipient"`
	Sender    *ref          `json:"sender"`
	Payload   []sentPayload `json:"payload,omitempty"`
}

type sentPayload struct {
	ContentString string `json:"contentString"`
}

const (
	kindCommunication = "Communication"
	sysPush           = "urn:zhenban:push"    // the kind of a push: visit, care, survey …
	sysChannel        = "urn:zhenban:channel" // wechat, telegram …
	sysContact        = "urn:zhenban:contact" // a digest that stands for one person's chat
)

func communications() *resource {
	return &resource{
		name: kindCommunication,
		doc: "What the clinic said to clients by itself about patients on record, in the order in which it went out: reminders, notices of reports, questions " +
			"after a visit. Answers in a conversation, broadcasts and what went to staff are not given out.",
		params: []param{
			paramID(),
			{name: "patient", kind: typeReference, targets: []string{"Patient"}, doc: "about whom"},
			{name: "sent", kind: typeDate, doc: "when it went out"},
		},
		read: func(c *call, id string) (instance, error) {
			list, err := c.store.FindSent(c.ctx, models.SentSearch{IDs: []string{id}, Limit: 1})
			if err != nil {
				return nil, err
			}
			items, err := c.sent(list)
			if err == nil && len(items) == 0 {
				err = models.ErrNotFound
			}
			if err != nil {
				return nil, err
			}
			return items[0], nil
		},
		search: searchSent,
	}
}

// searchSent goes through what was sent; a page holds fewer than were asked for
// where some of it leads to no patient on record.
func searchSent(c *call, q *query) (page, error) {
	window := q.dates["sent"]
	f := models.SentSearch{IDs: q.idTokens(), Patients: ids(q.refs["patient"], "Patient"), From: window.From, To: window.To, Limit: q.count + 1}
	var bad *fault
	if f.AfterAt, f.AfterID, bad = q.afterMoment(); bad != nil || window.empty() {
		return page{}, nilFault(bad)
	}
	list, err := c.store.FindSent(c.ctx, f)
	if err != nil {
		return page{}, err
	}
	var p page
	if len(list) > q.count {
		list = list[:q.count]
		p.next = following(list[q.count-1].UpdatedAt, list[q.count-1].ID)
	}
	p.items, err = c.sent(list)
	return p, err
}

// sent makes resources of what is about patients on record.
func (c *call) sent(list []models.Outgoing) ([]instance, error) {
	subjects := make([]string, len(list))
	for i := range list {
		subjects[i] = list[i].Subject
	}
	patients, err := c.store.PatientsOfSubjects(c.ctx, subjects)
	if err != nil {
		return nil, err
	}
	var out []instance
	names := map[string]string{}
	for _, o := range list {
		patient := patients[o.Subject]
		if patient == "" {
			continue
		}
		if _, ok := names[o.ContactID]; !ok {
			who, err := c.store.Contact(c.ctx, o.ContactID)
			if err != nil && !errors.Is(err, models.ErrNotFound) {
				return nil, err
			}
			names[o.ContactID] = clean(who.Display)
		}
		one, err := c.communication(o, patient, names[o.ContactID])
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (c *call) communication(o models.Outgoing, patient, name string) (instance, error) {
	var m models.Message
	if len(o.Body) > 0 {
		if err := json.Unmarshal(o.Body, &m); err != nil {
			return nil, fmt.Errorf("read message %s: %w", o.ID, err)
		}
	}
	channel, _, _ := strings.Cut(o.ContactID, ":")
	out := &sentMessage{
		header: header{ResourceType: kindCommunication, ID: o.ID}, Status: "completed",
		Category: []concept{*coded(sysPush, string(o.Kind), string(o.Kind))}, Medium: []concept{*coded(sysChannel, channel, channel)},
		Subject: &ref{Reference: "Patient/" + patient}, Sent: instant(o.UpdatedAt.In(c.clinic.Location(""))),
		Recipient: []ref{{Type: "RelatedPerson", Identifier: &identifier{System: sysContact, Value: digest(o.ContactID)}, Display: name}},
		Sender:    &ref{Display: clean(c.clinic.Name.In(c.lang()))},
	}
	if about := subjectRef(o.Subject); about.Reference != out.Subject.Reference {
		out.About = []ref{*about}
	}
	if text := clean(m.Text); text != "" {
		out.Payload = []sentPayload{{text}}
	}
	return seal(out, o.UpdatedAt)
}
