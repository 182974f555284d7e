package fhir

import (
	"context"
	"errors"
	"slices"
	"time"

	"zhenban/models"
	"zhenban/templates/outreach"
	"zhenban/templates/reading"
)

// keepClinical keeps an encounter, an observation, a report or a care plan.
func (w *writer) keepClinical(ctx context.Context, d *draft) error {
	r := d.clinical
	patient, err := w.patientOf(ctx, d.e, "subject")
	if err != nil || patient == "" {
		return err
	}
	r.PatientID = patient
	if len(r.Keys) == 0 {
		r.Keys = d.e.keys()
	}
	old, later, err := w.c.store.Before(ctx, r)
	switch {
	case errors.Is(err, models.ErrOtherPatient):
		w.d.add(badConflict, "conflict", d.e.at("identifier"), "%v", err)
		return nil
	case err != nil:
		return err
	case later: // and the values it contains are older too
		d.id, d.fate = old.ID, models.FateOlder
		return nil
	}
	var results []models.Clinical
	if r.Kind == models.KindReport {
		if results, err = w.results(ctx, d, r.PatientID); err != nil {
			return err
		}
		report := *r.Report // the draft may be kept again
		for _, o := range results {
			report.Results = append(report.Results, o.ID)
		}
		report.Critical = slices.ContainsFunc(results, isCritical)
		r.Report = &report
	}
	if r.Source, err = w.source(d); err != nil {
		return err
	}
	if len(r.Keys) == 0 {
		r.Keys = []string{digestKey(r.PatientID, r.Source)}
	}
	if r.At.IsZero() {
		if r.At, err = w.firstSeen(ctx, r); err != nil {
			return err
		}
	}
	critical := r.Report != nil && r.Report.Critical || isCritical(r)
	if critical {
		r.HeldUntil = w.tx.Now.Add(w.c.clinic.Reports.Hold.Length())
	}
	r.ID = w.tx.NewID()
	kept, fate, err := w.tx.Keep(ctx, r)
	if errors.Is(err, models.ErrOtherPatient) {
		w.d.add(badConflict, "conflict", d.e.at("identifier"), "%v", err)
		return nil
	}
	if err != nil {
		return err
	}
	d.id, d.fate = kept.ID, fate
	if fate == models.FateSame || fate == models.FateOlder {
		for _, o := range results {
			delete(w.alone, o.ID)
		}
		return nil
	}
	if kept.Kind == models.KindCarePlan {
		return w.followPlan(ctx, d, kept)
	}
	if err := w.retire(old, kept); err != nil {
		return err
	}
	return w.follow(kept, critical)
}

// forever is a time that does not come.
const forever = 100 * 365 * 24 * time.Hour

// retire takes values out of what clients see of the past: those that a report
// no longer lists, and all of one that was withdrawn. They come back when a
// report lists them again.
func (w *writer) retire(old, kept models.Clinical) error {
	if old.Report == nil || kept.Report == nil {
		return nil
	}
	gone := slices.Clone(old.Report.Results)
	if kept.Status == models.EnteredInError || kept.Status == models.Withdrawn {
		gone = append(gone, kept.Report.Results...)
	} else {
		gone = slices.DeleteFunc(gone, func(id string) bool { return slices.Contains(kept.Report.Results, id) })
	}
	if len(gone) == 0 {
		return nil
	}
	return w.tx.Hold(w.tx.Now.Add(forever), gone...)
}

// firstSeen is when something without a time of its own first came: it keeps
// its place when it comes again.
func (w *writer) firstSeen(ctx context.Context, r models.Clinical) (at time.Time, err error) {
	id, err := w.c.store.Identified(ctx, r.Kind, r.Keys...)
	if err != nil || id == "" {
		return w.tx.Now, err
	}
	old, err := w.c.store.ClinicalByID(ctx, r.Kind, id)
	return old.At, err
}

// follow does what a new version brings about.
func (w *writer) follow(r models.Clinical, critical bool) error {
	switch r.Kind {
	case models.KindObservation:
		if critical {
			w.alone[r.ID] = r
		}
		return nil
	case models.KindReport:
	default:
		return nil
	}
	ids := r.Report.Results
	for _, id := range ids {
		delete(w.alone, id)
	}
	var err error
	withdrawn := r.Status == models.EnteredInError || r.Status == models.Withdrawn
	switch {
	case withdrawn:
	case critical: // the trend must not tell what the report does not
		err = w.tx.Hold(r.HeldUntil, ids...)
	default:
		err = w.tx.Release(ids...)
	}
	if err != nil {
		return err
	}
	return w.tx.Schedule(outreach.PlanReport(w.c.clinic.Clinic, r, critical, w.tx.Now)...)
}

func isCritical(r models.Clinical) bool {
	return r.Observation != nil && reading.Critical(r.Observation)
}

// results finds the observations of a report: contained ones are kept first,
// as observations of their own.
func (w *writer) results(ctx context.Context, d *draft, patient string) ([]models.Clinical, error) {
	var out []models.Clinical
	for _, ref := range d.e.list("result") {
		reference := ref.text("reference")
		if reference == "" {
			continue // named by display or identifier only: another server's
		}
		id := ""
		if i := slices.IndexFunc(d.parts, func(p *draft) bool { return "#"+p.part == reference }); i >= 0 {
			if err := w.part(ctx, d, d.parts[i], patient); err != nil {
				return nil, err
			}
			id = d.parts[i].id
		} else if kind, found := w.resolve(reference); kind == models.KindObservation {
			id = found
		}
		o, err := w.c.store.ClinicalByID(ctx, models.KindObservation, id)
		switch {
		case errors.Is(err, models.ErrNotFound):
			w.d.add(badRule, "not-found", ref.at("reference"), "there is no such Observation here: %q; send it first, or in the same transaction", label(reference))
			continue
		case err != nil:
			return nil, err
		case o.PatientID != patient:
			w.d.add(badRule, "business-rule", ref.at("reference"), "is about another patient")
			continue
		}
		out = append(out, o)
	}
	return out, nil
}

// part keeps an observation that a report contains. What identifies it is the
// report's own identifier, and its place there.
func (w *writer) part(ctx context.Context, d, part *draft, patient string) error {
	sub := *part
	sub.e.m = map[string]any{}
	for k, v := range part.e.m {
		sub.e.m[k] = v
	}
	sub.e.m["subject"] = map[string]any{"reference": "Patient/" + patient}
	if len(sub.e.keys()) == 0 {
		for _, key := range d.e.keys() {
			sub.clinical.Keys = append(sub.clinical.Keys, key+"#"+part.part)
		}
	}
	if sub.clinical.At.IsZero() {
		sub.clinical.At = d.clinical.At
	}
	err := w.keepClinical(ctx, &sub)
	part.id, part.fate = sub.id, sub.fate
	return err
}
