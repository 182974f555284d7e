package fhir_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/fhir"
	"zhenban/config"
	"zhenban/media"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/models/storetest"
)

const apiToken = "a token that nobody guesses"

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the golden files anew")
	flag.Parse()
	os.Exit(storetest.Main(m))
}

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// clinic is a server over a database with a preset's profile in it.
type clinic struct {
	*storetest.DB
	t       testing.TB
	profile *bot.Clinic
	api     http.Handler
	log     *bytes.Buffer
	number  int
}

func open(t testing.TB, db *storetest.DB, preset string) *clinic {
	t.Helper()
	_, body, err := config.LoadProfile(preset)
	require.NoError(t, err)
	require.NoError(t, db.PutProfile(context.Background(), 0, preset, body))
	p, err := config.ParseProfile(preset, body)
	require.NoError(t, err)
	c := &clinic{DB: db, t: t, log: &bytes.Buffer{}}
	c.profile, err = bot.NewClinic(p, 1)
	require.NoError(t, err)
	files, err := media.Open(t.TempDir(), db.Sealer())
	require.NoError(t, err)
	c.api = fhir.New(fhir.Options{
		Files: files, Store: db.Store, Clinic: func() *bot.Clinic { return c.profile }, Token: apiToken, Now: db.Clock.Now,
		Log: slog.New(slog.NewTextHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Base: "https://clinic.example",
	})
	return c
}

func (c *clinic) do(writes ...models.Write) {
	c.t.Helper()
	require.NoError(c.t, c.Do(context.Background(), writes...))
}

// people are a client with a dog and a cat, one with a child, and one known
// from a chat only.
func (c *clinic) people() {
	c.t.Helper()
	c.do(func(_ context.Context, tx *models.Tx) error {
		for _, x := range []models.Client{
			{ID: "01CLIENT1", Identifier: "C0001", Name: "陈晓雨", Phone: "+8613800000001", Emergency: "陈大海 13800000002", Language: "zh-Hans", Verified: true},
			{ID: "01CLIENT2", Identifier: "C0002", Name: "王芳", Phone: "+8613800000003", Verified: true},
			{ID: "01CLIENT3", Phone: "+8613800000004"},
		} {
			if err := tx.SaveClient(x); err != nil {
				return err
			}
		}
		for _, x := range []models.Patient{
			{ID: "01PATIENT1", ClientID: "01CLIENT1", Identifier: "P0001", Kind: "pet", Name: "豆豆", Species: "dog", Breed: "柯基", Sex: "male", Neutered: "yes", BirthDate: "2022-05-01", WeightGrams: 11800},
			{ID: "01PATIENT2", ClientID: "01CLIENT1", Identifier: "P0002", Kind: "pet", Name: "咪咪", Species: "cat", Neutered: "no", BirthDate: "2024"},
			{ID: "01PATIENT3", ClientID: "01CLIENT2", Identifier: "P0003", Kind: "person", Name: "王小宝", Sex: "female", BirthDate: "2019-03", Relation: "child"},
			{ID: "01PATIENT4", ClientID: "01CLIENT3", Kind: "pet", Name: "旺\x00财 ", Species: "parrot"},
		} {
			if err := tx.SavePatient(x); err != nil {
				return err
			}
		}
		return nil
	})
}

// book books the first free slot of a service from a moment on.
func (c *clinic) book(id, patient, service string, from time.Time) models.Appointment {
	c.t.Helper()
	q := slots.Query{Service: service, From: from, Now: c.Clock.Now()}
	resources, lo, hi := c.profile.Slots.Resources(q)
	busy, err := c.Busy(context.Background(), resources, lo, hi)
	require.NoError(c.t, err)
	found := c.profile.Slots.Find(q, busy, 1)
	require.NotEmpty(c.t, found)
	c.number++
	a := models.Appointment{
		ID: id, Number: "B100000" + string(rune('0'+c.number)), ContactID: "web:x", ClientID: "01CLIENT1", PatientID: patient,
		PatientName: "豆豆", Species: "dog", Phone: "+8613800000001", Slot: found[0], Note: "咳嗽三天",
	}
	c.do(func(_ context.Context, tx *models.Tx) error {
		return tx.Book(a, "", c.profile.Slots.Claims(a.Slot), 99, nil)
	})
	return a
}

// get asks with the token and whatever headers follow, as name, value …
func (c *clinic) get(path string, headers ...string) *httptest.ResponseRecorder {
	return c.ask(http.MethodGet, path, append([]string{"Authorization", "Bearer " + apiToken}, headers...)...)
}

// post sends JSON with the token and whatever headers follow.
func (c *clinic) post(path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+apiToken)
	r.Header.Set("Content-Type", "application/fhir+json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	return w
}

func (c *clinic) ask(method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, r)
	return w
}

