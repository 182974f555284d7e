package fhir

import (
	"errors"
	"slices"
	"strings"

	"zhenban/models"
	"zhenban/templates/outreach"
)

type task struct {
	header
	Status          string           `json:"status"`
	Intent          string           `json:"intent"`
	Priority        string           `json:"priority"`
	Code            *concept         `json:"code"`
	Description     string           `json:"description,omitempty"`
	Focus           *ref             `json:"focus,omitempty"`
	For             *ref             `json:"for,omitempty"`
	ExecutionPeriod *period          `json:"executionPeriod,omitempty"`
	AuthoredOn      string           `json:"authoredOn"`
	LastModified    string           `json:"lastModified"`
	Owner           *ref             `json:"owner,omitempty"`
	Location        *ref             `json:"location,omitempty"`
	Restriction     *taskRestriction `json:"restriction,omitempty"`
	Output          []taskOutput     `json:"output,omitempty"`
}

type taskRestriction struct {
	Period period `json:"period"`
}

type taskOutput struct {
	Type        *concept `json:"type"`
	ValueString string   `json:"valueString"`
}

const (
	kindTask   = "Task"
	sysCase    = "urn:zhenban:case"    // the kind of a case
	sysSubject = "urn:zhenban:subject" // KIND/ID of what is not served here
)

// taskState reads a state of FHIR's: the state of a case that it is; "" for one
// that no case comes to.
func taskState(code string) (state string, known bool) {
	switch code {
	case "requested":
		return models.CaseOpen, true
	case "accepted":
		return models.CaseTaken, true
	case "completed":
		return models.CaseClosed, true
	}
	return "", slices.Contains([]string{
		"draft", "received", "rejected", "ready", "cancelled", "in-progress", "on-hold", "failed", "entered-in-error",
	}, code)
}

func caseTasks() *resource {
	return &resource{
		name: kindTask,
		doc: "What staff must deal with, oldest first: requested while nobody has taken it, accepted by its owner, completed with the result as output. " +
			"restriction.period.end is by when.",
		params: []param{
			paramID(),
			{name: "patient", kind: typeReference, targets: []string{"Patient"}, doc: "about whom"},
			{name: "status", kind: typeToken, doc: "requested, accepted or completed"},
		},
		read: func(c *call, id string) (instance, error) {
			list, err := c.tasks(models.CaseSearch{IDs: []string{id}, Limit: 1})
			if err == nil && len(list) == 0 {
				err = models.ErrNotFound
			}
			if err != nil {
				return nil, err
			}
			return list[0], nil
		},
		search: searchTasks,
	}
}

func searchTasks(c *call, q *query) (page, error) {
	f := models.CaseSearch{IDs: q.idTokens(), Patients: ids(q.refs["patient"], "Patient"), Limit: q.count + 1}
	for _, t := range q.tokens["status"] {
		state, known := taskState(t.code)
		if !known {
			return page{}, badParam("status", "none of FHIR's states of a task: requested, accepted, completed …")
		}
		if state != "" {
			f.States = append(f.States, state)
		}
	}
	if len(q.tokens["status"]) > 0 && len(f.States) == 0 {
		return page{}, nil
	}
	if len(q.after) > 0 {
		f.After = q.after[0]
	}
	items, err := c.tasks(f)
	return cut(items, q.count, byID), err
}

func (c *call) tasks(f models.CaseSearch) ([]instance, error) {
	list, err := c.store.FindCases(c.ctx, f)
	if err != nil {
		return nil, err
	}
	subjects := make([]string, len(list))
	for i := range list {
		subjects[i] = list[i].Subject
	}
	patients, err := c.store.PatientsOfSubjects(c.ctx, subjects)
	if err != nil {
		return nil, err
	}
	out := make([]instance, len(list))
	for i := range list {
		if out[i], err = c.task(list[i], patients[list[i].Subject]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// task makes a resource of a case.
func (c *call) task(k models.Case, patient string) (instance, error) {
	zone := c.clinic.Location(k.Branch)
	out := &task{
		header: header{ResourceType: kindTask, ID: k.ID}, Status: "requested", Intent: "order", Priority: "routine",
		Code: coded(sysCase, k.Kind, k.Kind), Focus: subjectRef(k.Subject),
		AuthoredOn: instant(k.CreatedAt.In(zone)), LastModified: instant(k.UpdatedAt.In(zone)),
	}
	if c.book != nil {
		speaker := outreach.Speaker{Book: c.book, Language: c.lang(), Clinic: c.clinic.Clinic}
		out.Description = clean(speaker.CaseText(c.lang(), k))
	}
	if k.Urgent {
		out.Priority = "urgent"
	}
	if patient != "" {
		out.For = &ref{Reference: "Patient/" + patient}
	}
	if k.Branch != "" {
		where := c.locationRef(k.Branch)
		out.Location = &where
	}
	if !k.DueAt.IsZero() {
		out.Restriction = &taskRestriction{period{End: instant(k.DueAt.In(zone))}}
	}
	switch k.State {
	case models.CaseTaken:
		out.Status = "accepted"
	case models.CaseClosed:
		out.Status, out.ExecutionPeriod = "completed", &period{End: instant(k.ClosedAt.In(zone))}
		if result := clean(k.Result); result != "" {
			out.Output = []taskOutput{{worded("result"), result}}
		}
	}
	owner, err := c.owner(k.Owner)
	if err != nil {
		return nil, err
	}
	out.Owner = owner
	return seal(out, k.UpdatedAt)
}

// owner names a member of staff: by the practitioner they are, or by name.
func (c *call) owner(id string) (*ref, error) {
	if id == "" {
		return nil, nil
	}
	m, err := c.store.StaffByID(c.ctx, id)
	switch {
	case errors.Is(err, models.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case m.Practitioner != "":
		who := c.practitionerRef(m.Practitioner)
		return &who, nil
	case clean(m.Name) == "":
		return nil, nil
	}
	return &ref{Display: clean(m.Name)}, nil
}

// subjectRef refers to what something is about: to what is read here, or by
// its name.
func subjectRef(subject string) *ref {
	kind, _, _ := strings.Cut(subject, "/")
	switch kind {
	case "":
		return nil
	case "Appointment", "Patient", models.KindCarePlan, models.KindConsent, models.KindReport, models.KindObservation:
		return &ref{Reference: subject}
	}
	return &ref{Identifier: &identifier{System: sysSubject, Value: subject}}
}
