package staff

import (
	"encoding/json"
	"fmt"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// chatSystem names the reports that were put together in a chat.
const chatSystem = "urn:zhenban:chat"

// photoReport makes the report of photos or documents, with its pages as FHIR's
// presentedForm.
func photoReport(t *bot.Turn, s publishState, p models.Patient, pages []models.Attachment, status string) (models.Clinical, error) {
	r := models.Clinical{
		ID: t.Store.NewID(t.Now), Kind: models.KindReport, PatientID: p.ID, Status: status, At: t.Now, Issued: t.Now, Version: 1,
		Keys: []string{chatSystem + "|" + pages[0].ID}, Report: &models.Report{Code: models.Code{Text: s.Title}, Effective: t.Now},
	}
	if status == models.Final {
		r.Report.Doctor = t.Staff.Name
	}
	forms := make([]map[string]any, len(pages))
	for i, a := range pages {
		title := s.Title
		if len(pages) > 1 {
			title = fmt.Sprintf("%s %d", s.Title, i+1)
		}
		r.Report.Files = append(r.Report.Files, models.File{Key: a.File, ContentType: a.ContentType, Title: title, Size: a.Size, Part: i})
		forms[i] = map[string]any{"contentType": a.ContentType, "title": title, "size": a.Size}
	}
	at := t.Now.Format(time.RFC3339)
	var err error
	r.Source, err = json.Marshal(map[string]any{
		"resourceType": models.KindReport, "status": status, "identifier": []any{map[string]any{"system": chatSystem, "value": pages[0].ID}},
		"code": map[string]any{"text": s.Title}, "subject": map[string]any{"reference": "Patient/" + p.ID}, "effectiveDateTime": at, "issued": at,
		"performer": []any{map[string]any{"display": t.Staff.Name}}, "presentedForm": forms,
	})
	return r, err
}

// chatSource is what is read of such a report again.
type chatSource struct {
	Identifier []struct{ System, Value string } `json:"identifier"`
}

func sourceOf(r models.Clinical) (key string, ok bool) {
	var s chatSource
	if json.Unmarshal(r.Source, &s) != nil || len(s.Identifier) == 0 || s.Identifier[0].System != chatSystem {
		return "", false
	}
	return chatSystem + "|" + s.Identifier[0].Value, true
}

// fromChat reports a report that was put together in a chat.
func fromChat(r models.Clinical) bool {
	_, ok := sourceOf(r)
	return ok && r.Report != nil
}

// confirmed is a report as it stands once a doctor has confirmed it.
func confirmed(r models.Clinical, now time.Time) (models.Clinical, error) {
	key, _ := sourceOf(r)
	var m map[string]any
	if err := json.Unmarshal(r.Source, &m); err != nil {
		return r, err
	}
	m["status"], m["issued"] = models.Final, now.Format(time.RFC3339)
	var err error
	r.Source, err = json.Marshal(m)
	r.Status, r.Issued, r.Keys = models.Final, now, []string{key}
	report := *r.Report
	r.Report = &report
	return r, err
}
