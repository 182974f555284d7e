package fhir

import (
	"maps"
	"slices"
	"strings"

	"zhenban/config"
	"zhenban/models"
)

type questionnaireResponse struct {
	header
	BasedOn       []ref          `json:"basedOn,omitempty"`
	Questionnaire string         `json:"questionnaire"`
	Status        string         `json:"status"`
	Subject       *ref           `json:"subject"`
	Authored      string         `json:"authored"`
	Item          []responseItem `json:"item,omitempty"`
}

type responseItem struct {
	LinkID string           `json:"linkId"`
	Text   string           `json:"text,omitempty"`
	Answer []responseAnswer `json:"answer"`
}

type responseAnswer struct {
	ValueBoolean    *bool       `json:"valueBoolean,omitempty"`
	ValueDecimal    *float64    `json:"valueDecimal,omitempty"`
	ValueInteger    *int        `json:"valueInteger,omitempty"`
	ValueDate       string      `json:"valueDate,omitempty"`
	ValueString     string      `json:"valueString,omitempty"`
	ValueAttachment *attachment `json:"valueAttachment,omitempty"`
	ValueCoding     *coding     `json:"valueCoding,omitempty"`
}

const (
	kindQuestionnaire = "Questionnaire"
	kindResponse      = "QuestionnaireResponse"
	sysFlag           = "urn:zhenban:flag" // red or yellow: what the answers called for
)

func questionnaireResponses() *resource {
	return &resource{
		name: kindResponse,
		doc: "What patients on record, or their people, answered to forms, oldest first: completed, or in-progress when put aside. meta.tag of " + sysFlag +
			" is the heaviest flag the answers raised. Photos are named without their data.",
		params: []param{
			paramID(),
			{name: "patient", kind: typeReference, targets: []string{"Patient"}, doc: "about whom"},
			{name: "status", kind: typeToken, doc: "completed or in-progress"},
			{name: "authored", kind: typeDate, doc: "when it was answered"},
			{name: "questionnaire", kind: typeReference, targets: []string{kindQuestionnaire}, doc: "the form"},
		},
		read: func(c *call, id string) (instance, error) {
			list, err := c.store.FindResponses(c.ctx, models.ResponseSearch{IDs: []string{id}, Limit: 1})
			if err == nil && len(list) == 0 {
				err = models.ErrNotFound
			}
			if err != nil {
				return nil, err
			}
			return c.response(list[0])
		},
		search: searchResponses,
	}
}

func searchResponses(c *call, q *query) (page, error) {
	window := q.dates["authored"]
	f := models.ResponseSearch{
		IDs: q.idTokens(), Patients: ids(q.refs["patient"], "Patient"), Forms: ids(q.refs["questionnaire"], kindQuestionnaire),
		From: window.From, To: window.To, Limit: q.count + 1,
	}
	for _, t := range q.tokens["status"] {
		if !slices.Contains([]string{"in-progress", "completed", "amended", "entered-in-error", "stopped"}, t.code) {
			return page{}, badParam("status", "none of FHIR's states of a response: completed, in-progress …")
		}
		f.Statuses = append(f.Statuses, t.code)
	}
	var bad *fault
	if f.AfterAt, f.AfterID, bad = q.afterMoment(); bad != nil || window.empty() {
		return page{}, nilFault(bad)
	}
	list, err := c.store.FindResponses(c.ctx, f)
	if err != nil {
		return page{}, err
	}
	var p page
	if len(list) > q.count {
		list = list[:q.count]
		p.next = following(list[q.count-1].AuthoredAt, list[q.count-1].ID)
	}
	for _, r := range list {
		one, err := c.response(r)
		if err != nil {
			return page{}, err
		}
		p.items = append(p.items, one)
	}
	return p, nil
}

// response makes a resource of what was answered: in the order of the form as
// it is now, and after that what the form does not ask any more.
func (c *call) response(r models.QuestionnaireResponse) (instance, error) {
	out := &questionnaireResponse{
		header: header{ResourceType: kindResponse, ID: r.ID}, Questionnaire: c.questionnaireURL(r.Form), Status: r.Status,
		Subject: &ref{Reference: "Patient/" + r.PatientID}, Authored: instant(r.AuthoredAt.In(c.clinic.Location(""))),
	}
	if r.Flag != "" {
		out.Meta = &meta{Tag: []coding{{System: sysFlag, Code: r.Flag}}}
	}
	if strings.HasPrefix(r.Subject, models.KindCarePlan+"/") {
		out.BasedOn = []ref{{Reference: r.Subject}}
	}
	form := c.clinic.Form(r.Form)
	if form == nil {
		form = &config.Form{ID: r.Form}
	}
	var order []*config.FormItem
	for i := range form.Items {
		order = append(order, &form.Items[i])
	}
	for _, id := range slices.Sorted(maps.Keys(r.Answers)) {
		if form.Item(id) == nil {
			order = append(order, &config.FormItem{LinkID: id})
		}
	}
	for _, q := range order {
		answers, err := c.answers(form, q, r.Answers[q.LinkID])
		if err != nil {
			return nil, err
		}
		if len(answers) > 0 {
			out.Item = append(out.Item, responseItem{q.LinkID, clean(q.Text.In(c.lang())), answers})
		}
	}
	return seal(out, r.AuthoredAt)
}

// answers are what was answered to one question: read from JSON, a text, a
// number, yes or no, or several texts.
func (c *call) answers(f *config.Form, q *config.FormItem, v any) ([]responseAnswer, error) {
	var texts []string
	switch v := v.(type) {
	case bool:
		return []responseAnswer{{ValueBoolean: &v}}, nil
	case float64:
		if n := int(v); q.Type == config.ItemInteger && float64(n) == v {
			return []responseAnswer{{ValueInteger: &n}}, nil
		}
		return []responseAnswer{{ValueDecimal: &v}}, nil
	case string:
		texts = []string{v}
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				texts = append(texts, s)
			}
		}
	}
	if q.Type == config.ItemAttachment {
		return c.photos(texts)
	}
	var out []responseAnswer
	for _, s := range texts {
		o := q.Option(s)
		switch {
		case o != nil:
			code := c.answerCoding(f, q, o)
			out = append(out, responseAnswer{ValueCoding: &code})
		case q.Type == config.ItemDate:
			out = append(out, responseAnswer{ValueDate: s})
		case clean(s) != "":
			out = append(out, responseAnswer{ValueString: clean(s)})
		}
	}
	return out, nil
}

// photos names what was sent and is kept still, without the bytes: they are
// looked at in the chat.
func (c *call) photos(ids []string) ([]responseAnswer, error) {
	list, err := c.store.AttachmentsByID(c.ctx, ids)
	if err != nil {
		return nil, err
	}
	var out []responseAnswer
	for _, a := range list {
		out = append(out, responseAnswer{ValueAttachment: &attachment{
			ContentType: a.ContentType, Size: a.Size, Title: clean(a.Name), Creation: instant(a.At.In(c.clinic.Location(""))),
		}})
	}
	return out, nil
}
