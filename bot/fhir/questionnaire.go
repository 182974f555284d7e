package fhir

import (
	"slices"

	"zhenban/config"
	"zhenban/models"
)

type questionnaire struct {
	header
	URL         string              `json:"url"`
	Version     string              `json:"version"` // the hash of its wording
	Title       string              `json:"title"`
	Status      string              `json:"status"`
	SubjectType []string            `json:"subjectType"`
	Description string              `json:"description,omitempty"`
	Item        []questionnaireItem `json:"item"`
}

type questionnaireItem struct {
	Extension    []extension    `json:"extension,omitempty"`
	LinkID       string         `json:"linkId"`
	Text         string         `json:"text,omitempty"`
	Type         string         `json:"type"`
	Required     bool           `json:"required,omitempty"`
	Repeats      bool           `json:"repeats,omitempty"`
	MaxLength    int            `json:"maxLength,omitempty"`
	AnswerOption []answerOption `json:"answerOption,omitempty"`
}

type answerOption struct {
	ValueCoding coding `json:"valueCoding"`
}

const (
	sysAnswer = "urn:zhenban:answer:" // and the form's ID, a colon, the linkId: what a choice is answered with
	urlMin    = "http://hl7.org/fhir/StructureDefinition/minValue"
	urlMax    = "http://hl7.org/fhir/StructureDefinition/maxValue"
	urlUnit   = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
)

func questionnaires() *resource {
	return &resource{
		name: kindQuestionnaire,
		doc: "The forms of the clinic's profile as they are now; version is a hash of the wording. When a question is asked is decided by expressions " +
			"that FHIR R4 cannot say: such a question is not required here, and has no enableWhen.",
		params: []param{
			paramID(),
			{name: "title", kind: typeString, doc: "beginning of the title, in any language"},
		},
		read: func(c *call, id string) (instance, error) {
			f := c.clinic.Form(id)
			if f == nil {
				return nil, models.ErrNotFound
			}
			return c.profileRead(c.questionnaire(f))
		},
		search: func(c *call, q *query) (page, error) {
			var list []instance
			for i := range c.clinic.Forms {
				if f := &c.clinic.Forms[i]; titled(f.Title, q.texts["title"]) {
					list = append(list, c.questionnaire(f))
				}
			}
			return c.profileSearch(q, list)
		},
	}
}

func titled(title config.Text, wanted []string) bool {
	return len(wanted) == 0 || slices.ContainsFunc(wanted, func(w string) bool {
		return slices.ContainsFunc(config.Languages(), func(l config.Language) bool { return hasFoldPrefix(title[l], w) })
	})
}

// questionnaireURL is what a form is called by: where it can be read.
func (c *call) questionnaireURL(form string) string {
	return c.base + "/fhir/" + kindQuestionnaire + "/" + form
}

func (c *call) questionnaire(f *config.Form) *questionnaire {
	out := &questionnaire{
		header: header{ResourceType: kindQuestionnaire, ID: f.ID}, URL: c.questionnaireURL(f.ID), Version: f.Hash(),
		Title: clean(f.Title.In(c.lang())), Status: "active", SubjectType: []string{"Patient"}, Description: clean(f.Intro.In(c.lang())),
	}
	for i := range f.Items {
		out.Item = append(out.Item, c.questionnaireItem(f, &f.Items[i]))
	}
	return out
}

func (c *call) questionnaireItem(f *config.Form, q *config.FormItem) questionnaireItem {
	out := questionnaireItem{LinkID: q.LinkID, Text: clean(q.Text.In(c.lang())), Type: string(q.Type)}
	if q.Type == config.ItemDisplay { // que-6
		return out
	}
	out.Required, out.Repeats = q.Required && q.EnableWhen == "", q.Repeats
	switch q.Type {
	case config.ItemString, config.ItemText, config.ItemOpenChoice: // que-10
		out.MaxLength = q.MaxLength
	case config.ItemInteger, config.ItemDecimal:
		out.Extension = limits(q)
	}
	if q.Type == config.ItemChoice || q.Type == config.ItemOpenChoice {
		for i := range q.Options {
			out.AnswerOption = append(out.AnswerOption, answerOption{c.answerCoding(f, q, &q.Options[i])})
		}
	}
	return out
}

func (c *call) answerCoding(f *config.Form, q *config.FormItem, o *config.AnswerOption) coding {
	return coding{sysAnswer + f.ID + ":" + q.LinkID, o.Value, clean(o.Text.In(c.lang()))}
}

// limits are a number's bounds and unit, in the standard extensions.
func limits(q *config.FormItem) []extension {
	var out []extension
	bound := func(url string, d config.Decimal) {
		switch {
		case !d.Set:
		case q.Type == config.ItemInteger:
			n := int(d.Value)
			out = append(out, extension{URL: url, ValueInteger: &n})
		default:
			out = append(out, extension{URL: url, ValueDecimal: &d.Value})
		}
	}
	bound(urlMin, q.Min)
	bound(urlMax, q.Max)
	if unit := clean(q.Unit); unit != "" {
		out = append(out, extension{URL: urlUnit, ValueCoding: &coding{Display: unit}})
	}
	return out
}
