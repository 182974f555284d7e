package fhir

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/models"
)

// raw is a resource that is given out as it was sent, with our ID and version.
type raw struct {
	header
	body map[string]any
	at   time.Time
}

// MarshalJSON implements json.Marshaler.
func (r *raw) MarshalJSON() ([]byte, error) {
	r.body["resourceType"], r.body["id"] = r.ResourceType, r.ID
	if r.Meta != nil {
		m, _ := r.body["meta"].(map[string]any)
		all := map[string]any{}
		for k, v := range m {
			all[k] = v
		}
		delete(all, "versionId")
		all["lastUpdated"] = r.Meta.LastUpdated
		if r.Meta.VersionID != "" {
			all["versionId"] = r.Meta.VersionID
		}
		r.body["meta"] = all
	}
	return json.Marshal(r.body)
}

func decodeJSON(data []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var m map[string]any
	var mistyped *json.UnmarshalTypeError
	switch err := d.Decode(&m); {
	case errors.As(err, &mistyped):
		return nil, fmt.Errorf("it is of type %s", mistyped.Value)
	case err != nil:
		return nil, err
	case m == nil:
		return nil, errors.New("it is null")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more stands behind the object")
	}
	return m, nil
}

// clinical makes a resource of what is kept; with its files only when one is
// read, since a page of them would be too large.
func (c *call) clinical(r models.Clinical, files bool) (instance, error) {
	body, err := decodeJSON(r.Source)
	if err != nil {
		return nil, err
	}
	out := &raw{header: header{ResourceType: r.Kind, ID: r.ID}, body: body, at: r.At}
	if _, err := seal(out, r.UpdatedAt); err != nil { // before the files: a page has the same version
		return nil, err
	}
	if files && r.Report != nil {
		forms, _ := body["presentedForm"].([]any)
		for _, f := range r.Report.Files {
			form, _ := nth(forms, f.Part).(map[string]any)
			if form == nil {
				continue
			}
			data, err := c.files.Get(c.ctx, f.Key)
			if err != nil {
				return nil, err
			}
			form["data"] = base64.StdEncoding.EncodeToString(data)
		}
	}
	return out, nil
}

func nth(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// clinicals serves one kind of what the clinic's systems sent.
func clinicals(kind, doc string, params ...param) *resource {
	params = append([]param{
		paramID(),
		{name: "identifier", kind: typeToken, doc: "what the sender calls it, SYSTEM|VALUE; VALUE alone finds what has no system"},
		{name: "patient", kind: typeReference, targets: []string{"Patient"}, doc: "of whom"},
		{name: "subject", kind: typeReference, targets: []string{"Patient"}, doc: "the same as patient"},
		{name: "date", kind: typeDate, doc: "when it was so (effective), or else when it was issued"},
		{name: "status", kind: typeToken, doc: "a state of FHIR's"},
	}, params...)
	return &resource{
		name: kind, doc: doc, params: params,
		read: func(c *call, id string) (instance, error) {
			r, err := c.store.ClinicalByID(c.ctx, kind, id)
			if err != nil {
				return nil, err
			}
			return c.clinical(r, !c.lean)
		},
		search: func(c *call, q *query) (page, error) { return searchClinicals(c, kind, q) },
		create: true,
	}
}

func reports() *resource {
	return clinicals(models.KindReport, "Reports, newest first. The same identifier is the same report: posted again it is brought up to date, and a "+
		"preliminary one that arrives after the final one changes nothing. Files are PDF, PNG or JPEG up to 20 MB as presentedForm.data; a search leaves them out.",
		param{name: "code", kind: typeToken, doc: "what was examined"}, param{name: "category", kind: typeToken, doc: "LAB, RAD …"})
}

func observations() *resource {
	return clinicals(models.KindObservation, "Findings, newest first. A value that the sender flags LL, HH or AA reaches the doctor before the client.",
		param{name: "code", kind: typeToken, doc: "what was observed"}, param{name: "category", kind: typeToken, doc: "laboratory, vital-signs …"})
}

func encounters() *resource {
	return clinicals(models.KindEncounter, "Visits as the clinic's system has them, kept as they are.")
}

func carePlans() *resource {
	r := clinicals(models.KindCarePlan, "Care plans: those that run here, with the plan of the profile in instantiatesUri, and those that were sent, kept as they are. "+
		"One that is sent with instantiatesUri or instantiatesCanonical ending in the ID of a plan of the profile starts it.")
	sent := r.read
	r.read = func(c *call, id string) (instance, error) {
		p, err := c.store.CarePlanByID(c.ctx, id)
		if errors.Is(err, models.ErrNotFound) || err == nil && (p.PatientID == "" || strings.HasPrefix(p.Key, postedPlan)) {
			return sent(c, id)
		}
		if err != nil {
			return nil, err
		}
		return c.runningPlan(p)
	}
	return r
}

func searchClinicals(c *call, kind string, q *query) (page, error) {
	window := q.dates["date"]
	f := models.ClinicalSearch{Kind: kind, From: window.From, To: window.To, Limit: q.count + 1}
	if window.empty() {
		return page{}, nil
	}
	for _, name := range []string{"patient", "subject"} {
		f.Patients = append(f.Patients, ids(q.refs[name], "Patient")...)
	}
	for _, t := range q.tokens["_id"] {
		f.IDs = append(f.IDs, t.code)
	}
	for _, t := range q.tokens["status"] {
		f.Statuses = append(f.Statuses, t.code)
	}
	for _, t := range q.tokens["category"] {
		f.Categories = append(f.Categories, t.code)
	}
	for _, t := range q.tokens["code"] {
		f.Codes = append(f.Codes, joined(t))
	}
	for _, t := range q.tokens["identifier"] {
		f.Keys = append(f.Keys, t.system+"|"+t.code)
	}
	if len(q.after) > 0 {
		ms, err := strconv.ParseInt(q.after[0], 10, 64)
		if err != nil || len(q.after) != 2 || ms < 0 || ms > maxMillis {
			return page{}, badParam(pageParam, "is not one that this server gave; begin again without it")
		}
		f.BeforeAt, f.BeforeID = time.UnixMilli(ms), q.after[1]
	}
	list, err := c.store.ClinicalRecords(c.ctx, f)
	if err != nil {
		return page{}, err
	}
	items := make([]instance, len(list))
	for i, r := range list {
		if items[i], err = c.clinical(r, false); err != nil {
			return page{}, err
		}
	}
	if kind == models.KindCarePlan {
		if items, err = c.withPlans(items, f); err != nil {
			return page{}, err
		}
	}
	return cut(slices.Clip(items), q.count, func(last instance) []string {
		r := last.(*raw)
		return []string{strconv.FormatInt(r.at.UnixMilli(), 10), r.ID}
	}), nil
}

func joined(t token) string {
	if t.hasSystem {
		return t.system + "|" + t.code
	}
	return t.code
}
