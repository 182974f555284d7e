package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWeChatNotices(t *testing.T) {
	const head = "wechat:\n  app_id: wx1\n  secret: s\n  token: tok\n"
	s, err := LoadSettings(write(t, "z.yaml", head+`
  templates:
    - notice: visit-reminder
      id: Tmpl_00001
      link: https://clinic.example/visit
      fields: {thing1: service, time2: time}
  subscriptions:
    - {notice: visit-reminder, id: Sub_000001, lasting: true, ask: https://clinic.example/ask, fields: {thing3: service}}
`), nil)
	require.NoError(t, err)
	assert.Equal(t, []WeChatNotice{{
		Notice: "visit-reminder", ID: "Tmpl_00001", Link: "https://clinic.example/visit", Fields: map[string]string{"thing1": "service", "time2": "time"},
	}}, s.WeChat.Templates)
	assert.True(t, s.WeChat.Subscriptions[0].Lasting)

	_, err = LoadSettings(write(t, "z.yaml", head+`
  templates:
    - {notice: Visit Reminder, id: "x y", link: nowhere, lasting: true}
    - {notice: a, id: Tmpl_00001, fields: {thing: service, thing1: service, thing1: time}}
    - {notice: a, id: Tmpl_00001, fields: {thing1: service}}
`), nil)
	for _, want := range []string{
		":7:8: wechat.templates[0].notice", "templates[0].id", "templates[0].fields: is missing", "templates[0].link", "ask and lasting belong",
		"templates[1].fields: thing: service is no place", "stands here twice", "templates[2].notice",
	} {
		assert.ErrorContains(t, err, want)
	}
	_, err = LoadSettings(write(t, "z.yaml", "wechat:\n  templates:\n    - {notice: a, id: Tmpl_00001, fields: {thing1: service}}\n"), nil)
	assert.ErrorContains(t, err, "is set without app_id")
}
