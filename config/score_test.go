package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ways calls f with every way to answer the choices of a form from item i on.
func (f *Form) ways(t *testing.T, i int, a Answers, done func(Answers)) {
	t.Helper()
	if i == len(f.Items) {
		done(a)
		return
	}
	q := &f.Items[i]
	asked, err := f.Holds(q.EnableWhen, a, Around{})
	require.NoError(t, err)
	if !asked || q.Type != ItemChoice {
		f.ways(t, i+1, a, done)
		return
	}
	for _, o := range q.Options {
		a[q.LinkID] = o.Value
		f.ways(t, i+1, a, done)
	}
	delete(a, q.LinkID)
}

// Whatever is answered comes to a score that the publisher gave a meaning, and
// the lowest and the highest are the published ones.
func TestEveryScoreHasABand(t *testing.T) {
	published := map[string][2]float64{"findrisc": {0, 26}, "body-condition": {1, 9}, "dental-anxiety": {5, 25}}
	for _, name := range Presets() {
		for _, f := range loadPreset(t, name).Scores() {
			low, high := 1000.0, -1.0
			f.ways(t, 0, Answers{}, func(a Answers) {
				score := float64(f.added(a))
				low, high = min(low, score), max(high, score)
				species, _ := a["animal"].(string)
				if f.BandOf(score, species) == nil {
					t.Fatalf("%s: %v comes to %v, which no band has", f.ID, a, score)
				}
			})
			assert.Equal(t, published[f.ID], [2]float64{low, high}, f.ID)
			for _, b := range f.Bands {
				assert.False(t, b.Approved, "%s: only a clinic can approve what a score means", f.ID)
			}
		}
	}
}

// FINDRISC by its published form: 45 to 54, BMI over 30, a woman of more than
// 88 cm, not active, not every day, no medicine, glucose once high, a parent.
func TestFINDRISC(t *testing.T) {
	f := loadPreset(t, "general").Form("findrisc")
	score, err := f.Points(Answers{
		"age": "a45", "bmi": "o30", "sex": "female", "waist_f": "f3", "active": "no", "greens": "no", "pressure": "no", "glucose": "yes", "family": "near",
	}, Around{})
	require.NoError(t, err)
	assert.InDelta(t, 2+3+4+2+1+0+5+5, score, 0)
	assert.Equal(t, 21, f.BandOf(score, "").From)
	for score, from := range map[float64]int{6: 0, 7: 7, 11: 7, 12: 12, 14: 12, 15: 15, 20: 15, 21: 21} {
		assert.Equal(t, from, f.BandOf(score, "").From, "%v", score)
	}
}