// search wants a Bundle and returns its resources and the next link, "" for none.
func (c *clinic) search(path string) (list []map[string]any, next string) {
	c.t.Helper()
	w := c.get(path)
	require.Equal(c.t, http.StatusOK, w.Code, "%s: %s", path, w.Body)
	var b struct {
		ResourceType, Type string
		Link               []struct{ Relation, URL string }
		Entry              []struct {
			FullURL  string `json:"fullUrl"`
			Resource map[string]any
			Search   struct{ Mode string }
		}
	}
	require.NoError(c.t, json.Unmarshal(w.Body.Bytes(), &b))
	require.Equal(c.t, "Bundle searchset", b.ResourceType+" "+b.Type)
	for _, l := range b.Link {
		if l.Relation == "next" {
			next = strings.TrimPrefix(l.URL, "https://clinic.example")
		}
	}
	for _, e := range b.Entry {
		require.Equal(c.t, "match", e.Search.Mode)
		kind, id := e.Resource["resourceType"].(string), e.Resource["id"].(string)
		require.Equal(c.t, "https://clinic.example/fhir/"+kind+"/"+id, e.FullURL)
		list = append(list, e.Resource)
	}
	wellFormed(c.t, "Bundle", any(decode(c.t, w.Body.Bytes())))
	return list, next
}

// all follows the next links and checks that no resource comes twice.
func (c *clinic) all(path string) []map[string]any {
	c.t.Helper()
	var out []map[string]any
	seen := map[string]bool{}
	for path != "" {
		var list []map[string]any
		list, path = c.search(path)
		for _, r := range list {
			require.False(c.t, seen[r["id"].(string)], "%s twice", r["id"])
			seen[r["id"].(string)] = true
			out = append(out, r)
		}
	}
	return out
}

func idsOf(list []map[string]any) []string {
	out := []string{}
	for _, r := range list {
		out = append(out, r["id"].(string))
	}
	return out
}

func decode(t testing.TB, b []byte) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal(b, &v), "%s", b)
	return v
}

// wellFormed holds what FHIR asks of any JSON: no null, nothing empty, and no
// space around a string.
func wellFormed(t testing.TB, path string, v any) {
	t.Helper()
	switch v := v.(type) {
	case nil:
		t.Errorf("%s is null", path)
	case string:
		if v == "" || strings.TrimSpace(v) != v {
			t.Errorf("%s is %q", path, v)
		}
	case []any:
		if len(v) == 0 {
			t.Errorf("%s is an empty list", path)
		}
		for _, x := range v {
			wellFormed(t, path+"[]", x)
		}
	case map[string]any:
		if len(v) == 0 {
			t.Errorf("%s is an empty object", path)
		}
		for k, x := range v {
			wellFormed(t, path+"."+k, x)
		}
	}
}

// golden compares with testdata/NAME.json, or writes it.
func golden(t testing.TB, name string, body []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".json")
	if updating() {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, body, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(body))
}

// outcome wants an OperationOutcome and returns its issue.
func outcome(t testing.TB, w *httptest.ResponseRecorder) (code, diagnostics, expression string) {
	t.Helper()
	require.Equal(t, "application/fhir+json; charset=utf-8", w.Header().Get("Content-Type"))
	v := decode(t, w.Body.Bytes())
	wellFormed(t, "OperationOutcome", any(v))
	require.Equal(t, "OperationOutcome", v["resourceType"])
	one := v["issue"].([]any)[0].(map[string]any)
	require.Equal(t, "error", one["severity"])
	diagnostics, _ = one["diagnostics"].(string)
	if list, ok := one["expression"].([]any); ok {
		expression = list[0].(string)
	}
	return one["code"].(string), diagnostics, expression
}
