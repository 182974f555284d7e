package outreach

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/slots"
	"zhenban/templates"
)

func clinicOf(t testing.TB, preset string) *config.Clinic {
	t.Helper()
	p, _, err := config.LoadProfile(preset)
	require.NoError(t, err)
	c, err := config.NewClinic(p)
	require.NoError(t, err)
	return c
}

// printed makes the PDF of every consent and treatment of a preset, signed by
// somebody with a rare name.
func printed(t testing.TB, preset string, lang config.Language, done func(name string, pdf []byte)) {
	t.Helper()
	book, err := templates.Load()
	require.NoError(t, err)
	c := clinicOf(t, preset)
	s := Speaker{Book: book, Language: lang}
	at := time.Date(2026, 11, 27, 2, 30, 0, 0, time.UTC)
	visit := models.Appointment{ID: "v", Slot: slots.Slot{Start: at.Add(48 * time.Hour), Service: c.Services[0].ID, Practitioner: c.Practitioners[0].ID, Branch: c.Branches[0].ID}}
	one := func(of models.TreatmentConsent, sheet Sheet, text string, plan int) {
		of.Number, of.Body, of.CreatedAt, of.UpdatedAt = "T12345678", sheet.JSON(), at.Add(-time.Hour), at
		wording, err := book.Render(lang, text, sheet.Data(c, of))
		require.NoError(t, err)
		said := Signed{Language: lang, Wording: wording, Digest: strings.Repeat("ab", 32), Name: "𠮷田喆镕", As: "guardian", Plan: plan, Channel: "wechat"}
		pdf, err := s.ConsentPDF(c, of, []models.ConsentEvent{
			{What: models.ConsentAsked, At: at}, {What: models.ConsentAgreed, Body: said.JSON(), At: at}, {What: models.ConsentWithdrawn, At: at.Add(time.Hour)},
		}, lang)
		require.NoError(t, err)
		done(of.Form, pdf)
	}
	for i := range c.Consents {
		f := &c.Consents[i]
		one(models.TreatmentConsent{Kind: models.ConsentToTreatment, Form: f.ID, Hash: f.Hash(), Branch: c.Branches[0].ID}, SheetOf(c, f, visit, "𠮷祥"), "sign.sheet", 0)
	}
	for i := range c.Treatments {
		x := &c.Treatments[i]
		one(models.TreatmentConsent{Kind: models.ConsentChoice, Form: x.ID, Hash: x.Hash(), Branch: c.Branches[0].ID}, ChoiceOf(c, x.Name, x.Plans, visit, "豆豆"), "choose.sheet", 2)
	}
}

// Every consent of every preset prints, and is small: the typeface is embedded
// as far as it is used. ZHENBAN_KEEP=DIR keeps the files to look at.
func TestConsentPDF(t *testing.T) {
	for i, preset := range config.Presets() {
		lang := config.Languages()[i%3]
		printed(t, preset, lang, func(name string, pdf []byte) {
			assert.True(t, bytes.HasPrefix(pdf, []byte("%PDF-")), name)
			assert.Less(t, len(pdf), 200<<10, name)
			if dir := os.Getenv("ZHENBAN_KEEP"); dir != "" {
				require.NoError(t, os.WriteFile(filepath.Join(dir, preset+"-"+name+".pdf"), pdf, 0o600))
			}
		})
	}
}

func BenchmarkConsentPDF(b *testing.B) {
	n := 0
	start := time.Duration(0)
	for b.Loop() {
		printed(b, "surgery", config.Hans, func(string, []byte) { n++ })
		start = b.Elapsed()
	}
	b.ReportMetric(float64(start.Milliseconds())/float64(n), "ms/pdf")
}

// Pages fit a screen, lose nothing, and leave no heading alone at an end.
func TestPages(t *testing.T) {
	book, err := templates.Load()
	require.NoError(t, err)
	for _, preset := range config.Presets() {
		c := clinicOf(t, preset)
		for i := range c.Consents {
			for _, lang := range config.Languages() {
				text, err := book.Render(lang, "sign.sheet", SheetOf(c, &c.Consents[i], models.Appointment{}, "豆豆").Data(c, models.TreatmentConsent{Hash: c.Consents[i].Hash()}))
				require.NoError(t, err)
				pages := Pages(text)
				squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
				assert.Equal(t, squeeze(text), squeeze(strings.Join(pages, "")), "%s %s", preset, c.Consents[i].ID)
				for _, p := range pages {
					lines := strings.Split(p, "\n")
					assert.False(t, isHeading(lines[len(lines)-1]), "%s %s ends with a heading: %s", preset, c.Consents[i].ID, lines[len(lines)-1])
					assert.Less(t, len(p), 1600, "%s %s", preset, c.Consents[i].ID)
				}
			}
		}
	}
}
