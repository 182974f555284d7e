package fhir_test

import (
	"archive/tar"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/models/storetest"
)

// examples are resources that HL7 publishes with FHIR R4, as they are; see
// testdata/hl7/README.md.
func examples(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	f, err := os.Open(cmp.Or(os.Getenv("ZHENBAN_FHIR_EXAMPLES"), "testdata/hl7/examples.tgz"))
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	out := map[string]json.RawMessage{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		require.NoError(t, err)
		if name := path.Base(h.Name); strings.HasSuffix(name, ".json") && strings.Contains(name, "-") && h.Size < 2<<20 {
			b, err := io.ReadAll(r)
			require.NoError(t, err)
			out[strings.TrimSuffix(name, ".json")] = b
		}
	}
}

// sent is a transaction being put together.
type sent struct {
	entries []any
	have    map[string]bool // TYPE/ID
	missing map[string]bool // patients that are referred to and not published
	count   map[string]int
}

func (s *sent) add(t testing.TB, url string, r json.RawMessage) {
	t.Helper()
	var head struct {
		ResourceType, ID string
		Subject          struct{ Reference string }
		Result           []struct{ Reference string }
	}
	require.NoError(t, json.Unmarshal(r, &head))
	switch head.ResourceType {
	case "Encounter", "Observation", "DiagnosticReport", "CarePlan":
		if s := head.Subject.Reference; url == "" && !strings.Contains(s, "Patient/") && !strings.HasPrefix(s, "urn:") {
			return // about a herd, a device, a place
		}
		if head.Subject.Reference != "" {
			s.missing[head.Subject.Reference] = true
		}
	case "Patient":
	default:
		return
	}
	if url == "" {
		url = "http://hl7.org/fhir/" + head.ResourceType + "/" + head.ID
	}
	s.have[head.ResourceType+"/"+head.ID], s.have[url] = true, true
	s.count[head.ResourceType]++
	s.entries = append(s.entries, map[string]any{
		"fullUrl": url, "resource": r, "request": map[string]any{"method": "POST", "url": head.ResourceType},
	})
}

// body adds the patients that HL7 refers to and does not publish.
func (s *sent) body(t testing.TB) string {
	t.Helper()
	for _, ref := range slices.Sorted(maps.Keys(s.missing)) {
		if s.have[ref] {
			continue
		}
		id := path.Base(ref)
		s.entries = append(s.entries, map[string]any{
			"fullUrl": ref, "resource": map[string]any{"resourceType": "Patient", "id": id, "identifier": []any{map[string]any{"value": "stand-in-" + id}}},
			"request": map[string]any{"method": "POST", "url": "Patient"},
		})
	}
	b, err := json.Marshal(map[string]any{"resourceType": "Bundle", "type": "transaction", "entry": s.entries})
	require.NoError(t, err)
	return string(b)
}

func newSent() *sent { return &sent{nil, map[string]bool{}, map[string]bool{}, map[string]int{}} }

// unpublished are examples whose results HL7 does not publish.
var unpublished = []string{"DiagnosticReport-example-pgx", "Bundle-dg2", "Bundle-lri-example"}

// HL7's examples are taken as they are, in transactions since they refer to
// each other; once more changes nothing; all come out again.
func TestExamples(t *testing.T) {
	c := open(t, storetest.Open(t, storetest.SQLite(t)), "general")
	single := newSent()
	all := examples(t)
	bundles := map[string]*sent{"the single ones": single}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		var b struct {
			Type  string
			Entry []struct {
				FullURL  string `json:"fullUrl"`
				Resource json.RawMessage
			}
		}
		switch kind, _, _ := strings.Cut(name, "-"); {
		case slices.Contains(unpublished, name):
		case kind == "Bundle":
			require.NoError(t, json.Unmarshal(all[name], &b))
			if b.Type != "collection" || len(b.Entry) > 60 {
				continue
			}
			one := newSent()
			if name == "Bundle-f001" || name == "Bundle-f202" { // their observations are published singly
				one = single
			}
			for _, e := range b.Entry {
				one.add(t, e.FullURL, e.Resource)
			}
			if one != single && one.count["DiagnosticReport"] > 0 {
				bundles[name] = one
			}
		default:
			single.add(t, "", all[name])
		}
	}
	t.Log(single.count)
	assert.GreaterOrEqual(t, len(single.entries), 105)
	assert.GreaterOrEqual(t, len(bundles), 4)
	for _, name := range slices.Sorted(maps.Keys(bundles)) {
		body := bundles[name].body(t)
		first, again := c.post("/fhir", body), c.post("/fhir", body)
		if assert.Equal(t, http.StatusOK, first.Code, "%s: %s", name, first.Body) && assert.Equal(t, http.StatusOK, again.Code) {
			assert.Equal(t, places(t, first.Body.Bytes()), places(t, again.Body.Bytes()), "%s: the same again is the same", name)
			assert.NotContains(t, again.Body.String(), `"201`, name)
		}
	}
	for _, kind := range []string{"Patient", "Encounter", "Observation", "DiagnosticReport", "CarePlan"} {
		for _, r := range c.all("/fhir/" + kind + "?_count=200") {
			w := c.get("/fhir/" + kind + "/" + r["id"].(string))
			require.Equal(t, http.StatusOK, w.Code)
			wellFormed(t, kind, any(decode(t, w.Body.Bytes())))
		}
	}
}

func places(t testing.TB, body []byte) []string {
	t.Helper()
	var b struct {
		Entry []struct{ Response struct{ Location string } }
	}
	require.NoError(t, json.Unmarshal(body, &b))
	var out []string
	for _, e := range b.Entry {
		out = append(out, e.Response.Location)
	}
	return out
}
