package fhir

import (
	"strings"
	"time"
	"unicode"

	"zhenban/config"
)

// The data types of FHIR R4 that the resources here are made of: only the
// elements that are written. JSON null, "" and [] do not exist in FHIR, so
// everything that may be absent is left out when empty.

type header struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id,omitempty"`
	Meta         *meta  `json:"meta,omitempty"`
}

func (h *header) head() *header { return h }

type meta struct {
	VersionID   string   `json:"versionId,omitempty"`
	LastUpdated string   `json:"lastUpdated,omitempty"`
	Tag         []coding `json:"tag,omitempty"`
}

type coding struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code,omitempty"`
	Display string `json:"display,omitempty"`
}

type concept struct {
	Coding []coding `json:"coding,omitempty"`
	Text   string   `json:"text,omitempty"`
}

type identifier struct {
	Use    string   `json:"use,omitempty"`
	Type   *concept `json:"type,omitempty"`
	System string   `json:"system,omitempty"`
	Value  string   `json:"value"`
}

type humanName struct {
	Text string `json:"text"`
}

type contactPoint struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

type address struct {
	Text string `json:"text"`
}

type ref struct {
	Reference  string      `json:"reference,omitempty"`
	Type       string      `json:"type,omitempty"`
	Identifier *identifier `json:"identifier,omitempty"`
	Display    string      `json:"display,omitempty"`
}

type period struct {
	Start string `json:"start,omitempty"`
	End   string `json:"end,omitempty"`
}

type extension struct {
	URL                  string      `json:"url"`
	Extension            []extension `json:"extension,omitempty"`
	ValueCodeableConcept *concept    `json:"valueCodeableConcept,omitempty"`
	ValueCoding          *coding     `json:"valueCoding,omitempty"`
	ValueInteger         *int        `json:"valueInteger,omitempty"`
	ValueDecimal         *float64    `json:"valueDecimal,omitempty"`
}

type communication struct {
	Language  *concept `json:"language"`
	Preferred bool     `json:"preferred,omitempty"`
}

// Code systems. The urn: ones are this program's, stable whatever its address.
const (
	sysBooking  = "urn:zhenban:booking-number" // what people say: B1234567
	sysPatient  = "urn:zhenban:patient-number" // the clinic's own
	sysClient   = "urn:zhenban:client-number"  // the clinic's own, of an owner or a family
	sysService  = "urn:zhenban:service"
	sysDept     = "urn:zhenban:department"
	sysSpecies  = "urn:zhenban:species"
	sysResource = "urn:zhenban:resource"
	sysOrigin   = "urn:zhenban:origin"

	sysLanguage     = "urn:ietf:bcp:47"
	sysRole         = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
	sysContactRole  = "http://terminology.hl7.org/CodeSystem/v2-0131"
	sysPhysicalType = "http://terminology.hl7.org/CodeSystem/location-physical-type"
	sysGenderStatus = "http://hl7.org/fhir/animal-genderstatus"
	urlAnimal       = "http://hl7.org/fhir/StructureDefinition/patient-animal"
)

// clean is a text as FHIR wants a string: no control characters but line ends
// and tabs, no space around, and "" for one that says nothing.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s))
}

// worded is a CodeableConcept of a text alone; nil for none.
func worded(text string) *concept {
	if text = clean(text); text == "" {
		return nil
	}
	return &concept{Text: text}
}

// coded is a CodeableConcept of a code of the clinic's profile.
func coded(system, code, display string) *concept {
	display = clean(display)
	return &concept{Coding: []coding{{System: system, Code: code, Display: display}}, Text: display}
}

func some[T any](v *T) []T {
	if v == nil {
		return nil
	}
	return []T{*v}
}

// words is every wording of a text, the first language's first, without repeats.
func words(t config.Text, first config.Language) []string {
	var out []string
	for _, l := range append([]config.Language{first}, config.Languages()...) {
		s := clean(t.In(l))
		if s != "" && !contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// instant is a moment as FHIR writes it, in the zone it stands in.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02T15:04:05Z07:00")
}

// stamp is the moment of a change, to the millisecond.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
