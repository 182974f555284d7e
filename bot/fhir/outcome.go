package fhir

import (
	"fmt"
	"net/http"
)

// fault is a request that cannot be answered: the HTTP status, the FHIR issue
// type, what to say, and the element or parameter at fault.
type fault struct {
	status     int
	code       string // http://hl7.org/fhir/issue-type
	expression string // FHIRPath, or http.NAME of a parameter or header
	text       string
	header     map[string]string
	issues     []issue // every one, where there are several
}

// Error is what the client is told.
func (f *fault) Error() string { return f.text }

func faultf(status int, code, expression, format string, args ...any) *fault {
	return &fault{status: status, code: code, expression: expression, text: fmt.Sprintf(format, args...)}
}

// badParam is a search parameter that cannot be understood.
func badParam(name, format string, args ...any) *fault {
	return faultf(http.StatusBadRequest, "invalid", "http."+name, name+": "+format, args...)
}

func notFound(kind string) *fault {
	return faultf(http.StatusNotFound, "not-found", "", "there is no such %s", kind)
}

func (f *fault) with(header, value string) *fault {
	if f.header == nil {
		f.header = map[string]string{}
	}
	f.header[header] = value
	return f
}

type operationOutcome struct {
	header
	Issue []issue `json:"issue"`
}

type issue struct {
	Severity    string   `json:"severity"`
	Code        string   `json:"code"`
	Diagnostics string   `json:"diagnostics,omitempty"`
	Expression  []string `json:"expression,omitempty"`
}

func (f *fault) outcome() *operationOutcome {
	if len(f.issues) > 0 {
		return &operationOutcome{header: header{ResourceType: "OperationOutcome"}, Issue: f.issues}
	}
	one := issue{Severity: "error", Code: f.code, Diagnostics: clean(f.text)}
	if f.expression != "" {
		one.Expression = []string{f.expression}
	}
	return &operationOutcome{header: header{ResourceType: "OperationOutcome"}, Issue: []issue{one}}
}
