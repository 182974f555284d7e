package fhir

import (
	"context"
	"errors"

	"zhenban/models"
)

type parameters struct {
	header
	Parameter []parameter `json:"parameter"`
}

type parameter struct {
	Name         string `json:"name"`
	ValueString  string `json:"valueString,omitempty"`
	ValueInstant string `json:"valueInstant,omitempty"`
}

// bind hands out a one-time code that ties a chat to the record of the
// patient's client. Whoever was known from a chat only has no record to be
// tied to.
func (s *server) bind(c *call, id string) (result, error) {
	res := result{kind: "Patient", id: id}
	p, err := c.store.PatientByID(c.ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return res, notFound("Patient")
	}
	if err != nil {
		return res, err
	}
	client, err := c.store.ClientByID(c.ctx, p.ClientID)
	if err != nil {
		return res, err
	}
	if !client.Verified {
		return res, faultf(badRule, "business-rule", "Patient", "this patient is known from a chat only; there is no record of the clinic's to be tied to")
	}
	code, until := models.NewCode(), c.now.Add(models.CodeLife)
	err = s.o.Store.Do(c.ctx, func(_ context.Context, tx *models.Tx) error {
		return tx.IssueCode(code, models.CodeBind, client.ID, "api:"+s.who, until)
	})
	res.count, res.body = 1, &parameters{header{ResourceType: "Parameters"}, []parameter{
		{Name: "code", ValueString: code}, {Name: "expires", ValueInstant: instant(until.UTC())},
	}}
	return res, err
}
