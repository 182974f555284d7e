package config

import (
	"regexp"
	"strings"
)

// WeChatNotice maps a notice of ours onto a template of the account: which of
// the notice's fields fills which of the template's places.
type WeChatNotice struct {
	Notice  string            `yaml:"notice"`  // its name: visit-reminder …
	ID      string            `yaml:"id"`      // of the template, as the account's console shows it
	Fields  map[string]string `yaml:"fields"`  // place (thing1, time2 …): field of the notice (service, time, doctor, number, patient, place …)
	Link    string            `yaml:"link"`    // page that opens on a tap; "" for none
	Ask     string            `yaml:"ask"`     // subscriptions: page on which a person agrees to one; "" to never ask
	Lasting bool              `yaml:"lasting"` // subscriptions: one consent is for good (长期订阅)
}

var (
	noticeName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	templateID = regexp.MustCompile(`^[A-Za-z0-9_-]{5,64}$`)
	placeName  = regexp.MustCompile(`^[a-z_]{2,24}[0-9]{1,3}$`)
)

func (w WeChat) validateNotices(f *Faults) {
	for _, list := range []struct {
		key   string
		items []WeChatNotice
	}{{"wechat.templates", w.Templates}, {"wechat.subscriptions", w.Subscriptions}} {
		seen := map[string]bool{}
		for i, n := range list.items {
			key := at(list.key, i)
			if w.AppID == "" {
				f.add(key, "is set without app_id")
				return
			}
			if !noticeName.MatchString(n.Notice) {
				f.add(key+".notice", "%q is no name of a notice: use a-z, 0-9 and -, as visit-reminder", n.Notice)
			} else if seen[n.Notice] {
				f.add(key+".notice", "%q stands here twice", n.Notice)
			}
			seen[n.Notice] = true
			if !templateID.MatchString(n.ID) {
				f.add(key+".id", "%q is no template's ID", n.ID)
			}
			if len(n.Fields) == 0 {
				f.add(key+".fields", missing)
			}
			for place, field := range n.Fields {
				if !placeName.MatchString(place) || field == "" {
					f.add(key+".fields", "%s: %s is no place and its field: write thing1: service", place, field)
				}
			}
			for _, link := range []struct{ key, value string }{{".link", n.Link}, {".ask", n.Ask}} {
				if link.value != "" && !absoluteURL(link.value) {
					f.add(key+link.key, "%q is no absolute http or https address", link.value)
				}
			}
			if strings.HasSuffix(list.key, "templates") && (n.Ask != "" || n.Lasting) {
				f.add(key, "ask and lasting belong to subscriptions: a template message needs no consent")
			}
		}
	}
}
