package fhir_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/fhir"
	"zhenban/models"
	"zhenban/templates"
)

// object follows a path of names and indexes into what was decoded.
func object(t testing.TB, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			require.True(t, ok, "%v of %v", step, v)
			v = m[step]
		case int:
			list, ok := v.([]any)
			require.True(t, ok && step < len(list), "%v of %v", step, v)
			v = list[step]
		}
	}
	return v
}

func (c *clinic) one(path string) map[string]any {
	c.t.Helper()
	w := c.get("/fhir/" + path)
	require.Equal(c.t, http.StatusOK, w.Code, w.Body)
	r := decode(c.t, w.Body.Bytes())
	wellFormed(c.t, path, any(r))
	return r
}

func (c *clinic) looked(subject string) {
	c.t.Helper()
	looks, err := c.Looks(context.Background(), subject, 10)
	require.NoError(c.t, err)
	assert.NotEmpty(c.t, looks, subject)
}

// A form is given out as a Questionnaire, and what was answered to it by
// linkId with the value of its type, in the order of the form; a photo without
// its bytes.
func TestForms(t *testing.T) {
	c := vet(t)
	c.people()
	form := c.one("Questionnaire/mouth")
	assert.Equal(t, c.profile.Form("mouth").Hash(), form["version"])
	items := map[string]map[string]any{}
	for _, i := range form["item"].([]any) {
		items[i.(map[string]any)["linkId"].(string)] = i.(map[string]any)
	}
	assert.Equal(t, "all", object(t, items["appetite"], "answerOption", 0, "valueCoding", "code"))
	assert.Len(t, items["temperature"]["extension"], 3, "bounds and unit")
	assert.InDelta(t, 0, object(t, items["pain"], "extension", 0, "valueInteger"), 0)
	list, _ := c.search("/fhir/Questionnaire?title=" + "body+condition")
	assert.Equal(t, []string{"body-condition"}, idsOf(list))
	assert.Len(t, c.all("/fhir/Questionnaire?_count=2"), len(c.profile.Forms))
	assert.Equal(t, http.StatusNotFound, c.get("/fhir/Questionnaire/none").Code)

	answer := func(id, patient, status string, answers map[string]any) {
		c.do(func(_ context.Context, tx *models.Tx) error {
			return tx.SaveResponse(models.QuestionnaireResponse{
				ID: id, Key: id, Form: "mouth", Subject: "CarePlan/01PLAN", PatientID: patient, ContactID: "web:x", Status: status, Flag: "red", Answers: answers,
			})
		})
		c.Clock.Advance(time.Hour)
	}
	c.do(func(_ context.Context, tx *models.Tx) error {
		return tx.SaveAttachment(models.Attachment{ID: "01PHOTO", ContactID: "web:x", PatientID: "01PATIENT1", File: "secret-place", ContentType: "image/jpeg", Size: 9, At: c.Clock.Now()})
	})
	answer("01ANSWER1", "01PATIENT1", models.ResponseCompleted, map[string]any{
		"note": "有点\x00没精神", "appetite": "half", "mouth": []string{"ooze", "smell"}, "temperature": 38.5, "pain": 3.0, "photo": []string{"01PHOTO", "01GONE"}, "old": true,
	})
	answer("01ANSWER2", "01PATIENT1", models.ResponseInProgress, map[string]any{"appetite": "all"})
	answer("01ANSWER3", "01PATIENT2", models.ResponseCompleted, nil)
	answer("01ANSWER4", "", models.ResponseCompleted, nil)

	r := c.one("QuestionnaireResponse/01ANSWER1")
	assert.Equal(t, "Patient/01PATIENT1 CarePlan/01PLAN red", object(t, r, "subject", "reference").(string)+" "+
		object(t, r, "basedOn", 0, "reference").(string)+" "+object(t, r, "meta", "tag", 0, "code").(string))
	assert.Equal(t, form["url"], r["questionnaire"])
	got := map[string]any{}
	order := []string{}
	for _, i := range r["item"].([]any) {
		id := object(t, i, "linkId").(string)
		order = append(order, id)
		got[id] = object(t, i, "answer")
	}
	assert.Equal(t, []string{"appetite", "mouth", "temperature", "pain", "photo", "note", "old"}, order)
	assert.Equal(t, "half", object(t, got["appetite"], 0, "valueCoding", "code"))
	assert.Equal(t, "smell", object(t, got["mouth"], 1, "valueCoding", "code"))
	assert.InDelta(t, 38.5, object(t, got["temperature"], 0, "valueDecimal"), 1e-9)
	assert.InDelta(t, 3, object(t, got["pain"], 0, "valueInteger"), 0)
	assert.Equal(t, "有点没精神", object(t, got["note"], 0, "valueString"))
	assert.Equal(t, true, object(t, got["old"], 0, "valueBoolean"))
	require.Len(t, got["photo"], 1)
	photo := object(t, got["photo"], 0, "valueAttachment").(map[string]any)
	assert.Equal(t, "image/jpeg", photo["contentType"])
	assert.NotContains(t, photo, "data")
	assert.NotContains(t, photo, "url")
	c.looked("QuestionnaireResponse/01ANSWER1")

	for query, want := range map[string][]string{
		"":                                 {"01ANSWER1", "01ANSWER2", "01ANSWER3"},
		"?_count=1":                        {"01ANSWER1", "01ANSWER2", "01ANSWER3"},
		"?patient=01PATIENT1":              {"01ANSWER1", "01ANSWER2"},
		"?status=in-progress":              {"01ANSWER2"},
		"?questionnaire=mouth":             {"01ANSWER1", "01ANSWER2", "01ANSWER3"},
		"?questionnaire=intake":            {},
		"?authored=ge2026-11-23T02:30:00Z": {"01ANSWER3"},
		"?_id=01ANSWER4":                   {},
	} {
		assert.Equal(t, want, idsOf(c.all("/fhir/QuestionnaireResponse"+query)), query)
	}
	assert.Equal(t, http.StatusBadRequest, c.get("/fhir/QuestionnaireResponse?status=done").Code)
	assert.Equal(t, http.StatusNotFound, c.get("/fhir/QuestionnaireResponse/01ANSWER4").Code)
}

