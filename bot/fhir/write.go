package fhir

import (
	"context"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"

	"zhenban/models"
)

// maxBody is the largest request: a file of 20 MB in base64, and room for the
// rest.
const maxBody = 32 << 20

// post answers a POST: a resource, a Bundle, or an operation.
func (s *server) post(c *call, r *http.Request, path string) (result, error) {
	kind, id, op := strings.Cut(path, "/")
	if op {
		id, name, _ := strings.Cut(id, "/")
		if kind == "Patient" && name == "$bind" {
			return s.bind(c, id)
		}
		return result{}, faultf(http.StatusNotFound, "not-supported", "", "there is no such operation; see /fhir/metadata")
	}
	if kind != "" && kind != "Bundle" && (s.byName[kind] == nil || !s.byName[kind].create) {
		return result{}, faultf(http.StatusMethodNotAllowed, "not-supported", "", "%s cannot be created here; see /fhir/metadata", label(kind)).with("Allow", "GET, HEAD")
	}
	m, err := body(r)
	if err != nil {
		return result{kind: kind}, err
	}
	d := &doc{zone: c.clinic.Location("")}
	name, _ := m["resourceType"].(string)
	if orderOf(name) < 0 && name != "Bundle" {
		return result{kind: kind}, faultf(badShape, "structure", "resourceType", "resourceType is missing, or nothing that is taken here")
	}
	shell := maps.Clone(m)
	if entries, ok := m["entry"].([]any); ok && len(entries) > 0 && m["type"] == "batch" {
		delete(shell, "entry") // what is wrong in one is its own affair
	}
	d.hygiene(shell, name, 0)
	root := elem{d, name, m}
	switch {
	case name == "Bundle" && (kind == "" || kind == "Bundle"):
		return s.bundle(c, root)
	case kind == "":
		return result{kind: name}, faultf(badShape, "structure", "resourceType", "a Bundle is posted to /fhir, a %s to /fhir/%s", name, name)
	case name != kind:
		return result{kind: kind}, faultf(badShape, "structure", name+".resourceType", "is %s, and was posted to %s", name, kind)
	}
	one := c.draft(root)
	one.ifNoneExist = r.Header.Get("If-None-Exist")
	if err := errors.Join(c.failed, d.fault()); err != nil {
		return result{kind: kind}, err
	}
	if err := s.keep(c, d, []*draft{one}); err != nil {
		return result{kind: kind}, err
	}
	return s.created(c, r, one)
}

// body reads a request's JSON.
func body(r *http.Request) (map[string]any, error) {
	if t := r.Header.Get("Content-Type"); t != "" {
		kind, _, err := mime.ParseMediaType(t)
		if err != nil || kind != "application/fhir+json" && kind != "application/json" && kind != "text/json" {
			return nil, faultf(http.StatusUnsupportedMediaType, "not-supported", "http.Content-Type", "Content-Type: only application/fhir+json is taken")
		}
	}
	data, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, faultf(http.StatusRequestEntityTooLarge, "too-long", "", "more than %d bytes at once", maxBody)
	case err != nil:
		return nil, faultf(badShape, "incomplete", "", "the request broke off")
	}
	m, err := decodeJSON(data)
	if err != nil {
		return nil, faultf(badShape, "structure", "", "is no JSON object: %v", err)
	}
	return m, nil
}

// tries bounds how often a write begins anew because another was first.
const tries = 5

// keep keeps drafts, all or none.
func (s *server) keep(c *call, d *doc, list []*draft) error {
	var err error
	for range tries {
		err = s.o.Store.Do(c.ctx, func(ctx context.Context, tx *models.Tx) error {
			d.issues, d.status = nil, 0
			w := &writer{c: c.within(tx), server: s, tx: tx, d: d, refs: map[string]string{}, alone: map[string]models.Clinical{}}
			return w.keep(ctx, list)
		})
		if !errors.Is(err, models.ErrStale) {
			break
		}
	}
	if errors.Is(err, models.ErrStale) {
		return faultf(badConflict, "conflict", "", "the same is being written by others at this moment; try again")
	}
	if err == nil {
		s.o.Wake()
	}
	return err
}

// within is the call as a transaction sees it.
func (c *call) within(tx *models.Tx) *call {
	in := *c
	in.store, in.now = tx.Read(), tx.Now
	return &in
}

// created answers with what was kept, as it stands now.
func (s *server) created(c *call, r *http.Request, d *draft) (result, error) {
	c.lean = true // the sender has its files
	found, err := s.byName[d.kind].read(c, d.id)
	if err != nil {
		return result{kind: d.kind}, err
	}
	res := result{body: found, kind: d.kind, id: d.id, count: 1, status: http.StatusOK, location: c.base + "/fhir/" + d.kind + "/" + d.id}
	if d.fate == models.FateNew {
		res.status = http.StatusCreated
	}
	switch prefer := r.Header.Get("Prefer"); {
	case strings.Contains(prefer, "return=OperationOutcome"):
		res.body = &operationOutcome{header{ResourceType: "OperationOutcome"}, append(d.e.d.notes, issue{Severity: "information", Code: "informational", Diagnostics: "taken"})}
	case strings.Contains(prefer, "return=minimal"):
		res.body = nil
	}
	return res, nil
}
