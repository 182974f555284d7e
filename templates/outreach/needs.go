package outreach

import (
	"context"
	"maps"
	"strings"

	"zhenban/config"
	"zhenban/models"
)

// needsDetail is the detail of a case that holds the client's special needs.
const needsDetail = "Needs"

// noteNeeds keeps with a case what staff should know first of who it is about.
// What is known when it opens is said; details are sealed.
func (s Speaker) noteNeeds(tx *models.Tx, c *models.Case) error {
	needs, err := tx.Read().NeedsOf(context.Background(), c.ContactID)
	if err != nil || len(needs) == 0 {
		return err
	}
	c.Details = maps.Clone(c.Details)
	if c.Details == nil {
		c.Details = map[string]string{}
	}
	c.Details[needsDetail] = strings.Join(needs, ",")
	return nil
}

// needsLine says in one line whom to look after first; "" for nobody.
func (s Speaker) needsLine(lang config.Language, needs []string) (string, error) {
	if len(needs) == 0 {
		return "", nil
	}
	m, err := s.Message(lang, "needs.line", Same(NeedsData(needs)))
	if err != nil {
		return "", err
	}
	return "\n" + m.Text, nil
}

// NeedsData is what the texts about special needs are filled from.
func NeedsData(needs []string) map[string]any {
	data := map[string]any{"Child": false, "Elderly": false, "Disabled": false}
	for _, n := range needs {
		data[strings.ToUpper(n[:1])+n[1:]] = true
	}
	return data
}
