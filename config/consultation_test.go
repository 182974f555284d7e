package config

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// What is promised within two hours of opening hours goes on in the morning;
// surgery closes at 19:00 on Fridays and opens at 9:00.
func TestOpenFor(t *testing.T) {
	c := loadPreset(t, "surgery")
	zone := c.Location("")
	at := func(clock string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04", clock, zone)
		assert.NoError(t, err)
		return x
	}
	for now, want := range map[string]string{
		"2026-11-20 10:00": "2026-11-20 12:00",
		"2026-11-20 17:30": "2026-11-21 09:30",
		"2026-11-20 23:00": "2026-11-21 11:00",
		"2026-11-20 17:00": "2026-11-20 19:00",
	} {
		assert.Equal(t, want, c.OpenFor("", at(now), 2*time.Hour).In(zone).Format("2006-01-02 15:04"), now)
	}
}

func TestConsultationNamesWhatIsThere(t *testing.T) {
	p, _, err := LoadProfile("surgery")
	assert.NoError(t, err)
	p.Consultation = Consultation{Form: "none", Roles: []string{"boss"}, Service: "consultations"}
	_, err = NewClinic(p)
	for _, want := range []string{`consultation.form: there is no form "none"`, `consultation.roles[0]: "boss" is no role`, `did you mean "consultation"`} {
		assert.ErrorContains(t, err, want)
	}
}
