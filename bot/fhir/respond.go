package fhir

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const contentType = "application/fhir+json; charset=utf-8"

// format is how an answer is written.
type format struct{ pretty bool }

// negotiate reads Accept, _format and _pretty. FHIR R4 in JSON is all there is.
func (f *format) negotiate(r *http.Request) error {
	q := r.URL.Query()
	f.pretty = q.Get("_pretty") == "true"
	if want := q.Get("_format"); want != "" {
		// An unescaped + arrives as a space.
		if !acceptable(strings.ReplaceAll(want, " ", "+")) {
			return faultf(http.StatusNotAcceptable, "not-supported", "http._format", "_format: only application/fhir+json is served")
		}
		return nil
	}
	accept := r.Header.Values("Accept")
	if len(accept) == 0 {
		return nil
	}
	for one := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		if acceptable(one) {
			return nil
		}
	}
	return faultf(http.StatusNotAcceptable, "not-supported", "http.Accept", "Accept: only application/fhir+json is served")
}

func acceptable(s string) bool {
	kind, params, err := mime.ParseMediaType(s)
	if err != nil || params["q"] == "0" {
		return false
	}
	if v := params["fhirversion"]; v != "" && v != "4.0" && v != "4.0.1" {
		return false
	}
	switch kind {
	case "application/fhir+json", "application/json", "text/json", "json", "application/json+fhir", "application/*", "*/*":
		return true
	}
	return false
}

// write answers with a result, or 304 where the client has it already.
func write(w http.ResponseWriter, r *http.Request, f *format, res result) int {
	if i, ok := res.body.(instance); ok && res.reading {
		m := i.head().Meta
		tag := `W/"` + m.VersionID + `"`
		w.Header().Set("ETag", tag)
		if at, err := time.Parse(time.RFC3339, m.LastUpdated); err == nil {
			w.Header().Set("Last-Modified", at.UTC().Format(http.TimeFormat))
		}
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusNotModified)
			return http.StatusNotModified
		}
	}
	status := http.StatusOK
	if res.status != 0 {
		status = res.status
	}
	if res.location != "" {
		w.Header().Set("Location", res.location)
	}
	if res.body == nil {
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(status)
		return status
	}
	writeJSON(w, f, status, res.body)
	return status
}

// matches compares weakly, as RFC 9110, 13.1.2 asks for If-None-Match.
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimSpace(one)
		if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

func writeJSON(w http.ResponseWriter, f *format, status int, v any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if f.pretty {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(v); err != nil {
		status = http.StatusInternalServerError
		b.Reset()
		_ = json.NewEncoder(&b).Encode(faultf(status, "exception", "", "internal error").outcome())
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store") // health data stays out of caches
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who asked may have gone
}
