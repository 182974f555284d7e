package webchat

import (
	"html/template"
	"net/http"
)

// DemoOptions is what the demo's page shows.
type DemoOptions struct {
	Clinic      string // the clinic's name, with its preset
	ClientToken string // who the client's phone is: at least 20 characters
	StaffToken  string // who the staff phone is at first
	// Staff are the people whose phone the staff phone can be: two of them, for
	// what a second person must approve. Empty: only StaffToken's.
	Staff []DemoPerson
	Lang  string // of the page; "" follows the browser
}

// DemoPerson is somebody of the clinic in the demo.
type DemoPerson struct {
	Role  string // desk, nurse, doctor, consultant, manager
	Name  string
	Token string // at least 20 characters
}

// DemoPage is the demo's GET /: a client's and a staff member's phone side by
// side, and the clock. Give it to Options.Home, with Options.Demo set. It
// talks to POST and GET /demo/clock, which belong to whoever owns the clock:
// {"now": RFC3339, "zone": IANA name, "next": RFC3339 of what is due next, if
// known}.
func DemoPage(o DemoOptions) http.Handler {
	a := loadAssets()
	if o.StaffToken == "" && len(o.Staff) > 0 {
		o.StaffToken = o.Staff[0].Token
	}
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
