package config

import (
	"log/slog"
	"net/url"
	"strings"
)

// Settings is how one copy of the program is run: addresses, credentials and
// limits. What the clinic is stands in Profile.
//
// Each key of the YAML file can be set by a variable instead, which wins: the
// key in capitals after ZHENBAN_ (wechat.app_id is ZHENBAN_WECHAT_APP_ID).
// Fields tagged secret can be read from a file: KEY_file, or VARIABLE_FILE.
type Settings struct {
	Listen    string   `yaml:"listen" env:"LISTEN"`                   // host:port of the HTTP server; default 127.0.0.1:8080
	DB        string   `yaml:"db" env:"DB" secret:"true"`             // sqlite:PATH or mysql://USER:PASS@HOST:PORT/NAME; default sqlite:zhenban.db
	Clinic    string   `yaml:"clinic" env:"CLINIC"`                   // path of a profile, or a preset's name
	PublicURL string   `yaml:"public_url" env:"PUBLIC_URL"`           // address that clients can reach, without a slash at the end
	Media     string   `yaml:"media" env:"MEDIA"`                     // where pictures and documents lie, encrypted: a folder, default beside the database, or s3://BUCKET/PREFIX?endpoint=…
	DataKey   Secret   `yaml:"data_key" env:"DATA_KEY" secret:"true"` // key set for encryption at rest; parsed by its user
	Spool     string   `yaml:"spool" env:"SPOOL"`                     // file of messages that come while the database is away; default beside the SQLite file, or named after the port
	Retention int      `yaml:"retention" env:"RETENTION"`             // days that turns are kept; default DefaultRetention
	WeChat    WeChat   `yaml:"wechat" envPrefix:"WECHAT_"`
	Telegram  Telegram `yaml:"telegram" envPrefix:"TELEGRAM_"`
	WeCom     WeCom    `yaml:"wecom" envPrefix:"WECOM_"`
	API       API      `yaml:"api" envPrefix:"API_"`
	S3        S3       `yaml:"s3" envPrefix:"S3_"`
	Web       Web      `yaml:"web" envPrefix:"WEB_"`
	Log       Log      `yaml:"log" envPrefix:"LOG_"`
}

// DefaultRetention is three years in days: what 动物诊疗机构管理办法 asks of
// records, and the general limitation period of 民法典 art. 188, after which a
// conversation is hardly needed as evidence. What is medical record (consents,
// forms, reports) is kept by its own rule, not by this one.
const DefaultRetention = 3 * 365

// WeChat is an Official Account. It is on when AppID is set.
type WeChat struct {
	AppID          string `yaml:"app_id" env:"APP_ID"`
	Secret         Secret `yaml:"secret" env:"SECRET" secret:"true"`
	Token          Secret `yaml:"token" env:"TOKEN" secret:"true"`     // 3–32 letters and digits, as entered at mp.weixin.qq.com
	AESKey         Secret `yaml:"aes_key" env:"AES_KEY" secret:"true"` // EncodingAESKey, 43 characters; set: safe mode
	AESKeyPrevious Secret `yaml:"aes_key_previous" env:"AES_KEY_PREVIOUS" secret:"true"`
	APIBase        string `yaml:"api_base" env:"API_BASE"` // default https://api.weixin.qq.com
	Mass           bool   `yaml:"mass" env:"MASS"`         // broadcasts go out as mass messages (群发) to who was silent for more than 48 hours
	// What goes out when the chat is closed; in the file only.
	Templates     []WeChatNotice `yaml:"templates" env:"-"`     // template messages (模板消息)
	Subscriptions []WeChatNotice `yaml:"subscriptions" env:"-"` // subscription notices (订阅通知)
}

// Telegram is a bot. It is on when Token is set.
type Telegram struct {
	Token         Secret `yaml:"token" env:"TOKEN" secret:"true"`
	APIBase       string `yaml:"api_base" env:"API_BASE"` // default https://api.telegram.org
	WebhookSecret Secret `yaml:"webhook_secret" env:"WEBHOOK_SECRET" secret:"true"`
	Mode          string `yaml:"mode" env:"MODE"` // poll (default) or webhook
}

// The ways to get Telegram's updates.
const (
	Poll    = "poll"
	Webhook = "webhook"
)

// WeCom is a group robot for staff alerts. It is on when RobotKey is set.
type WeCom struct {
	RobotKey Secret `yaml:"robot_key" env:"ROBOT_KEY" secret:"true"`
	APIBase  string `yaml:"api_base" env:"API_BASE"` // default https://qyapi.weixin.qq.com
}

// API is the FHIR interface. It is on when Token is set.
type API struct {
	Token Secret `yaml:"token" env:"TOKEN" secret:"true"`
}

// S3 is who may use the bucket of Media.
type S3 struct {
	AccessKey Secret `yaml:"access_key" env:"ACCESS_KEY" secret:"true"`
	SecretKey Secret `yaml:"secret_key" env:"SECRET_KEY" secret:"true"`
}

// Web is the chat on the clinic's own site.
type Web struct {
	Origins []string `yaml:"origins" env:"ORIGINS"` // sites that may embed the chat, as https://HOST; in the variable separated by commas
}

// Log says what is logged, and how.
type Log struct {
	Level  string `yaml:"level" env:"LEVEL"`   // debug, info (default), warn or error
	Format string `yaml:"format" env:"FORMAT"` // text (default) or json
}

// DefaultSettings is what holds where nothing is set.
func DefaultSettings() Settings {
	return Settings{
		Listen:    "127.0.0.1:8080",
		DB:        "sqlite:zhenban.db",
		Retention: DefaultRetention,
		WeChat:    WeChat{APIBase: "https://api.weixin.qq.com"},
		Telegram:  Telegram{APIBase: "https://api.telegram.org", Mode: Poll},
		WeCom:     WeCom{APIBase: "https://qyapi.weixin.qq.com"},
		Log:       Log{Level: "info", Format: "text"},
	}
}

// LogLevel is Log.Level for log/slog.
func (s Settings) LogLevel() slog.Level {
	var l slog.Level
	if l.UnmarshalText([]byte(s.Log.Level)) != nil {
		return slog.LevelInfo
	}
	return l
}

// LogValue shows what is set, without a secret in it.
func (s Settings) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("listen", s.Listen),
		slog.String("db", SafeDSN(s.DB)),
		slog.String("clinic", s.Clinic),
		slog.String("public_url", s.PublicURL),
		slog.String("media", s.Media),
		slog.String("spool", s.Spool),
		slog.Int("retention_days", s.Retention),
		slog.Bool("wechat", s.WeChat.AppID != ""),
		slog.Bool("wechat_safe_mode", s.WeChat.AESKey != ""),
		slog.Bool("telegram", s.Telegram.Token != ""),
		slog.String("telegram_mode", s.Telegram.Mode),
		slog.Bool("wecom", s.WeCom.RobotKey != ""),
		slog.Bool("fhir", s.API.Token != ""),
		slog.Bool("data_key", s.DataKey != ""),
	)
}

// SafeDSN is a database address without its password, for logs and errors.
func SafeDSN(dsn string) string {
	if !strings.HasPrefix(dsn, "mysql:") {
		return dsn
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "mysql:" + masked
	}
	return u.Redacted()
}
