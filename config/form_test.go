package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFormRules(t *testing.T) {
	p, _, err := LoadProfile("vet")
	require.NoError(t, err)
	f := p.Form("recovery")
	require.NotNil(t, f)
	flags := func(a Answers, r Around) (out []string) {
		list, err := f.Flags(a, r)
		require.NoError(t, err)
		for _, rule := range list {
			out = append(out, string(rule.Flag)+" "+rule.Reason.In(English))
		}
		return out
	}
	require.Empty(t, flags(Answers{}, Around{}), "what nobody answered raises nothing, a low temperature least of all")
	require.Equal(t, []string{"red Temperature of 39.7 °C or more"}, flags(Answers{"temperature": 39.8}, Around{}))
	require.Equal(t, []string{"red Temperature below 37 °C"}, flags(Answers{"temperature": 36.2}, Around{}))
	require.Equal(t, []string{"yellow Ate nothing"}, flags(Answers{"appetite": "none"}, Around{}))
	require.Equal(t, []string{"red Ate nothing at two check-ins in a row"}, flags(Answers{"appetite": "none"}, Around{Before: Answers{"appetite": "none"}}))
	require.Empty(t, flags(Answers{"wound": []string{"swollen"}}, Around{Day: 2}))
	require.Equal(t, []string{"yellow Discharge, or swelling after day 4"}, flags(Answers{"wound": []string{"swollen"}}, Around{Day: 5}))
}

// The highest and the lowest total of the published table.
func TestFindrisc(t *testing.T) {
	p, _, err := LoadProfile("general")
	require.NoError(t, err)
	f := p.Form("findrisc")
	points := func(a Answers) float64 {
		n, err := f.Points(a, Around{})
		require.NoError(t, err)
		return n
	}
	require.Zero(t, points(Answers{"age": "u45", "bmi": "u25", "sex": "male", "waist_m": "m1", "active": "yes", "greens": "yes", "pressure": "no", "glucose": "no", "family": "no"}))
	require.EqualValues(t, 26, points(Answers{
		"age": "o64", "bmi": "o30", "sex": "female", "waist_f": "f3", "active": "no", "greens": "no", "pressure": "yes", "glucose": "yes", "family": "near",
	}))
}

func TestFormFaults(t *testing.T) {
	body, err := Preset("vet")
	require.NoError(t, err)
	_, err = ParseProfile("x.yaml", append(body, []byte(`
booking_typo: 1
`)...))
	require.ErrorContains(t, err, "booking_typo")
	p, _, err := LoadProfile("vet")
	require.NoError(t, err)
	p.Forms[0].Rules[0].When = "temprature >= 39"
	p.Forms[0].Items[0].EnableWhen = "pain >"
	p.Forms[0].Items[2].Max = Decimal{}
	err = p.Validate()
	require.ErrorContains(t, err, "forms[0].rules[0].when: unknown name temprature")
	require.ErrorContains(t, err, "forms[0].item[0].enableWhen")
	require.ErrorContains(t, err, "forms[0].item[2].minValue")
}