// A case is a Task that stands as the case does, found by its state and by the
// patient that its subject leads to.
func TestTasks(t *testing.T) {
	c := vet(t)
	c.people()
	book, err := templates.Load()
	require.NoError(t, err)
	c.api = fhir.New(fhir.Options{
		Store: c.Store, Clinic: func() *bot.Clinic { return c.profile }, Token: apiToken, Now: c.Clock.Now, Base: "https://clinic.example", Book: book,
	})
	a := c.book("01VISIT", "01PATIENT1", "vaccination", c.Clock.Now())
	due := c.Clock.Now().Add(2 * time.Hour)
	c.do(func(_ context.Context, tx *models.Tx) error {
		if err := tx.AddStaff(models.Staff{ID: "01STAFF", Name: "王小林", Role: models.Doctor, Practitioner: "wang-xiaolin", Active: true}); err != nil {
			return err
		}
		for _, k := range []models.Case{
			{ID: "01CASE1", Key: "1", Kind: "noshow", Subject: models.AboutAppointment(a.ID), Urgent: true, DueAt: due, Details: map[string]string{"Patient": "豆豆", "Phone": "", "Days": "90", "Count": "3", "Number": a.Number}},
			{ID: "01CASE2", Key: "2", Kind: "followup", Subject: models.AboutPatient("01PATIENT2")},
			{ID: "01CASE3", Key: "3", Kind: "question", Subject: models.AboutQuestion("01QUESTION")},
		} {
			if _, err := tx.OpenCase(k); err != nil {
				return err
			}
		}
		return tx.TakeCase("01CASE2", "01STAFF")
	})
	r := c.one("Task/01CASE1")
	assert.Equal(t, "requested order urgent", r["status"].(string)+" "+r["intent"].(string)+" "+r["priority"].(string))
	assert.Contains(t, r["description"], "多次未到：豆豆，近 90 天 3 次")
	assert.Equal(t, "Patient/01PATIENT1", object(t, r, "for", "reference"))
	assert.Equal(t, "Appointment/01VISIT", object(t, r, "focus", "reference"))
	end, err := time.Parse(time.RFC3339, object(t, r, "restriction", "period", "end").(string))
	require.NoError(t, err)
	assert.True(t, due.Equal(end))
	assert.Equal(t, "Practitioner/wang-xiaolin", object(t, c.one("Task/01CASE2"), "owner", "reference"))
	assert.NotContains(t, c.one("Task/01CASE3"), "for")

	c.do(func(_ context.Context, tx *models.Tx) error {
		return tx.CloseCase("01CASE1", "01STAFF", "电话里说好了，改到周五")
	})
	r = c.one("Task/01CASE1")
	assert.Equal(t, "completed", r["status"])
	assert.Equal(t, "电话里说好了，改到周五", object(t, r, "output", 0, "valueString"))
	c.looked("Task/01CASE1")
	for query, want := range map[string][]string{
		"":                              {"01CASE1", "01CASE2", "01CASE3"},
		"?_count=2":                     {"01CASE1", "01CASE2", "01CASE3"},
		"?status=accepted,completed":    {"01CASE1", "01CASE2"},
		"?status=cancelled":             {},
		"?patient=01PATIENT1":           {"01CASE1"},
		"?patient=Patient/01PATIENT3":   {},
		"?_id=01CASE3&status=requested": {"01CASE3"},
	} {
		assert.Equal(t, want, idsOf(c.all("/fhir/Task"+query)), query)
	}
	assert.Equal(t, http.StatusBadRequest, c.get("/fhir/Task?status=open").Code)
}

