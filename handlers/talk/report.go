package talk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"zhenban/bot"
	"zhenban/bot/fhir"
	"zhenban/models"
)

const apiToken = "the clinic's systems"

// lab posts a report as the clinic's laboratory does, over FHIR:
//
//	[lab PATIENT NUMBER STATUS CATEGORY TITLE | NAME LOINC VALUE UNIT LOW HIGH FLAG | doctor NAME | words TEXT | pdf TITLE]
//
// A field that is not given is "-".
func (k *Talk) lab(arg string) error {
	parts := strings.Split(arg, "|")
	head := strings.Fields(parts[0])
	if len(head) != 5 {
		return errors.New("wants patient, number, status, category and title")
	}
	patient, err := k.patientNamed(head[0])
	if err != nil {
		return err
	}
	r := map[string]any{
		"resourceType": "DiagnosticReport", "identifier": []any{map[string]any{"system": "urn:lab", "value": head[1]}}, "status": head[2],
		"category": []any{map[string]any{"coding": []any{map[string]any{"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": head[3]}}}},
		"code":     map[string]any{"text": head[4]}, "subject": map[string]any{"reference": "Patient/" + patient},
		"effectiveDateTime": k.Clock.Now().Format("2006-01-02T15:04:05Z07:00"),
	}
	var contained, results []any
	for i, part := range parts[1:] {
		verb, rest, _ := strings.Cut(strings.TrimSpace(part), " ")
		switch verb {
		case "doctor":
			r["performer"] = []any{map[string]any{"display": rest}}
		case "words":
			r["conclusion"] = rest
		case "pdf":
			pdf := "%PDF-1.4\n% " + rest + "\n%%EOF\n"
			r["presentedForm"] = []any{map[string]any{"contentType": "application/pdf", "title": rest, "data": base64.StdEncoding.EncodeToString([]byte(pdf))}}
		default:
			id := fmt.Sprintf("o%d", i)
			o, err := finding(id, strings.Fields(part))
			if err != nil {
				return err
			}
			contained, results = append(contained, o), append(results, map[string]any{"reference": "#" + id})
		}
	}
	if contained != nil {
		r["contained"], r["result"] = contained, results
	}
	return k.Post("DiagnosticReport", r)
}

// patientNamed finds a patient of the records by name.
func (k *Talk) patientNamed(name string) (string, error) {
	list, err := k.Store.PatientsAfter(context.Background(), "", 1000)
	if err != nil {
		return "", err
	}
	for _, p := range list {
		if p.Name == name {
			return p.ID, nil
		}
	}
	return "", fmt.Errorf("no patient %s", name)
}

// explain approves how a value is explained, as it reads now.
func (k *Talk) explain(id string) error {
	a := k.Clinic.AnalyteByID(id)
	if a == nil {
		return fmt.Errorf("no analyte %s", id)
	}
	k.Do(func(_ context.Context, tx *models.Tx) error {
		return tx.Decide(models.Approval{Kind: "analyte", ID: id, Hash: a.Hash(), Approved: true, By: "talk"})
	})
	return nil
}

// birth completes a patient's record.
func (k *Talk) birth(arg string) error {
	f := append(strings.Fields(arg), "", "")
	id, err := k.patientNamed(f[0])
	if err != nil {
		return err
	}
	p, err := k.Store.PatientByID(context.Background(), id)
	if err != nil {
		return err
	}
	p.BirthDate, p.Sex = f[1], f[2]
	k.Do(func(_ context.Context, tx *models.Tx) error { return tx.SavePatient(p) })
	return nil
}

func finding(id string, f []string) (map[string]any, error) {
	if len(f) != 7 {
		return nil, fmt.Errorf("%q: wants name, LOINC, value, unit, low, high, flag", strings.Join(f, " "))
	}
	code := map[string]any{"text": f[0]}
	if f[1] != "-" {
		code["coding"] = []any{map[string]any{"system": "http://loinc.org", "code": f[1]}}
	}
	o := map[string]any{"resourceType": "Observation", "id": id, "status": "final", "code": code}
	if strings.Trim(f[2], "0123456789.") == "" {
		q := map[string]any{"value": json.Number(f[2])}
		if f[3] != "-" {
			q["unit"] = f[3]
		}
		o["valueQuantity"] = q
	} else {
		o["valueString"] = f[2]
	}
	limits := map[string]any{}
	for i, name := range []string{"low", "high"} {
		if f[4+i] != "-" {
			limits[name] = map[string]any{"value": json.Number(f[4+i])}
		}
	}
	if len(limits) > 0 {
		o["referenceRange"] = []any{limits}
	}
	if f[6] != "-" {
		o["interpretation"] = []any{map[string]any{"coding": []any{map[string]any{
			"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": f[6],
		}}}}
	}
	return o, nil
}

// Post sends a resource to the FHIR interface and delivers what it brings about.
func (k *Talk) Post(kind string, resource map[string]any) error {
	body, err := json.Marshal(resource)
	if err != nil {
		return err
	}
	api := fhir.New(fhir.Options{Store: k.Store, Clinic: func() *bot.Clinic { return k.Clinic }, Token: apiToken, Now: k.Clock.Now, Files: k.Files})
	req := httptest.NewRequestWithContext(k.T.Context(), http.MethodPost, "/fhir/"+kind, strings.NewReader(string(body)))
	req.Header.Set("Authorization", "Bearer "+apiToken)
	w := httptest.NewRecorder()
	api.ServeHTTP(w, req)
	if w.Code != http.StatusOK && w.Code != http.StatusCreated {
		return fmt.Errorf("%d: %s", w.Code, w.Body)
	}
	k.Advance(0)
	return nil
}
