package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every preset has at least four procedures with all parts of a plan; every text
// of a plan says where it comes from, and none is approved for the clinic.
func TestPresetsHavePlans(t *testing.T) {
	for _, kind := range Kinds() {
		p, _, err := LoadProfile(string(kind))
		require.NoError(t, err)
		c, err := NewClinic(p)
		require.NoError(t, err)
		whole := 0
		for i := range c.Plans {
			plan := &c.Plans[i]
			seen := map[string]bool{}
			for _, x := range plan.Texts() {
				assert.NotEmpty(t, strings.TrimSpace(x.Source), "%s %s: source", kind, x.ID)
				assert.False(t, x.Approved, "%s %s: a preset approves nothing for a clinic", kind, x.ID)
				assert.False(t, seen[x.ID], "%s %s: two texts, one approval", kind, x.ID)
				seen[x.ID] = true
				for _, l := range Languages() {
					assert.NotEmpty(t, x.Text[l], "%s %s: %s", kind, x.ID, l)
				}
			}
			for _, id := range plan.Discharge.Recalls() {
				for _, s := range plan.Services {
					assert.True(t, c.RecallByID(id).StartedBy(s), "%s %s: the sheet says the day of %q, and %q does not begin it", kind, plan.ID, id, s)
				}
			}
			if lacking := lacks(c, plan); len(lacking) == 0 {
				whole++
			} else if len(plan.Prepare) > 0 {
				t.Errorf("%s %s lacks %v", kind, plan.ID, lacking)
			}
		}
		assert.GreaterOrEqual(t, whole, 4, "%s: procedures with all parts", kind)
	}
}

// lacks lists the parts that a plan of a procedure is without.
func lacks(c *Clinic, p *CarePlan) (out []string) {
	need := func(ok bool, what string) {
		if !ok {
			out = append(out, what)
		}
	}
	kinds := map[string]bool{}
	for _, i := range p.Prepare {
		kinds[i.Kind] = true
	}
	need(len(p.Prepare) >= 4 && kinds["check"] && kinds["medicine"] && kinds["bring"], "preparation")
	need(len(p.Discharge.Parts()) == 5, "discharge")
	need(p.Discharge.Sutures != "", "suture removal")
	need(len(p.Discharge.Recalls()) > 0, "revisit")
	need(len(p.Course) >= 2, "course")
	days, red := 0, 0
	for _, s := range p.Steps {
		if s.By != ByForm {
			continue
		}
		days++
		for _, r := range c.Form(s.Form).Rules {
			if r.Flag == FlagRed {
				red++
			}
		}
	}
	need(days >= 2, "check-ins")
	need(red > 0, "red flags")
	need(slices.ContainsFunc(p.Steps, func(s PlanStep) bool { return s.By != ByForm && s.By != ByMessage }), "a call by a person")
	return out
}

// What is wrong in a plan is told by its place.
func TestPlanFaults(t *testing.T) {
	p, _, err := LoadProfile("vet")
	require.NoError(t, err)
	plan := &p.Plans[0]
	plan.Prepare[0].Kind = "checks"
	plan.Prepare[1].By = Lead{Days: 30}
	plan.Prepare[2].How.Source = ""
	plan.Discharge.Sutures = "stitches"
	p.Visits.Aftercare[0].Services = append(p.Visits.Aftercare[0].Services, plan.Services[0])
	err = p.Validate()
	require.Error(t, err)
	for _, want := range []string{
		"plans[0].prepare[0].kind", "plans[0].prepare[1].by", "plans[0].prepare[2].how.source", "plans[0].discharge.sutures", "visits.aftercare[0].services[1]",
	} {
		assert.ErrorContains(t, err, want)
	}
}
