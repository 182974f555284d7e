package outreach_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/config"
	"zhenban/models"
	"zhenban/models/storetest"
	"zhenban/templates"
	"zhenban/templates/outreach"
)

// The group is told of a case and of each further rung, without buttons that
// nobody could press there; and who has it in the end.
func TestTheGroupIsTold(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	book, err := templates.Load()
	require.NoError(t, err)
	s := outreach.Speaker{Book: book, Language: config.Hans, Clinic: clinic(t, "vet", "Asia/Shanghai")}
	do := func(w func(tx *models.Tx) error) {
		t.Helper()
		require.NoError(t, db.Do(t.Context(), func(_ context.Context, tx *models.Tx) error { return w(tx) }))
	}
	do(func(tx *models.Tx) error {
		for _, m := range []models.Staff{{ID: "group", Name: "WeCom", Role: models.Desk}, {ID: "min", Name: "王敏", Role: models.Nurse}} {
			channel := "webchat"
			if m.ID == "group" {
				channel = models.GroupChannel
			}
			if err := tx.AddStaff(m); err != nil {
				return err
			}
			if err := tx.SaveContact(models.Contact{ID: channel + ":" + m.ID, Channel: channel, Address: m.ID, Reach: models.ReachOpen}); err != nil {
				return err
			}
			if err := tx.JoinStaff(channel+":"+m.ID, m.ID); err != nil {
				return err
			}
		}
		return nil
	})
	c := models.Case{
		ID: "c1", Key: "k", Kind: "urgent", Urgent: true, Roles: []models.Role{models.Nurse}, ContactID: "webchat:anna",
		Details: map[string]string{"Name": "安娜", "Phone": "", "Words": "狗抽搐"}, CreatedAt: storetest.Start(),
	}
	group := func(key string) string {
		t.Helper()
		o, err := db.OutboxByKey(t.Context(), "notice:"+key+":"+models.GroupChannel+":group")
		require.NoError(t, err)
		var m models.Message
		require.NoError(t, json.Unmarshal(o.Body, &m))
		assert.Empty(t, m.Options)
		return m.Text
	}
	do(func(tx *models.Tx) error { return s.OpenCase(tx, c) })
	text := group("case:c1")
	assert.Contains(t, text, "狗抽搐")
	assert.Contains(t, text, "待办", "how it is taken")
	do(func(tx *models.Tx) error { return s.CaseClimb(tx, c, 1) })
	assert.True(t, strings.HasPrefix(group("case-climb:c1:1"), "还没人接手"))
	c.Owner = "min"
	do(func(tx *models.Tx) error { return s.CaseTaken(tx, c, "王敏") })
	assert.Equal(t, "王敏 接手了：急症 · 安娜", group("case-taken:c1:min"))
	_, err = db.OutboxByKey(t.Context(), "notice:case-taken:c1:min:webchat:min")
	assert.ErrorIs(t, err, models.ErrNotFound, "who has it knows")
}
