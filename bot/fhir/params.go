package fhir

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// paramType is a search parameter's type in FHIR's words.
type paramType string

const (
	typeToken     paramType = "token"
	typeReference paramType = "reference"
	typeDate      paramType = "date"
	typeString    paramType = "string"
)

// param is one search parameter of a resource.
type param struct {
	name    string
	kind    paramType
	targets []string // what a reference may name; the first is meant where it does not say
	single  bool     // no list of alternatives
	doc     string
}

// token is SYSTEM|CODE; a system that was not written matches every one.
type token struct {
	system    string
	hasSystem bool
	code      string
}

// in reports whether the token means codes of a system.
func (t token) in(system string) bool { return !t.hasSystem || t.system == system }

// reference is TYPE/ID.
type reference struct{ kind, id string }

// query is what a search asks for. Lists are alternatives.
type query struct {
	tokens map[string][]token
	refs   map[string][]reference
	dates  map[string]span
	texts  map[string][]string
	count  int
	after  []string // where the page before ended
	plain  url.Values
}

const (
	defaultCount = 50
	maxCount     = 200
	maxOptions   = 50  // alternatives in one parameter
	maxValue     = 512 // bytes of a parameter's value
	pageParam    = "_page"
)

// parseQuery reads search parameters strictly: what is not known, or known but
// not understood, is an error that names the parameter. Ignoring one would
// answer more than was asked for.
func parseQuery(raw string, params []param, zone *time.Location) (*query, *fault) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, faultf(400, "invalid", "", "the query string is not well formed")
	}
	q := &query{
		tokens: map[string][]token{}, refs: map[string][]reference{}, dates: map[string]span{}, texts: map[string][]string{},
		count: defaultCount, plain: values,
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names) // so that of several faults always the same is told
	for _, name := range names {
		for _, v := range values[name] {
			if len(v) > maxValue || !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				return nil, badParam(label(name), "the value is too long or not UTF-8")
			}
		}
		if f := q.take(name, values[name], params, zone); f != nil {
			return nil, f
		}
	}
	return q, nil
}

// label is a parameter's name as far as it may be repeated to its sender.
func label(name string) string {
	name = clean(strings.ToValidUTF8(name, ""))
	if len(name) > 40 {
		name = strings.ToValidUTF8(name[:40], "")
	}
	return strings.ReplaceAll(name, " ", "")
}

func (q *query) take(name string, values []string, params []param, zone *time.Location) *fault {
	if i := slices.IndexFunc(params, func(p param) bool { return p.name == name }); i >= 0 {
		return q.search(&params[i], values, zone)
	}
	if len(values) > 1 {
		return badParam(label(name), "stands here twice")
	}
	v := values[0]
	switch name {
	case "_format", "_pretty": // read with the Accept header
	case "_count":
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return badParam(name, "a number from 1 to %d", maxCount)
		}
		q.count = min(n, maxCount)
	case "_total":
		if v != "none" {
			return badParam(name, "only none is supported: totals are not counted")
		}
	case pageParam:
		after, ok := readCursor(v)
		if !ok {
			return badParam(name, "is not one that this server gave; begin again without it")
		}
		q.after = after
	default:
		return unknownParam(name, params)
	}
	return nil
}

func unknownParam(name string, params []param) *fault {
	base, _, modified := strings.Cut(name, ":")
	known := make([]string, 0, len(params)+1)
	for _, p := range params {
		if modified && p.name == base {
			return faultf(400, "not-supported", "http."+base, "%s: modifiers are not supported", label(name))
		}
		known = append(known, p.name)
	}
	return faultf(400, "not-supported", "http."+label(name), "%s: no such search parameter here; there are %s, _count",
		label(name), strings.Join(known, ", "))
}

func (q *query) search(p *param, values []string, zone *time.Location) *fault {
	if p.kind == typeDate {
		s := span{}
		for _, v := range values { // all must hold
			one, err := parseDate(v, zone)
			if err != nil {
				return badParam(p.name, "%v", err)
			}
			s = s.and(one)
		}
		q.dates[p.name] = s
		return nil
	}
	if len(values) > 1 {
		return badParam(p.name, "stands here twice; separate alternatives by commas")
	}
	options := splitEscaped(values[0], ',')
	if p.single && len(options) > 1 || len(options) > maxOptions {
		return faultf(400, "too-costly", "http."+p.name, "%s: too many values at once", p.name)
	}
	for _, v := range options {
		if v == "" {
			return badParam(p.name, "is empty")
		}
		switch p.kind {
		case typeToken:
			t := token{code: v}
			if parts := splitEscaped(v, '|'); len(parts) == 2 {
				t = token{system: parts[0], hasSystem: true, code: parts[1]}
			}
			t.code, t.system = unescape(t.code), unescape(t.system)
			if t.code == "" {
				return badParam(p.name, "a code is needed after the |")
			}
			q.tokens[p.name] = append(q.tokens[p.name], t)
		case typeReference:
			r, ok := parseReference(unescape(v), p.targets)
			if !ok {
				return badParam(p.name, "write %s/ID", strings.Join(p.targets, "/ID or "))
			}
			q.refs[p.name] = append(q.refs[p.name], r)
		default:
			q.texts[p.name] = append(q.texts[p.name], unescape(v))
		}
	}
	return nil
}

// parseReference reads ID, TYPE/ID or a URL that ends so.
func parseReference(s string, targets []string) (reference, bool) {
	parts := strings.Split(s, "/")
	id := parts[len(parts)-1]
	if !isID(id) {
		return reference{}, false
	}
	if len(parts) == 1 {
		return reference{targets[0], id}, true
	}
	kind := parts[len(parts)-2]
	return reference{kind, id}, slices.Contains(targets, kind)
}

// isID: FHIR R4, data type id.
func isID(s string) bool {
	return len(s) >= 1 && len(s) <= 64 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") == ""
}

// splitEscaped splits at a separator that no backslash stands before (FHIR R4,
// search, "escaping search parameters").
func splitEscaped(s string, sep byte) []string {
	var out []string
	from := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case sep:
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return strings.NewReplacer(`\,`, ",", `\|`, "|", `\$`, "$", `\\`, `\`).Replace(s)
}

// ids lists the IDs of references to one kind.
func ids(refs []reference, kind string) []string {
	var out []string
	for _, r := range refs {
		if r.kind == kind {
			out = append(out, r.id)
		}
	}
	return out
}

// The cursor of a next link says only where the page ended, so any copy can
// answer it; it is no secret and is checked as any other input.

func writeCursor(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte("1/" + strings.Join(parts, "/")))
}

func readCursor(s string) ([]string, bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return nil, false
	}
	rest, ok := strings.CutPrefix(string(b), "1/")
	parts := strings.Split(rest, "/")
	for _, p := range parts {
		if !isID(p) {
			return nil, false
		}
	}
	return parts, ok
}
