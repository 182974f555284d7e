package fhir

import (
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
	for i, r := range e.list("referenceRange") {
		if !r.need("low", "high", "text") {
			continue
		}
		var low, high quantity
		if q, ok := r.object("low"); ok {
			low = q.asQuantity()
		}
		if q, ok := r.object("high"); ok {
			high = q.asQuantity()
		}
		if i == 0 { // further ones are of other kinds: therapeutic, critical …
			o.Low, o.High, o.Range = low.value, high.value, clean(r.text("text"))
		}
	}
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
