package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// write puts a file into a temporary folder and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

var aesKey = strings.Repeat("abcdefg", 6) + "A"

func TestSettingsDefaults(t *testing.T) {
	s, err := LoadSettings("", []string{"HOME=/root", "ZHENBAN_DB=", "ZHENBAN_TEST_MYSQL=x"})
	require.NoError(t, err)
	assert.Equal(t, DefaultSettings(), s)
	assert.Equal(t, "127.0.0.1:8080", s.Listen)
	assert.Equal(t, "sqlite:zhenban.db", s.DB)
	assert.Equal(t, Poll, s.Telegram.Mode)
	assert.Equal(t, slog.LevelInfo, s.LogLevel())
}

func TestEnvironmentWinsOverFile(t *testing.T) {
	file := write(t, "zhenban.yaml", `
listen: :9000
clinic: dental
retention: 400
wechat: {app_id: wx1, secret: from-yaml, token: tok, aes_key: `+aesKey+`}
telegram: {token: "1:abc"}
log: {level: debug}
`)
	s, err := LoadSettings(file, []string{"ZHENBAN_CLINIC=vet", "ZHENBAN_WECHAT_SECRET=from-env", "ZHENBAN_RETENTION=30", "ZHENBAN_LOG_FORMAT=json"})
	require.NoError(t, err)
	assert.Equal(t, ":9000", s.Listen)
	assert.Equal(t, "vet", s.Clinic)
	assert.Equal(t, 30, s.Retention)
	assert.Equal(t, "from-env", s.WeChat.Secret.Reveal())
	assert.Equal(t, "tok", s.WeChat.Token.Reveal())
	assert.Equal(t, slog.LevelDebug, s.LogLevel())
	assert.Equal(t, "json", s.Log.Format)
}

func TestOrigins(t *testing.T) {
	file := write(t, "zhenban.yaml", "web: {origins: [https://clinic.example]}\n")
	s, err := LoadSettings(file, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"https://clinic.example"}, s.Web.Origins)
	s, err = LoadSettings(file, []string{"ZHENBAN_WEB_ORIGINS=https://a.example,http://b.example:81"})
	require.NoError(t, err)
	assert.Equal(t, []string{"https://a.example", "http://b.example:81"}, s.Web.Origins)
	_, err = LoadSettings("", []string{"ZHENBAN_WEB_ORIGINS=a.example,https://b.example/path"})
	assert.ErrorContains(t, err, `ZHENBAN_WEB_ORIGINS: "a.example" is no site: write https://HOST, without a path`)
	assert.ErrorContains(t, err, `"https://b.example/path"`)
}

func TestSecretsFromFiles(t *testing.T) {
	secret := write(t, "secret", "s3cret\n")
	dsn := write(t, "dsn", "mysql://u:p%40ss@db:3306/zhenban\r\n")
	file := write(t, "z.yaml", "wechat: {app_id: wx1, secret_file: "+secret+", token: tok}\n")
	s, err := LoadSettings(file, []string{"ZHENBAN_DB_FILE=" + dsn, "ZHENBAN_DATA_KEY_FILE=" + secret})
	require.NoError(t, err)
	assert.Equal(t, "s3cret", s.WeChat.Secret.Reveal())
	assert.Equal(t, "s3cret", s.DataKey.Reveal())
	assert.Equal(t, "mysql://u:p%40ss@db:3306/zhenban", s.DB)

	s, err = LoadSettings(file, []string{"ZHENBAN_WECHAT_SECRET=from-env"})
	require.NoError(t, err)
	assert.Equal(t, "from-env", s.WeChat.Secret.Reveal(), "a variable wins over a file that YAML names")
}

