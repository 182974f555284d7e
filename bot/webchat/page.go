package webchat

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// pages renders the chat page and the frame, which differ only in who may
// embed them.
type pages struct {
	chat      *template.Template
	assets    *assets
	o         Options
	ancestors string
}

func newPages(a *assets, o Options) *pages {
	return &pages{
		chat:      template.Must(template.New("chat").Parse(string(a.files["chat.html"]))),
		assets:    a,
		o:         o,
		ancestors: strings.Join(append([]string{"'self'"}, embedders(o.Origins)...), " "),
	}
}

// embedders keeps what is an origin; the rest must not reach a header.
func embedders(origins []string) []string {
	var ok []string
	for _, o := range origins {
		u, err := url.Parse(strings.TrimSuffix(o, "/"))
		if err == nil && (u.Scheme == "https" || u.Scheme == "http") && hostForm.MatchString(u.Host) && u.Path == "" {
			ok = append(ok, u.Scheme+"://"+u.Host)
		}
	}
	return ok
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9.\-:\[\]]+$`)

// view is what the page's template and its script know.
type view struct {
	Lang  string
	Base  string
	Frame bool
	Name  string
	Setup setup
}

// setup is handed to the script as JSON, so that no script stands in the page.
type setup struct {
	V         int               `json:"v"`
	Names     map[string]string `json:"names"`
	Lang      string            `json:"lang,omitempty"` // ?lang=, which wins over the browser's
	Zone      string            `json:"zone,omitempty"`
	MaxText   int               `json:"max_text"`
	MaxUpload int64             `json:"max_upload"`
	Frame     bool              `json:"frame,omitempty"`
}

func (p *pages) serve(frame bool) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		v := view{Base: p.assets.base(), Frame: frame, Setup: setup{
			V: Version, Names: map[string]string{}, Zone: p.o.Zone,
			MaxText: MaxText, MaxUpload: p.o.MaxUpload, Frame: frame,
		}}
		if asked := req.URL.Query().Get("lang"); asked != "" {
			v.Setup.Lang = language(asked)
		}
		v.Lang = v.Setup.Lang
		if v.Lang == "" {
			v.Lang = language(req.Header.Get("Accept-Language"))
		}
		for _, l := range []string{"zh-Hans", "zh-Hant", "en"} {
			v.Setup.Names[l] = p.o.Name(l)
		}
		v.Name = v.Setup.Names[v.Lang]
		ancestors := "'self'"
		if frame {
			ancestors = p.ancestors
		}
		render(w, req, p.chat, v, ancestors, "")
	}
}

// render writes a page under a policy that allows nothing but our own files.
func render(w http.ResponseWriter, req *http.Request, t *template.Template, data any, ancestors, frames string) {
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		http.Error(w, "page", http.StatusInternalServerError)
		return
	}
	connect := "'self'"
	if hostForm.MatchString(req.Host) { // older Safari's 'self' does not cover WebSockets
		connect += " ws://" + req.Host + " wss://" + req.Host
	}
	policy := "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src " + connect +
		"; base-uri 'none'; form-action 'none'; frame-ancestors " + ancestors + "; require-trusted-types-for 'script'"
	if frames != "" {
		policy += "; frame-src " + frames
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "geolocation=(), microphone=(), camera=()")
	h.Set("Cache-Control", "no-cache")
	h.Add("Vary", "Accept-Language")
	_, _ = w.Write(b.Bytes())
}

// language picks one of the page's three languages for a tag or an
// Accept-Language header; its first tag is the person's first wish.
func language(tags string) string {
	for tag := range strings.SplitSeq(tags, ",") {
		tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), ";")
		switch {
		case strings.HasPrefix(tag, "zh-hant"), strings.HasPrefix(tag, "zh-tw"),
			strings.HasPrefix(tag, "zh-hk"), strings.HasPrefix(tag, "zh-mo"):
			return "zh-Hant"
		case strings.HasPrefix(tag, "zh"):
			return "zh-Hans"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	if tags == "" {
		return "zh-Hans"
	}
	return "en"
}