// What went out to clients about patients on record is given out, once it went;
// what went to staff, answers and what is about nobody on record is not.
func TestCommunications(t *testing.T) {
	c := vet(t)
	c.people()
	a := c.book("01VISIT", "01PATIENT1", "vaccination", c.Clock.Now())
	unknown := c.book("01VISIT2", "", "vaccination", c.Clock.Now())
	push := func(id, contact, subject string, kind models.Kind, priority models.Priority) {
		c.do(func(_ context.Context, tx *models.Tx) error {
			return tx.Push(models.Outgoing{ID: id, Key: id, ContactID: contact, Subject: subject, Kind: kind, Priority: priority}, models.Message{Text: id + " 明天见"})
		})
	}
	push("01PUSH1", "web:x", models.AboutAppointment(a.ID), models.KindVisit, models.PriorityPush)
	push("01PUSH2", "web:x", models.AboutPatient("01PATIENT2"), models.KindCare, models.PriorityPush)
	push("01PUSH3", "web:x", models.AboutAppointment(unknown.ID), models.KindVisit, models.PriorityPush)
	push("01PUSH4", "web:staff", models.AboutAppointment(a.ID), models.KindStaff, models.PriorityPush)
	push("01PUSH5", "web:x", "", "", models.PriorityReply)
	assert.Empty(t, c.all("/fhir/Communication"), "nothing has gone out")
	for range 5 {
		c.Clock.Advance(time.Minute)
		list, err := c.ClaimOutbox(context.Background(), models.Claim{
			Owner: "me", Channel: "web", From: models.PriorityReply, To: models.PriorityBulk, Limit: 1, Lease: time.Minute,
		})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.NoError(t, c.FinishOutbox(context.Background(), "me", list[0], models.Outcome{State: models.OutboxSent}))
	}
	r := c.one("Communication/01PUSH1")
	assert.Equal(t, "completed Patient/01PATIENT1", r["status"].(string)+" "+object(t, r, "subject", "reference").(string))
	assert.Equal(t, "Appointment/01VISIT", object(t, r, "about", 0, "reference"))
	assert.Equal(t, "web", object(t, r, "medium", 0, "coding", 0, "code"))
	assert.Equal(t, "01PUSH1 明天见", object(t, r, "payload", 0, "contentString"))
	assert.NotContains(t, object(t, r, "recipient", 0, "identifier", "value"), "web:x")
	c.looked("Communication/01PUSH1")
	for query, want := range map[string][]string{
		"":                    {"01PUSH1", "01PUSH2"},
		"?_count=1":           {"01PUSH1", "01PUSH2"},
		"?patient=01PATIENT2": {"01PUSH2"},
		"?patient=01PATIENT3": {},
	} {
		assert.ElementsMatch(t, want, idsOf(c.all("/fhir/Communication"+query)), query)
	}
	assert.Empty(t, c.all("/fhir/Communication?sent=lt2026-11-23T01:00:00Z"))
	assert.Len(t, c.all("/fhir/Communication?sent=ge2026-11-23T01:00:00Z"), 2)
	for _, id := range []string{"01PUSH3", "01PUSH4", "01PUSH5"} {
		assert.Equal(t, http.StatusNotFound, c.get("/fhir/Communication/"+id).Code, id)
	}
}
