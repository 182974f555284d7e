package fhir

import (
	"crypto/sha1" // the algorithm is that of FHIR; nothing rests on it
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"zhenban/media"
	"zhenban/models"
)

const reportElements = "identifier basedOn status category code subject encounter effectiveDateTime effectivePeriod issued performer resultsInterpreter " +
	"specimen result imagingStudy media conclusion conclusionCode presentedForm"

var reportStates = [...]string{
	models.Registered, models.Partial, models.Preliminary, models.Final, models.Amended, models.Corrected, models.Appended, models.Withdrawn,
	models.EnteredInError, models.StatusUnknown,
}

// attached are the bytes of a report's files until they are kept.
type attached struct {
	file models.File
	data []byte
}

// readReport reads a report into r. The bytes of its files are taken out of
// the document: they are kept apart.
func readReport(e elem, r *models.Clinical) []attached {
	e.only(reportElements)
	if e.need("status") {
		r.Status = e.code("status", reportStates[:]...)
	}
	p := &models.Report{Code: e.needCode("code"), Conclusion: clean(e.text("conclusion"))}
	p.Effective, r.Issued = effective(e), e.moment("issued")
	if r.At = p.Effective; r.At.IsZero() {
		r.At = r.Issued
	}
	r.Category = firstCategory(e)
	p.Doctor = performers(e)
	r.Report, r.Codes = p, searchCodes(p.Code)
	return readForms(e)
}

// performers names who answers for a report: who read it, or else who made it.
func performers(e elem) string {
	var names []string
	for _, element := range []string{"resultsInterpreter", "performer"} {
		for _, p := range e.list(element) {
			if name := clean(p.text("display")); name != "" {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			break
		}
	}
	return strings.Join(names, "、")
}

// maxInline is how much of another type stays in the document, in base64.
const maxInline = 256 << 10

func readForms(e elem) []attached {
	var out []attached
	for i, f := range e.list("presentedForm") {
		text := f.text("data")
		if text == "" {
			continue
		}
		said, _, _ := strings.Cut(f.text("contentType"), ";")
		if !slices.Contains([]string{"", media.PDF, media.PNG, media.JPEG}, said) && len(text) <= maxInline {
			continue // kept in the document, and given out again; a chat cannot show it
		}
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			e.d.add(badShape, "structure", f.at("data"), "is not base64")
			continue
		}
		data, kind, err := media.Check(data)
		switch {
		case err != nil && len(text) <= maxInline:
			f.d.warn(f.at("data"), "%v: kept, but not shown in a chat", err)
			continue
		case err != nil:
			f.bad("data", "%v", err)
			continue
		case said != "" && said != kind:
			f.bad("contentType", "says %s, and the file is %s", label(said), kind)
			continue
		}
		delete(f.m, "data")
		sum := sha1.Sum(data) // what FHIR's Attachment.hash is
		f.m["contentType"], f.m["size"], f.m["hash"] = kind, json.Number(strconv.Itoa(len(data))), base64.StdEncoding.EncodeToString(sum[:])
		title := clean(f.text("title"))
		out = append(out, attached{models.File{ContentType: kind, Title: title, Size: len(data), Part: i}, data})
	}
	return out
}
