package cmd

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/media/mediatest"
)

// platform answers as WeChat and Telegram do, to one token and one secret.
func platform(t *testing.T) string {
	mux := http.NewServeMux()
	say := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(body))
		}
	}
	mux.HandleFunc("/bot123:right-token/getMe", say(`{"ok":true,"result":{"id":123,"is_bot":true,"first_name":"x","username":"x_bot"}}`))
	mux.HandleFunc("/bot123:wrong-token/getMe", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"ok":false,"error_code":401,"description":"Unauthorized"}`))
	})
	mux.HandleFunc("/", say(`{"errcode":40125,"errmsg":"invalid appsecret"}`))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

func TestCheck(t *testing.T) {
	eachDatabase(t, func(t *testing.T, dsn string) {
		d := newDesk(t, dsn, "vet")
		api := platform(t)
		d.env = append(d.env, "ZHENBAN_TELEGRAM_TOKEN=123:right-token", "ZHENBAN_TELEGRAM_API_BASE="+api, "ZHENBAN_WECOM_ROBOT_KEY=some-robot-key",
			"ZHENBAN_PUBLIC_URL=https://clinic.example")
		code, out, _ := d.run("check")
		assert.Equal(t, 0, code, out)

		d.store()
		code, out, _ = d.run("check")
		assert.Equal(t, 0, code, out)
		assert.Contains(t, out, "reached; no migration pending")
		assert.Contains(t, out, "ok    data_key: data_key opens the database")
		assert.Contains(t, out, "ok    telegram: the token is accepted")
		assert.Contains(t, out, "ok    wechat: not set, off")
		assert.Contains(t, out, "ok    wecom: the robot's key is set")
		assert.Contains(t, out, "ok    media: folder ")
		assert.Len(t, strings.Split(strings.TrimSpace(out), "\n"), 9, "one line each")

		bucket := mediatest.New()
		defer bucket.Close()
		d.env = append(d.env, "ZHENBAN_DATA_KEY=another key that opens nothing", "ZHENBAN_TELEGRAM_TOKEN=123:wrong-token",
			"ZHENBAN_WECHAT_APP_ID=wx1", "ZHENBAN_WECHAT_SECRET=hush-hush", "ZHENBAN_WECHAT_TOKEN=tok", "ZHENBAN_WECHAT_API_BASE="+api,
			"ZHENBAN_PUBLIC_URL=http://192.168.1.7", "ZHENBAN_CLINIC=nowhere.yaml",
			"ZHENBAN_MEDIA=s3://other?endpoint="+bucket.URL, "ZHENBAN_S3_ACCESS_KEY="+mediatest.AccessKey, "ZHENBAN_S3_SECRET_KEY="+mediatest.SecretKey)
		code, out, errs := d.run("check")
		assert.Equal(t, 1, code, out)
		for _, want := range []string{
			"FAULT data_key: data_key: this database was written with another key", "FAULT clinic: nowhere.yaml",
			"FAULT wechat: ", "40125", "FAULT telegram: ", "FAULT media: media: ", "FAULT public_url: http://192.168.1.7 cannot be reached",
		} {
			assert.Contains(t, out, want)
		}
		for _, secret := range []string{"hush-hush", "wrong-token", "right-token", "some-robot-key", "opens nothing", quickKey, mediatest.SecretKey} {
			assert.NotContains(t, out+errs, secret)
		}
	})
}

// A look does not leave traces: neither a database nor a key is made.
func TestCheckWritesNothing(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, "sqlite:"+filepath.Join(dir, "z.db"), "vet")
	d.env = d.env[:2]
	code, out, _ := d.run("check")
	assert.Equal(t, 0, code, out)
	assert.Contains(t, out, "the first start makes it")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)

	// The key that the first start made, and lost.
	code, _, errs := d.run("import", "clinic", "vet")
	require.Equal(t, 0, code, errs)
	code, out, _ = d.run("check")
	assert.Equal(t, 0, code, out)
	assert.Contains(t, out, "z.db.key opens the database")
	require.NoError(t, os.Remove(filepath.Join(dir, "z.db.key")))
	code, out, _ = d.run("check")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "FAULT data_key: the database was written with a key")
}

func TestCheckGoesOn(t *testing.T) {
	d := newDesk(t, "mysql://root:pass-word@127.0.0.1:1/none", "vet")
	d.env = append(d.env, "ZHENBAN_LISTEN=nowhere", "ZHENBAN_TELEGRAM_MODE=pigeon")
	code, out, errs := d.run("check")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "FAULT settings: ZHENBAN_LISTEN")
	assert.Contains(t, out, "; ZHENBAN_TELEGRAM_MODE", "all on one line")
	assert.Contains(t, out, "FAULT database: ")
	assert.Contains(t, out, "ok    clinic: 小橘灯宠物医院, vet, which the first start takes")
	assert.NotContains(t, out+errs, "pass-word")
	assert.Len(t, strings.Split(strings.TrimSpace(out), "\n"), 9)

	code, out, _ = newDesk(t, "sqlite:"+filepath.Join(t.TempDir(), "no", "such", "z.db"), "vet").run("check")
	assert.Equal(t, 1, code)
	assert.Contains(t, out, "its folder does not exist")
}

// A check that does not come back is given up, the next is tried.
func TestCheckIsBounded(t *testing.T) {
	never := make(chan struct{})
	var out strings.Builder
	err := World{Out: &out}.runChecks(context.Background(), time.Second, []check{
		{"deaf", func(context.Context) (string, error) { <-never; return "", nil }},
		{"well", func(context.Context) (string, error) { return "fine", nil }},
		{"ill", func(context.Context) (string, error) { return "", errors.New("a\nb") }},
	})
	close(never)
	require.ErrorIs(t, err, errSaid)
	assert.Contains(t, out.String(), "FAULT deaf: no answer within 1s\n")
	assert.Contains(t, out.String(), "ok    well: fine\nFAULT ill: a; b\n")
}
