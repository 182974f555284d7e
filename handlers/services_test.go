package handlers

import (
	"testing"
	"time"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// TestServicesAreBookedByName: whoever books a service by its name, in any of
// the languages, is understood to book it, whatever else its name could mean.
func TestServicesAreBookedByName(t *testing.T) {
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.FixedZone("CST", 8*3600))
	for _, kind := range config.Presets() {
		p, _, err := config.LoadProfile(kind)
		if err != nil {
			t.Fatal(err)
		}
		c, err := bot.NewClinic(p, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Services {
			s := &p.Services[i]
			name := s.Name[config.Hans]
			for _, text := range []string{"下周三上午十点约" + name, "我想约" + name, "预约" + s.Name[config.Hant], name + "想约明天下午", "book " + s.Name[config.English] + " tomorrow at 3 pm"} {
				h := nlu.Understand(nlu.Request{Text: text, Now: now, Lexicon: c.Lexicon})
				if e, _ := h.Best(nlu.KindService); h.Intent != nlu.IntentBook || e.ID != s.ID {
					t.Errorf("%s: %q is %s of %q, want a booking of %q", kind, text, h.Intent, e.ID, s.ID)
				}
			}
		}
	}
}
