package webchat

import (
	"html/template"
	"net/http"
)

// DemoOptions is what the demo's page shows.
type DemoOptions struct {
	Clinic      string // the clinic's name, with its preset
	ClientToken string // who the client's phone is: at least 20 characters
	StaffToken  string
	Lang        string // of the page; "" follows the browser
}

// DemoPage is the demo's GET /: a client's and a staff member's phone side by
// side, and the clock. Give it to Options.Home, with Options.Demo set. It
// talks to POST and GET /demo/clock, which belong to whoever owns the clock:
// {"now": RFC3339, "zone": IANA name, "next": RFC3339 of what is due next, if
// known}.
func DemoPage(o DemoOptions) http.Handler {
	a := loadAssets()
	t := template.Must(template.New("demo").Parse(string(a.files["demo.html"])))
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		lang := o.Lang
		if asked := req.URL.Query().Get("lang"); asked != "" {
			lang = asked
		}
		forced := lang != ""
		if !forced {
			lang = req.Header.Get("Accept-Language")
		}
		v := struct {
			DemoOptions
			Base, Lang string
			Query      string
		}{DemoOptions: o, Base: a.base(), Lang: language(lang)}
		if forced {
			v.Query = v.Lang
		}
		render(w, req, t, v, "'none'", "'self'")
	})
}
