package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/bot/wechat/wechattest"
	"zhenban/templates/outreach"
)

func TestCheckProvesTemplates(t *testing.T) {
	s, err := wechattest.New(wechattest.Config{AppID: "wx1", Secret: "hush", Token: "tok"})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	s.AddTemplate("Tmpl_00001", "就诊提醒", "项目：{{thing1.DATA}}\n时间：{{time2.DATA}}")
	s.AddSubscription("Subs_00001", "就诊通知", "项目：{{thing1.DATA}}")
	dir := t.TempDir()
	file := filepath.Join(dir, "z.yaml")
	settings := func(templates, subscriptions string) {
		text := fmt.Sprintf("db: sqlite:%s/z.db\nwechat:\n  app_id: wx1\n  secret: hush\n  token: tok\n  api_base: %s\n  templates: [%s]\n  subscriptions: [%s]\n",
			dir, s.URL, templates, subscriptions)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	d := newDesk(t, "sqlite:"+filepath.Join(dir, "z.db"), "vet")

	settings("{notice: visit-reminder, id: Tmpl_00001, fields: {thing1: service, time2: time}}",
		"{notice: visit-reminder, id: Subs_00001, fields: {thing1: service}}")
	code, out, _ := d.run("check", "--config", file)
	assert.Equal(t, 0, code, out)
	assert.Contains(t, out, "ok    wechat.templates visit-reminder: Tmpl_00001 (就诊提醒) has every place filled\n")
	assert.Contains(t, out, "ok    wechat.subscriptions visit-reminder: Subs_00001 (就诊通知)")

	assert.Contains(t, out, "ok    wechat.notices: 1 of "+strconv.Itoa(len(outreach.Notices()))+" have a template; only within 48 hours of a message go out: checkin, ")

	settings("{notice: visit-reminder, id: Tmpl_00002, fields: {thing1: service}}", "{notice: visit-reminder, id: Subs_00001, fields: {thing9: service}}")
	code, out, _ = d.run("check", "--config", file)
	assert.Equal(t, 1, code, out)
	assert.Contains(t, out, "FAULT wechat.templates visit-reminder: the account has no template Tmpl_00002\n")
	assert.Contains(t, out, "FAULT wechat.subscriptions visit-reminder: the template has no place thing9; it has thing1; nothing fills the place thing1\n")

	settings("{notice: visit-reminder, id: Tmpl_00001, fields: {thing1: colour, time2: time}}", "")
	code, out, _ = d.run("check", "--config", file)
	assert.Equal(t, 1, code, out)
	assert.Contains(t, out, "FAULT wechat.templates visit-reminder: thing1: the notice has no field colour; it has")

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(text, "  mass: true\n"...), 0o600))
	_, out, _ = d.run("check", "--config", file)
	assert.Contains(t, out, "ok    wechat.mass: the account may send to many at once\n")
	s.FailNextAt("/cgi-bin/message/mass/speed/get", 48001, 1)
	code, out, _ = d.run("check", "--config", file)
	assert.Equal(t, 1, code, out)
	assert.Contains(t, out, "FAULT wechat.mass: send: 48001")
}
