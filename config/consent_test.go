package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every preset has consents and treatments in every language, with a source,
// and none of them is used before the clinic has approved it.
func TestPresetConsents(t *testing.T) {
	for _, name := range Presets() {
		p, _, err := LoadProfile(name)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, len(p.Consents), 4, name)
		assert.NotEmpty(t, p.Treatments, name)
		asks := false
		for _, c := range p.Consents {
			assert.False(t, c.Approved, "%s %s", name, c.ID)
			asks = asks || c.Before != (Lead{})
			for _, text := range []Text{c.Title, c.Purpose, c.Risks, c.Alternatives, c.Duration} {
				for _, l := range Languages() {
					assert.NotEmpty(t, text[l], "%s %s %s", name, c.ID, l)
				}
			}
		}
		assert.True(t, asks, "%s asks for something by itself", name)
		for _, x := range p.Treatments {
			assert.False(t, x.Approved, "%s %s", name, x.ID)
		}
	}
}

// A wording that changes has another hash; a price does not need a new approval.
func TestConsentHash(t *testing.T) {
	c := Consent{ID: "a", Title: Text{Hans: "拔牙"}, Risks: Text{Hans: "疼"}, Signers: []string{SignPatient}}
	was := c.Hash()
	c.Price = Text{Hans: "¥300"}
	assert.Equal(t, was, c.Hash())
	c.Risks = Text{Hans: "疼、肿"}
	assert.NotEqual(t, was, c.Hash())
}

func TestConsentFaults(t *testing.T) {
	_, err := ParseProfile("small.yaml", []byte(small(t)+`
consents:
  - id: a
    title: 拔牙同意书
    purpose: 拔牙
    risks: 疼
    before: 2h
    signers: [owner, neighbour]
    services: [nothing]
treatments:
  - id: b
    name: 缺牙
    plans:
      - {name: 种植, benefit: 好, risk: 疼, price: 贵, consent: zzz}
`))
	require.Error(t, err)
	for _, want := range []string{
		"consents[0].alternatives", "consents[0].source", `consents[0].services[0]`, "consents[0].before", "consents[0].signers[1]",
		"treatments[0].plans[0].consent", "treatments[0].source",
	} {
		assert.True(t, strings.Contains(err.Error(), want), "no fault at %s in:\n%v", want, err)
	}
}
