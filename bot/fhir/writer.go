package fhir

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"zhenban/models"
	"zhenban/templates/outreach"
)

// writer keeps what was sent, within one transaction.
type writer struct {
	c      *call
	server *server
	tx     *models.Tx
	d      *doc
	refs   map[string]string          // what the sender calls it → TYPE/ID here
	alone  map[string]models.Clinical // critical observations that no report has taken up
}

func (w *writer) keep(ctx context.Context, list []*draft) error {
	inherit(list)
	order := slices.Clone(list)
	slices.SortStableFunc(order, func(a, b *draft) int {
		return cmp.Or(cmp.Compare(orderOf(a.kind), orderOf(b.kind)), cmp.Compare(group(a), group(b)))
	})
	for _, d := range order {
		if err := w.one(ctx, d); err != nil {
			return err
		}
		w.name(d)
	}
	for _, id := range sortedKeys(w.alone) {
		r := w.alone[id]
		if err := w.tx.Schedule(outreach.PlanReport(w.c.clinic.Clinic, r, true, w.tx.Now)...); err != nil {
			return err
		}
	}
	return w.d.fault()
}

// inherit gives observations that do not say whom they are about the subject
// of the report that lists them.
func inherit(list []*draft) {
	for _, r := range list {
		subject := r.e.m["subject"]
		if r.kind != models.KindReport || subject == nil {
			continue
		}
		for _, ref := range r.e.list("result") {
			named := ref.text("reference")
			for _, o := range list {
				if o.kind == models.KindObservation && !o.e.has("subject") && named != "" && (named == o.fullURL || named == o.kind+"/"+o.e.text("id")) {
					o.e.m["subject"] = subject
				}
			}
		}
	}
}

// group puts observations that name others behind those.
func group(d *draft) int {
	if d.e.has("hasMember") || d.e.has("derivedFrom") {
		return 1
	}
	return 0
}

// name makes a draft found by what the sender calls it.
func (w *writer) name(d *draft) {
	here := d.kind + "/" + d.id
	if d.fullURL != "" {
		w.refs[d.fullURL] = here
	}
	if id := d.e.text("id"); id != "" && d.part == "" {
		w.refs[d.kind+"/"+id] = here
	}
}

// one keeps one draft, or finds that it is here.
func (w *writer) one(ctx context.Context, d *draft) error {
	if d.ifNoneExist != "" {
		found, err := w.existing(d)
		if err != nil || found {
			return err
		}
	}
	switch d.kind {
	case "Patient":
		return w.keepPatient(ctx, d)
	case "Appointment":
		return w.keepAppointment(ctx, d)
	}
	return w.keepClinical(ctx, d)
}

// existing is a conditional create (FHIR R4, 3.1.0.8.1): one match is taken for
// it, none creates it, several are an error.
func (w *writer) existing(d *draft) (bool, error) {
	res := w.server.byName[d.kind]
	q, f := parseQuery(d.ifNoneExist, res.params, w.c.clinic.Location(""))
	if f == nil && len(q.tokens)+len(q.refs)+len(q.dates)+len(q.texts) == 0 { // _count alone would find anybody
		f = badParam("If-None-Exist", "names nothing to look for")
	}
	if f != nil {
		w.d.add(f.status, f.code, d.e.path, "If-None-Exist: %s", f.text)
		return true, nil
	}
	p, err := res.search(w.c, q)
	switch {
	case err != nil:
		return true, err
	case len(p.items) > 1:
		w.d.add(412, "multiple-matches", d.e.path, "If-None-Exist: several match")
		return true, nil
	case len(p.items) == 1:
		d.id, d.fate = p.items[0].head().ID, models.FateSame
		return true, nil
	}
	return false, nil
}

// resolve finds what a reference means: TYPE and ID here, "" when it cannot be
// here.
func (w *writer) resolve(reference string) (kind, id string) {
	if here := w.refs[reference]; here != "" {
		reference = here
	} else {
		reference = strings.TrimPrefix(reference, w.c.base+"/fhir/")
		reference, _, _ = strings.Cut(reference, "/_history/")
		if here := w.refs[reference]; here != "" {
			reference = here
		}
	}
	kind, id, ok := strings.Cut(reference, "/")
	if !ok || !isID(id) || orderOf(kind) < 0 {
		return "", ""
	}
	return kind, id
}

// rewrite copies a document with its references as they are here.
func (w *writer) rewrite(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = w.rewrite(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			if s, ok := x.(string); ok && k == "reference" {
				if here := w.refs[s]; here != "" {
					x = here
				}
			}
			out[k] = w.rewrite(x)
		}
		return out
	case string:
		return strings.TrimSpace(v) // FHIR wants no space around a string
	}
	return v
}

// source is a document as it is kept: without what the sender's server said
// about its own copy of it.
func (w *writer) source(d *draft) ([]byte, error) {
	m, _ := w.rewrite(d.e.m).(map[string]any)
	delete(m, "id")
	if meta, ok := m["meta"].(map[string]any); ok {
		delete(meta, "versionId")
		if delete(meta, "lastUpdated"); len(meta) == 0 {
			delete(m, "meta")
		}
	}
	return json.Marshal(m)
}

// patientOf finds whom a resource is about.
func (w *writer) patientOf(ctx context.Context, e elem, name string) (string, error) {
	if !e.need(name) {
		return "", nil
	}
	subject, ok := e.object(name)
	if !ok {
		return "", nil
	}
	if i, ok := subject.object("identifier"); ok && !subject.has("reference") {
		return w.patientBy(ctx, i)
	}
	reference := subject.text("reference")
	if part, ok := e.containedBy(strings.TrimPrefix(reference, "#")); ok && strings.HasPrefix(reference, "#") {
		for _, i := range part.list("identifier") {
			if id, err := w.patientBy(ctx, i); err != nil || id != "" {
				return id, err
			}
		}
	}
	if kind, id := w.resolve(reference); kind == "Patient" {
		p, err := w.c.store.PatientByID(ctx, id)
		if err == nil {
			return p.ID, nil
		}
		if !errors.Is(err, models.ErrNotFound) {
			return "", err
		}
	}
	w.d.add(badRule, "not-found", subject.at("reference"), "there is no such Patient here: %q; send it first, or in the same transaction", label(reference))
	return "", nil
}

func (w *writer) patientBy(ctx context.Context, i elem) (string, error) {
	value, system := i.text("value"), i.text("system")
	id, err := w.c.store.Identified(ctx, "Patient", system+"|"+value)
	if err == nil && id == "" && (system == sysPatient || system == "") {
		var p models.Patient
		if p, err = w.c.store.PatientByIdentifier(ctx, value); errors.Is(err, models.ErrNotFound) {
			err = nil
		}
		id = p.ID
	}
	if err == nil && id == "" {
		w.d.add(badRule, "not-found", i.path, "there is no Patient with this identifier here")
	}
	return id, err
}

// digestKey identifies what has no identifier by what it says.
func digestKey(patient string, source []byte) string {
	sum := sha256.Sum256(append([]byte(patient+"\x00"), source...))
	return "content|" + hex.EncodeToString(sum[:])
}
