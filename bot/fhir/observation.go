package fhir

import (
	"strconv"
	"strings"
	"time"

	"zhenban/models"
)

const observationElements = "identifier basedOn partOf status category code subject focus encounter effectiveDateTime effectivePeriod effectiveTiming " +
	"effectiveInstant issued performer valueQuantity valueCodeableConcept valueString valueBoolean valueInteger valueRange valueRatio valueSampledData " +
	"valueTime valueDateTime valuePeriod dataAbsentReason interpretation note bodySite method specimen device referenceRange hasMember derivedFrom component"

var observationStates = [...]string{
	models.Registered, models.Preliminary, models.Final, models.Amended, models.Corrected, models.Withdrawn, models.EnteredInError, models.StatusUnknown,
}

// readObservation reads one finding into r.
func readObservation(e elem, r *models.Clinical) {
	e.only(observationElements)
	if e.need("status") {
		r.Status = e.code("status", observationStates[:]...)
	}
	o := &models.Observation{Code: e.needCode("code")}
	r.Category = firstCategory(e)
	o.Effective = effective(e)
	r.Issued = e.moment("issued")
	if r.At = o.Effective; r.At.IsZero() {
		r.At = r.Issued
	}
	finding(e, o)
	for _, n := range e.list("note") {
		o.Note = strings.TrimSpace(o.Note + "\n" + clean(n.text("text")))
	}
	for _, c := range e.list("component") {
		part := models.Observation{Code: c.needCode("code")}
		finding(c, &part)
		o.Parts = append(o.Parts, part)
	}
	r.Observation = o
	r.Codes = searchCodes(o.Code)
}

// effective is when what was found was so: a moment, or the end of a period.
func effective(e elem) (at time.Time) {
	switch name := e.one("effective", "DateTime", "Period", "Timing", "Instant"); name {
	case "effectiveDateTime", "effectiveInstant":
		at = e.moment(name)
	case "effectivePeriod":
		if p, ok := e.object(name); ok {
			if at = p.moment("end"); at.IsZero() {
				at = p.moment("start")
			}
		}
	}
	return at
}

func firstCategory(e elem) string {
	for _, c := range e.list("category") {
		for _, x := range c.asConcept().Codings {
			if x.Code != "" && len(x.Code) <= 64 {
				return x.Code
			}
		}
	}
	return ""
}

// finding reads value, interval and flags, which an observation and its
// components have alike.
func finding(e elem, o *models.Observation) {
	name := e.one("value", "Quantity", "CodeableConcept", "String", "Boolean", "Integer", "Range", "Ratio", "SampledData", "Time", "DateTime", "Period")
	if name != "" {
		findingValue(e, name, o)
		if e.has("dataAbsentReason") {
			e.d.add(badRule, "invariant", e.at("dataAbsentReason"), "stands beside a value (obs-6)")
		}
	}
	if c, ok := e.concept("dataAbsentReason"); ok {
		o.Absent = c.Words()
	}
	for _, i := range e.list("interpretation") {
		c := i.asConcept()
		for _, x := range c.Codings {
			if x.Code != "" {
				o.Flags = append(o.Flags, x.Code)
			}
		}
		if len(c.Codings) == 0 && c.Text != "" {
			o.Flags = append(o.Flags, c.Text)
		}
	}
	for _, r := range e.list("referenceRange") {
		if v, ok := readRange(r); ok {
			o.Ranges = append(o.Ranges, v)
		}
	}
	if len(o.Ranges) == 1 && o.Ranges[0].Sex == "" && o.Ranges[0].From == 0 && o.Ranges[0].To == 0 {
		o.Low, o.High, o.Range, o.Ranges = o.Ranges[0].Low, o.Ranges[0].High, o.Ranges[0].Text, nil
	}
}

// readRange reads an interval of what is usual, for whom it is; false for one
// of another meaning (of a treatment, of a phase).
func readRange(r elem) (v models.Range, ok bool) {
	if !r.need("low", "high", "text") {
		return v, false
	}
	if q, ok := r.object("low"); ok {
		v.Low = q.asQuantity().value
	}
	if q, ok := r.object("high"); ok {
		v.High = q.asQuantity().value
	}
	v.Text = clean(r.text("text"))
	if t, ok := r.concept("type"); ok && len(t.Codings) > 0 && t.Codings[0].Code != "normal" && t.Codings[0].Code != "" {
		return v, false
	}
	for _, c := range r.list("appliesTo") {
		code := c.asConcept()
		for _, x := range append(code.Codings, models.Coding{Code: code.Text}) {
			switch strings.ToLower(x.Code) {
			case "male", "m", "248153007", "男":
				v.Sex = "male"
			case "female", "f", "248152002", "女":
				v.Sex = "female"
			}
		}
	}
	if a, ok := r.object("age"); ok {
		v.From, v.To = a.age("low"), a.age("high")
	}
	return v, true
}

// age reads a bound of a Range of ages, in years.
func (e elem) age(name string) float64 {
	b, ok := e.object(name)
	if !ok {
		return 0
	}
	q := b.asQuantity()
	n, _ := strconv.ParseFloat(q.value, 64) // no number: no bound
	switch q.code {
	case "mo":
		return n / 12
	case "wk":
		return n / 52
	case "d":
		return n / 365
	}
	return n
}

func findingValue(e elem, name string, o *models.Observation) {
	switch name {
	case "valueQuantity":
		if v, ok := e.object(name); ok && (v.need("value") || v.has("comparator")) {
			q := v.asQuantity()
			o.Number, o.Comparator, o.Unit, o.UnitCode = q.value, q.comparator, q.unit, v.text("code")
		}
	case "valueInteger":
		o.Number = e.number(name)
	case "valueCodeableConcept":
		if c, ok := e.concept(name); ok {
			o.Words = c.Words()
		}
	case "valueBoolean":
		if v, ok := e.m[name].(bool); !ok {
			e.d.add(badShape, "structure", e.at(name), "is neither true nor false")
		} else if o.Words = "−"; v {
			o.Words = "+"
		}
	case "valueRange":
		if v, ok := e.object(name); ok {
			o.Words = between(v, "low", "high", "–")
		}
	case "valueRatio":
		if v, ok := e.object(name); ok {
			o.Words = between(v, "numerator", "denominator", " : ")
		}
	case "valuePeriod":
		if v, ok := e.object(name); ok {
			o.Words = strings.Trim(v.text("start")+" – "+v.text("end"), " –")
		}
	case "valueSampledData":
		o.Words = "~" // a curve: looked at in the file that belongs to it
	default:
		o.Words = clean(e.text(name))
	}
}

func between(e elem, first, second, mark string) string {
	var a, b quantity
	if q, ok := e.object(first); ok {
		a = q.asQuantity()
	}
	if q, ok := e.object(second); ok {
		b = q.asQuantity()
	}
	if a.unit == b.unit {
		a.unit = ""
	}
	return strings.TrimSpace(a.String() + mark + b.String())
}
