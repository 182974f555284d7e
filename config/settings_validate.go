package config

import (
	"encoding/base64"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Validate tells everything wrong with the settings as Faults, keyed by their
// YAML path; nil when they can be used. It does not open files or sockets, and
// never repeats a secret.
func (s Settings) Validate() error {
	var f Faults
	if host, port, err := net.SplitHostPort(s.Listen); err != nil || !isPort(port, 0) || strings.ContainsAny(host, " /") {
		f.add("listen", "%q is no address: write host:port, as 127.0.0.1:8080 or :8080", s.Listen)
	}
	if why := dsnFault(s.DB); why != "" {
		f.add("db", "%s: write sqlite:PATH or mysql://USER:PASS@HOST:PORT/NAME", why)
	}
	if s.PublicURL != "" {
		checkURL(&f, "public_url", s.PublicURL)
	}
	if s.Retention < 1 || s.Retention > 36500 {
		f.add("retention", "%d is no number of days from 1 to 36500", s.Retention)
	}
	s.validateMedia(&f)
	s.WeChat.validate(&f)
	s.Telegram.validate(&f, s.PublicURL)
	if s.WeCom.RobotKey != "" {
		checkURL(&f, "wecom.api_base", s.WeCom.APIBase)
		if !word(s.WeCom.RobotKey, 8, 64) {
			f.add("wecom.robot_key", "is no robot key: it is what follows key= in the robot's address")
		}
	}
	if s.API.Token != "" && !printable(string(s.API.Token), 1) {
		f.add("api.token", "has a space or an invisible character in it")
	}
	for _, o := range s.Web.Origins {
		if u, err := url.Parse(o); err != nil || !absoluteURL(o) || o != u.Scheme+"://"+u.Host {
			f.add("web.origins", "%q is no site: write https://HOST, without a path", o)
		}
	}
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, s.Log.Level) {
		f.add("log.level", "%q is none of debug, info, warn, error", s.Log.Level)
	}
	if !slices.Contains([]string{"text", "json"}, s.Log.Format) {
		f.add("log.format", "%q is neither text nor json", s.Log.Format)
	}
	return f.err()
}

// validateMedia: a bucket comes with its keys, which have no place in its address.
func (s Settings) validateMedia(f *Faults) {
	if !strings.HasPrefix(s.Media, "s3:") {
		if s.S3.AccessKey != "" || s.S3.SecretKey != "" {
			f.add("s3", "is set, and media is no s3://BUCKET")
		}
		return
	}
	u, err := url.Parse(s.Media)
	switch {
	case err != nil || u.Scheme != "s3" || u.Host == "":
		f.add("media", "is no address of a bucket: write s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION")
	case u.User != nil:
		f.add("media", "holds a key: it belongs into s3.access_key and s3.secret_key")
	case u.Query().Get("endpoint") != "":
		checkURL(f, "media", u.Query().Get("endpoint"))
	}
	if s.S3.AccessKey == "" || s.S3.SecretKey == "" {
		f.add("s3", "access_key and secret_key are missing for the bucket of media")
	}
}

// validate: complete or absent; half an account would fail at the first
// message instead of at start.
func (w WeChat) validate(f *Faults) {
	w.validateNotices(f)
	if w.Mass && w.AppID == "" {
		f.add("wechat.mass", "is set without app_id")
	}
	if w.AppID == "" && w.Secret == "" && w.Token == "" && w.AESKey == "" && w.AESKeyPrevious == "" {
		return
	}
	checkURL(f, "wechat.api_base", w.APIBase)
	for _, part := range []struct{ key, value string }{
		{"wechat.app_id", w.AppID}, {"wechat.secret", string(w.Secret)}, {"wechat.token", string(w.Token)},
	} {
		if part.value == "" {
			f.add(part.key, "is missing: WeChat needs app_id, secret and token, or none of its settings")
		} else if !printable(part.value, 1) {
			f.add(part.key, "has a space or an invisible character in it")
		}
	}
	// EncodingAESKey is 32 bytes in base64 without its "=" (developers.weixin.qq.com, 消息加解密说明).
	for _, part := range []struct {
		key   string
		value Secret
	}{{"wechat.aes_key", w.AESKey}, {"wechat.aes_key_previous", w.AESKeyPrevious}} {
		if part.value == "" {
			continue
		}
		if raw, err := base64.StdEncoding.DecodeString(string(part.value) + "="); err != nil || len(raw) != 32 || len(part.value) != 43 {
			f.add(part.key, "is no EncodingAESKey: 43 letters and digits are expected")
		}
	}
	if w.AESKeyPrevious != "" && w.AESKey == "" {
		f.add("wechat.aes_key_previous", "is set without aes_key")
	}
}

func (t Telegram) validate(f *Faults, publicURL string) {
	if t.Mode != Poll && t.Mode != Webhook {
		f.add("telegram.mode", "%q is neither poll nor webhook%s", t.Mode, didYouMean(t.Mode, []string{Poll, Webhook}))
	}
	// Telegram: secret_token is 1–256 characters of A–Z, a–z, 0–9, _ and -.
	if t.WebhookSecret != "" && !word(t.WebhookSecret, 1, 256) {
		f.add("telegram.webhook_secret", "may hold only letters, digits, _ and -, at most 256")
	}
	if t.Token == "" {
		if t.Mode == Webhook {
			f.add("telegram.token", "is missing: mode is webhook")
		}
		return
	}
	checkURL(f, "telegram.api_base", t.APIBase)
	if id, key, ok := strings.Cut(string(t.Token), ":"); !ok || id == "" || strings.Trim(id, "0123456789") != "" || !word(Secret(key), 1, 256) {
		f.add("telegram.token", "is no bot token: it has the form 123456:letters-and-digits")
	}
	if t.Mode == Webhook && t.WebhookSecret == "" {
		f.add("telegram.webhook_secret", "is missing: mode is webhook")
	}
	if t.Mode == Webhook && publicURL == "" {
		f.add("public_url", "is missing: telegram.mode is webhook")
	}
}

// dsnFault says what is wrong with a database address, without repeating it:
// it holds a password.
func dsnFault(dsn string) string {
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch scheme {
	case "sqlite":
		if rest == "" || strings.HasPrefix(rest, "//") || strings.ContainsAny(rest, "\x00\n") {
			return "names no file"
		}
		return ""
	case "mysql":
		u, err := url.Parse(dsn)
		switch {
		case err != nil:
			return "is no address (in user and password, special characters are written as %40 for @ and so on)"
		case u.User == nil || u.User.Username() == "":
			return "names no user"
		case u.Hostname() == "" || !isPort(u.Port(), 1):
			return "names no host and port"
		case !regexp.MustCompile(`^/[A-Za-z0-9_$-]{1,64}$`).MatchString(u.Path):
			return "names no database"
		}
		return ""
	}
	return "is no database"
}

func checkURL(f *Faults, key, s string) {
	if !absoluteURL(s) {
		f.add(key, "%q is no absolute http or https address", s)
	}
}

func absoluteURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

func isPort(s string, least int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= least && n <= 65535
}

func word(s Secret, least, most int) bool {
	for _, r := range string(s) {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' {
			return false
		}
	}
	return len(s) >= least && len(s) <= most
}

func printable(s string, least int) bool {
	for _, r := range s {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return len(s) >= least
}