// Everything wrong is told at once: what stands in the file with its place,
// what came from the environment with its variable.
func TestSettingsFaultsAtOnce(t *testing.T) {
	file := write(t, "z.yaml", `listen: nowhere
db: postgres://x
public_url: clinic.example
retention: long
wechat:
  app_id: wx1
  secret: a
  secret_file: /nonexistent/a
  token_file: /nonexistent/b
  aes_key: short
telegram: {token: nonsense, mode: hook, api_bas: x}
log: {level: loud, format: xml}
data_key: [1, 2]
`)
	_, err := LoadSettings(file, []string{
		"ZHENBAN_WECOM_ROBOT_KEY=no", "ZHENBAN_API_TOKEN=two words", "ZHENBAN_WECAT_APP_ID=wx", "ZHENBAN_LISTEN_FILE=/x",
		"ZHENBAN_DATA_KEY=a", "ZHENBAN_DATA_KEY_FILE=" + file, "ZHENBAN_TELEGRAM_WEBHOOK_SECRET=not allowed", "ZHENBAN_WECHAT_AES_KEY_PREVIOUS_FILE=/nonexistent/c",
	})
	got := strings.ReplaceAll(err.Error(), file, "z.yaml")
	for _, want := range []string{
		`z.yaml:1:1: listen: "nowhere" is no address`,
		"z.yaml:2:1: db: is no database: write sqlite:PATH or mysql://",
		`z.yaml:3:1: public_url: "clinic.example" is no absolute http or https address`,
		`z.yaml:4:12: retention: "long" is no whole number`,
		"z.yaml:8:3: wechat.secret_file: stands beside secret: keep one of them",
		"z.yaml:9:15: wechat.token_file: /nonexistent/b cannot be read: no such file or directory",
		"z.yaml:10:3: wechat.aes_key: is no EncodingAESKey",
		`z.yaml:11:41: telegram.api_bas: is no key here (did you mean "api_base"?)`,
		`z.yaml:11:29: telegram.mode: "hook" is neither poll nor webhook`,
		"telegram.token: is no bot token",
		`log.level: "loud" is none of`,
		`log.format: "xml" is neither`,
		"z.yaml:13:11: data_key: must be a text, not a list",
		"ZHENBAN_WECOM_ROBOT_KEY: is no robot key",
		"ZHENBAN_API_TOKEN: has a space",
		`ZHENBAN_WECAT_APP_ID: is no setting (did you mean "ZHENBAN_WECHAT_APP_ID"?)`,
		"ZHENBAN_LISTEN_FILE: is no setting",
		"ZHENBAN_DATA_KEY_FILE: stands beside ZHENBAN_DATA_KEY",
		"ZHENBAN_TELEGRAM_WEBHOOK_SECRET: may hold only",
		"ZHENBAN_WECHAT_AES_KEY_PREVIOUS_FILE: /nonexistent/c cannot be read",
	} {
		assert.Contains(t, got, want)
	}
	assert.Len(t, faultsOf(t, err), 20, "and nothing else:\n%s", got)
}

func TestSettingsFaultsOneByOne(t *testing.T) {
	wechat := []string{"ZHENBAN_WECHAT_APP_ID=wx1", "ZHENBAN_WECHAT_SECRET=a", "ZHENBAN_WECHAT_TOKEN=b"}
	telegram := []string{"ZHENBAN_TELEGRAM_TOKEN=1:abc"}
	for _, c := range []struct {
		want string // empty: valid
		env  []string
	}{
		{"", wechat},
		{"", append(wechat, "ZHENBAN_WECHAT_AES_KEY="+aesKey)},
		{"ZHENBAN_WECHAT_TOKEN: is missing: WeChat needs", wechat[:2]},
		{"ZHENBAN_WECHAT_APP_ID: is missing", append(wechat[1:3:3], "ZHENBAN_WECHAT_AES_KEY="+aesKey)},
		{"ZHENBAN_WECHAT_AES_KEY_PREVIOUS: is set without", append(wechat, "ZHENBAN_WECHAT_AES_KEY_PREVIOUS="+aesKey)},
		{"ZHENBAN_WECHAT_API_BASE: ", append(wechat, "ZHENBAN_WECHAT_API_BASE=localhost")},
		{"", append(telegram, "ZHENBAN_TELEGRAM_API_BASE=http://127.0.0.1:8081")},
		{"", append(telegram, "ZHENBAN_TELEGRAM_MODE=webhook", "ZHENBAN_TELEGRAM_WEBHOOK_SECRET=s_-1", "ZHENBAN_PUBLIC_URL=https://x.example")},
		{"ZHENBAN_PUBLIC_URL: is missing: telegram.mode is webhook", append(telegram, "ZHENBAN_TELEGRAM_MODE=webhook", "ZHENBAN_TELEGRAM_WEBHOOK_SECRET=s")},
		{"ZHENBAN_TELEGRAM_WEBHOOK_SECRET: is missing", append(telegram, "ZHENBAN_TELEGRAM_MODE=webhook", "ZHENBAN_PUBLIC_URL=https://x.example")},
		{"ZHENBAN_TELEGRAM_TOKEN: is missing", []string{"ZHENBAN_TELEGRAM_MODE=webhook"}},
		{"ZHENBAN_RETENTION: cannot be read as int", []string{"ZHENBAN_RETENTION=x9"}},
		{"ZHENBAN_RETENTION: 0 is no number of days", []string{"ZHENBAN_RETENTION=0"}},
		{"", []string{"ZHENBAN_DB=sqlite:/var/lib/z.db"}},
		{"", []string{"ZHENBAN_DB=sqlite::memory:"}},
		{"", []string{"ZHENBAN_DB=mysql://root@127.0.0.1:3306/zhenban?tls=true"}},
		{"", []string{"ZHENBAN_DB=mysql://u:p%23w@[::1]:3306/z"}},
		{"ZHENBAN_DB: names no file", []string{"ZHENBAN_DB=sqlite:"}},
		{"ZHENBAN_DB: names no user", []string{"ZHENBAN_DB=mysql://h:3306/z"}},
		{"ZHENBAN_DB: names no host and port", []string{"ZHENBAN_DB=mysql://u:p@h/z"}},
		{"ZHENBAN_DB: names no database", []string{"ZHENBAN_DB=mysql://u:p@h:3306/"}},
		{"ZHENBAN_DB: is no address", []string{"ZHENBAN_DB=mysql://u:hidden%zz@h:3306/z"}},
		{"", []string{"ZHENBAN_LISTEN=:0"}},
		{"ZHENBAN_LISTEN: ", []string{"ZHENBAN_LISTEN=localhost:http"}},
		{"ZHENBAN_LISTEN: ", []string{"ZHENBAN_LISTEN=localhost:70000"}},
	} {
		_, err := LoadSettings("", c.env)
		if c.want == "" {
			assert.NoError(t, err, c.env)
			continue
		}
		if assert.Error(t, err, c.env) {
			assert.True(t, strings.HasPrefix(err.Error(), c.want), "%v: %v", c.env, err)
			assert.Len(t, faultsOf(t, err), 1, err.Error())
			assert.NotContains(t, err.Error(), "hidden")
		}
	}
}

