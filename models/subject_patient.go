package models

import (
	"context"
	"strings"
)

// subjectsOfOne bounds how many subjects of a kind a patient is looked up
// with: the newest, which is more than anybody comes to.
const subjectsOfOne = 2000

// subjectTable is where subjects of a kind are kept with their patient.
type subjectTable struct{ kind, table, also string }

func subjectTables() []subjectTable {
	return []subjectTable{
		{"Appointment", "appointments", ""},
		{KindCarePlan, "care_plans", ""},
		{"MedicationRequest", "courses", ""},
		{"Recall", "recalls", ""},
		{KindConsent, "treatment_consents", ""},
		{"Invoice", "invoices", ""},
		{"ServiceRequest", "referrals", ""},
		{"Wait", "waits", ""},
		{KindReport, "clinical", " AND kind = '" + KindReport + "'"},
		{KindObservation, "clinical", " AND kind = '" + KindObservation + "'"},
	}
}

// PatientsOfSubjects says of which patient on record some subjects are; those
// that lead to none are left out.
func (s *Store) PatientsOfSubjects(ctx context.Context, subjects []string) (map[string]string, error) {
	out, byKind := map[string]string{}, map[string][]string{}
	for _, subject := range subjects {
		kind, id, _ := strings.Cut(subject, "/")
		if kind == "Patient" {
			out[subject] = id
			continue
		}
		byKind[kind] = append(byKind[kind], id)
	}
	for _, t := range subjectTables() {
		if len(byKind[t.kind]) == 0 {
			continue
		}
		var rows []struct{ ID, PatientID string }
		err := s.r.WithContext(ctx).Raw("SELECT id, patient_id FROM "+t.table+" WHERE id IN ? AND patient_id <> ''"+t.also, byKind[t.kind]).Scan(&rows).Error
		if err != nil {
			return nil, unavailable(s.dialect, err)
		}
		for _, r := range rows {
			out[t.kind+"/"+r.ID] = r.PatientID
		}
	}
	return out, nil
}

// SubjectsOfPatients lists what is about some patients: they themselves, their
// visits, plans, reports …
func (s *Store) SubjectsOfPatients(ctx context.Context, patients []string) ([]string, error) {
	if len(patients) == 0 {
		return nil, nil
	}
	var out []string
	for _, id := range patients {
		out = append(out, AboutPatient(id))
	}
	for _, t := range subjectTables() {
		var found []string
		err := s.r.WithContext(ctx).Raw("SELECT id FROM "+t.table+" WHERE patient_id IN ?"+t.also+" ORDER BY id DESC LIMIT ?", patients, subjectsOfOne).Scan(&found).Error
		if err != nil {
			return nil, unavailable(s.dialect, err)
		}
		for _, id := range found {
			out = append(out, t.kind+"/"+id)
		}
	}
	return out, nil
}
