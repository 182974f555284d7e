package fhir

import (
	"encoding/base64"
	"slices"

	"zhenban/models"
	"zhenban/templates/outreach"
)

type consent struct {
	header
	Identifier       []identifier `json:"identifier"`
	Status           string       `json:"status"`
	Scope            *concept     `json:"scope"`
	Category         []concept    `json:"category"`
	Patient          *ref         `json:"patient,omitempty"`
	DateTime         string       `json:"dateTime"`
	Performer        []ref        `json:"performer,omitempty"`
	Organization     []ref        `json:"organization"`
	SourceAttachment *attachment  `json:"sourceAttachment,omitempty"`
	PolicyRule       *concept     `json:"policyRule"` // the wording, by its version: FHIR wants a policy (ppc-1)
}

type attachment struct {
	ContentType string `json:"contentType"`
	Language    string `json:"language,omitempty"`
	Data        string `json:"data,omitempty"`
	Size        int    `json:"size,omitempty"`
	Title       string `json:"title,omitempty"`
	Creation    string `json:"creation,omitempty"`
}

const (
	sysConsent      = "urn:zhenban:consent-number" // what people say: T12345678
	sysConsentText  = "urn:zhenban:consent-text"   // a wording of the profile, by the hash of its text
	sysConsentScope = "http://terminology.hl7.org/CodeSystem/consentscope"
	sysLOINC        = "http://loinc.org"
)

func consentStates() []string {
	return []string{"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"}
}

func consents() *resource {
	return &resource{
		name: models.KindConsent,
		doc: "Consents to examinations and treatments, oldest first: proposed while the client has not answered, active, rejected, inactive when withdrawn or " +
			"replaced. sourceAttachment is the text as it was shown and answered; performer who signed, as typed. Consent to keeping data is not given out.",
		params: []param{
			paramID(),
			{name: "patient", kind: typeReference, targets: []string{"Patient"}, doc: "about whom"},
			{name: "status", kind: typeToken, doc: "proposed, active, rejected or inactive"},
		},
		read: func(c *call, id string) (instance, error) {
			list, err := c.store.FindConsents(c.ctx, models.ConsentSearch{IDs: []string{id}, Limit: 1})
			if err == nil && len(list) == 0 {
				err = models.ErrNotFound
			}
			if err != nil {
				return nil, err
			}
			return c.consent(list[0])
		},
		search: searchConsents,
	}
}

func searchConsents(c *call, q *query) (page, error) {
	f := models.ConsentSearch{Patients: ids(q.refs["patient"], "Patient"), Limit: q.count + 1}
	for _, t := range q.tokens["_id"] {
		f.IDs = append(f.IDs, t.code)
	}
	for _, t := range q.tokens["status"] {
		if !slices.Contains(consentStates(), t.code) {
			return page{}, badParam("status", "none of FHIR's consent states: proposed, active, rejected, inactive …")
		}
		f.Statuses = append(f.Statuses, t.code)
	}
	if len(q.after) > 0 {
		f.After = q.after[0]
	}
	list, err := c.store.FindConsents(c.ctx, f)
	if err != nil {
		return page{}, err
	}
	items := make([]instance, len(list))
	for i, r := range list {
		if items[i], err = c.consent(r); err != nil {
			return page{}, err
		}
	}
	return cut(items, q.count, byID), nil
}

// consent makes a resource of a consent: how it stands, and the wording that
// was answered last.
func (c *call) consent(r models.TreatmentConsent) (instance, error) {
	sheet, err := outreach.ReadSheet(r)
	if err != nil {
		return nil, err
	}
	events, err := c.store.ConsentEvents(c.ctx, r.ID)
	if err != nil {
		return nil, err
	}
	zone := c.clinic.Location(r.Branch)
	out := &consent{
		header: header{ResourceType: models.KindConsent, ID: r.ID}, Identifier: []identifier{{System: sysConsent, Value: r.Number}}, Status: r.Status,
		Scope:    coded(sysConsentScope, "treatment", "Treatment"),
		Category: []concept{*coded(sysLOINC, "59284-0", "Consent Document")},
		DateTime: instant(r.CreatedAt.In(zone)), Organization: []ref{{Display: clean(c.clinic.Name.In(c.lang()))}},
		PolicyRule: coded(sysConsentText, r.Hash, sheet.Title.In(c.lang())),
	}
	out.Patient = &ref{Display: clean(sheet.Patient)}
	if r.PatientID != "" {
		out.Patient.Reference = "Patient/" + r.PatientID
	}
	for _, e := range events {
		if e.What != models.ConsentAgreed && e.What != models.ConsentDeclined {
			continue
		}
		said, err := outreach.ReadSigned(e)
		if err != nil {
			return nil, err
		}
		out.DateTime = instant(e.At.In(zone))
		if said.Name != "" {
			out.Performer = []ref{{Display: clean(said.Name)}}
		}
		out.SourceAttachment = &attachment{
			ContentType: "text/plain; charset=utf-8", Language: string(said.Language), Title: clean(sheet.Title.In(said.Language)),
			Data: base64.StdEncoding.EncodeToString([]byte(said.Wording)),
		}
	}
	return seal(out, r.UpdatedAt)
}
