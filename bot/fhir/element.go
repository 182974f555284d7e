package fhir

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// doc gathers everything that is wrong with what was sent, so that one look at
// the answer repairs it all.
type doc struct {
	issues []issue
	status int // the worst
	zone   *time.Location
	notes  []issue // what was taken, and what the sender should know of it
}

// maxIssues bounds an answer to a document that is wrong throughout.
const maxIssues = 50

// Statuses of what cannot be taken: not well formed, well formed but against
// the rules, in conflict with what is here.
const (
	badShape    = 400
	badRule     = 422
	badConflict = 409
)

func (d *doc) add(status int, code, path, format string, args ...any) {
	if len(d.issues) < maxIssues {
		d.issues = append(d.issues, issue{Severity: "error", Code: code, Diagnostics: clean(fmt.Sprintf(format, args...)), Expression: []string{path}})
	}
	if d.status == 0 || status == badShape {
		d.status = status
	}
}

// warn notes what the sender should know although it was taken.
func (d *doc) warn(path, format string, args ...any) {
	if len(d.notes) < maxIssues {
		d.notes = append(d.notes, issue{Severity: "warning", Code: "value", Diagnostics: clean(fmt.Sprintf(format, args...)), Expression: []string{path}})
	}
}

// fault is what was gathered, nil for nothing.
func (d *doc) fault() error {
	if len(d.issues) == 0 {
		return nil
	}
	return &fault{status: d.status, code: d.issues[0].Code, text: d.issues[0].Diagnostics, issues: d.issues}
}

// elem is one JSON object of a document and its FHIRPath.
type elem struct {
	d    *doc
	path string
	m    map[string]any
}

func (e elem) at(name string) string { return e.path + "." + name }

func (e elem) bad(name, format string, args ...any) {
	e.d.add(badRule, "value", e.at(name), format, args...)
}

func (e elem) has(name string) bool { _, ok := e.m[name]; return ok }

// need reports that an element is there, and says so when it is not.
func (e elem) need(names ...string) bool {
	for _, n := range names {
		if e.has(n) {
			return true
		}
	}
	e.d.add(badRule, "required", e.at(names[0]), "%s is missing", strings.Join(names, " or "))
	return false
}

// text reads a string.
func (e elem) text(name string) string {
	switch v := e.m[name].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		e.d.add(badShape, "structure", e.at(name), "is no string")
		return ""
	}
}

// code reads a code, one of a list if there is one.
func (e elem) code(name string, of ...string) string {
	s := e.text(name)
	if s != "" && len(of) > 0 && !slices.Contains(of, s) {
		e.d.add(badRule, "code-invalid", e.at(name), "%q is none of %s", s, strings.Join(of, ", "))
		return ""
	}
	return s
}

// flag reads a boolean.
func (e elem) flag(name string) bool {
	switch v := e.m[name].(type) {
	case nil:
	case bool:
		return v
	default:
		e.d.add(badShape, "structure", e.at(name), "is neither true nor false")
	}
	return false
}

// number reads a decimal as it was written.
func (e elem) number(name string) string {
	switch v := e.m[name].(type) {
	case nil:
		return ""
	case json.Number:
		if _, err := v.Float64(); err != nil {
			e.bad(name, "%q is no number that can be reckoned with", label(v.String()))
			return ""
		}
		return v.String()
	default:
		e.d.add(badShape, "structure", e.at(name), "is no number")
		return ""
	}
}

// object reads an element that is an object.
func (e elem) object(name string) (elem, bool) {
	switch v := e.m[name].(type) {
	case nil:
		return elem{}, false
	case map[string]any:
		return elem{e.d, e.at(name), v}, true
	default:
		e.d.add(badShape, "structure", e.at(name), "is no object")
		return elem{}, false
	}
}

// list reads an element that repeats.
func (e elem) list(name string) []elem {
	v := e.m[name]
	if v == nil { // not there; a null was found before
		return nil
	}
	items, ok := v.([]any)
	if !ok {
		e.d.add(badShape, "structure", e.at(name), "repeats: write a list")
		return nil
	}
	var out []elem
	for i, item := range items {
		path := e.at(name) + "[" + strconv.Itoa(i) + "]"
		m, ok := item.(map[string]any)
		if !ok {
			e.d.add(badShape, "structure", path, "is no object")
			continue
		}
		out = append(out, elem{e.d, path, m})
	}
	return out
}

// moment reads a date of any precision; the zero time when there is none.
func (e elem) moment(name string) time.Time {
	s := e.text(name)
	if s == "" {
		return time.Time{}
	}
	span, err := parseMoment(s, e.d.zone)
	if err != nil || strings.Contains(s, " ") {
		e.bad(name, "%q is no date: write 2026, 2026-11, 2026-11-23 or 2026-11-23T09:00:00+08:00", s)
		return time.Time{}
	}
	return span.From
}

// one reads an element that stands in one of several types: value[x]. It
// returns the name it has, "" for none.
func (e elem) one(prefix string, types ...string) string {
	found := ""
	for name := range e.m {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || !slices.Contains(types, rest) {
			continue
		}
		if found != "" {
			e.d.add(badRule, "structure", e.at(prefix+"[x]"), "stands here twice, in two types")
			return ""
		}
		found = name
	}
	return found
}

// only says of every element that is not one of the resource's own: one that
// is misspelt would be lost without a word.
func (e elem) only(names string) {
	known := strings.Fields(names + " resourceType id meta implicitRules language text contained extension modifierExtension")
	for _, name := range sortedKeys(e.m) {
		if plain := strings.TrimPrefix(name, "_"); !slices.Contains(known, plain) {
			e.d.add(badShape, "structure", e.at(label(name)), "%s has no such element in FHIR R4", e.m["resourceType"])
		}
	}
	if e.has("modifierExtension") {
		e.d.add(badRule, "not-supported", e.at("modifierExtension"), "what it changes is not understood here")
	}
}

// hygiene holds what FHIR asks of any JSON: nothing null but in a list, nothing
// empty, not nested without end.
func (d *doc) hygiene(v any, path string, depth int) {
	if depth > maxDepth {
		d.add(badShape, "too-costly", path, "is nested deeper than %d levels", maxDepth)
		return
	}
	switch v := v.(type) {
	case nil:
		d.add(badShape, "structure", path, "is null: leave it out")
	case string:
		if strings.TrimSpace(v) == "" {
			d.add(badShape, "structure", path, "is empty: leave it out")
		}
	case []any:
		if len(v) == 0 {
			d.add(badShape, "structure", path, "is an empty list: leave it out")
		}
		for i, x := range v {
			if x != nil {
				d.hygiene(x, path+"["+strconv.Itoa(i)+"]", depth+1)
			}
		}
	case map[string]any:
		if len(v) == 0 {
			d.add(badShape, "structure", path, "is an empty object: leave it out")
		}
		for _, k := range sortedKeys(v) {
			d.hygiene(v[k], path+"."+k, depth+1)
		}
	}
}

const maxDepth = 40

func sortedKeys[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
