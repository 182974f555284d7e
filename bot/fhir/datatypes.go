package fhir

import (
	"strings"

	"zhenban/models"
)

// coding and concepts, identifiers and quantities as they are read.

func (e elem) concept(name string) (models.Code, bool) {
	c, ok := e.object(name)
	if !ok {
		return models.Code{}, false
	}
	return c.asConcept(), true
}

func (e elem) asConcept() models.Code {
	out := models.Code{Text: clean(e.text("text"))}
	for _, c := range e.list("coding") {
		out.Codings = append(out.Codings, models.Coding{System: c.text("system"), Code: c.text("code"), Display: clean(c.text("display"))})
	}
	return out
}

// needCode reads a CodeableConcept that must say something.
func (e elem) needCode(name string) models.Code {
	if !e.need(name) {
		return models.Code{}
	}
	c, ok := e.concept(name)
	if ok && c.Words() == "" {
		e.d.add(badRule, "required", e.at(name), "needs a coding or a text")
	}
	return c
}

// searchCodes are the ways a code is asked for: CODE and SYSTEM|CODE.
func searchCodes(c models.Code) []string {
	var out []string
	for _, x := range c.Codings {
		if x.Code != "" {
			out = append(out, x.Code, x.System+"|"+x.Code)
		}
	}
	if len(c.Codings) == 0 && c.Text != "" {
		out = append(out, "text|"+c.Text)
	}
	return out
}

// keys are the identifiers that mean this very thing. One of the order it was
// made for (PLAC, or a group's PGN) may stand on several, and an old one on
// another.
func (e elem) keys() []string {
	var out []string
	for _, i := range e.list("identifier") {
		value := i.text("value")
		if use := i.text("use"); value == "" || use == "old" || use == "temp" {
			continue
		}
		if t, ok := i.concept("type"); ok && isOrder(t) {
			continue
		}
		out = append(out, i.text("system")+"|"+value)
	}
	return out
}

func isOrder(t models.Code) bool {
	for _, c := range t.Codings {
		switch c.Code {
		case "PLAC", "PGN", "FGN":
			return true
		}
	}
	return false
}

// quantity is a number with its unit.
type quantity struct{ value, comparator, unit, code string }

func (e elem) asQuantity() quantity {
	q := quantity{
		value: e.number("value"), comparator: e.code("comparator", "<", "<=", ">=", ">"),
		unit: clean(e.text("unit")), code: e.text("code"),
	}
	if q.unit == "" {
		q.unit = q.code
	}
	return q
}

// String writes a quantity for people.
func (q quantity) String() string { return strings.TrimSpace(q.comparator + q.value + " " + q.unit) }