func TestSettingsFileUnreadable(t *testing.T) {
	_, err := LoadSettings("/nonexistent/z.yaml", nil)
	assert.EqualError(t, err, "/nonexistent/z.yaml: cannot be read: no such file or directory")
	_, _, err = LoadProfile("")
	assert.ErrorContains(t, err, "clinic: is missing")
	_, err = LoadSettings(write(t, "empty.yaml", "# nothing\n"), nil)
	assert.NoError(t, err)
}

// However settings are printed, no secret comes out.
func TestSecretsStayHidden(t *testing.T) {
	s, err := LoadSettings("", []string{
		"ZHENBAN_WECHAT_APP_ID=wx1", "ZHENBAN_WECHAT_SECRET=hidden-1", "ZHENBAN_WECHAT_TOKEN=hidden-2",
		"ZHENBAN_API_TOKEN=hidden-3-hidden-3", "ZHENBAN_DATA_KEY=hidden-4", "ZHENBAN_DB=mysql://u:hidden-5@h:3306/z",
	})
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("settings", "all", s, "one", s.API.Token, "wechat", s.WeChat)
	asJSON, err := json.Marshal(s.WeChat)
	require.NoError(t, err)
	for _, out := range []string{
		log.String(), string(asJSON), SafeDSN(s.DB), s.DataKey.String(),
		fmt.Sprintf("%v %+v %#v %s %q %x", s.WeChat, s.API, s.WeChat, s.DataKey, s.API.Token, s.DataKey),
	} {
		assert.NotContains(t, out, "hidden")
		assert.NotContains(t, out, "68696464656e") // the same in hex
	}
	assert.Contains(t, log.String(), `"one":"***"`)
	assert.Equal(t, "hidden-4", s.DataKey.Reveal())
}

func FuzzSettings(f *testing.F) {
	f.Add([]byte("listen: :1\nwechat: {secret: a}\n"), "mysql://a:b@c:1/d")
	f.Fuzz(func(t *testing.T, data []byte, value string) {
		s := DefaultSettings()
		doc, err := parseDocument("f.yaml", data)
		if err == nil {
			(&decoder{doc: doc, secret: func(string) (string, error) { return "", nil }}).decode(&s)
		}
		s.DB, s.Listen, s.WeChat.AESKey = value, value, Secret(value)
		_ = s.Validate()
		_ = SafeDSN(value)
	})
}
