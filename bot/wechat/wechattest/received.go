package wechattest

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Ways by which a message reaches a person.
const (
	Passive  = "passive"
	Custom   = "custom"
	Template = "template"
	// Subscription is a notice that the person agreed to.
	Subscription = "subscription"
	// Mass is a message to many.
	Mass = "mass"
)

// Received is one message on a person's phone.
type Received struct {
	Via, OpenID, Type string
	Raw               string   // text as sent, links included
	Text              string   // text as seen
	Options           []Option // its tappable lines
	MediaID           string
	Media             []byte
	At                time.Time
}

// Option is a tappable line.
type Option struct {
	Number  int    // the number it is seen with, 0 if none
	Label   string // its words without the number
	Content string // what tapping it sends; empty for a page
	Ref     string // the bizmsgmenuid that goes along
	URL     string // the page it opens
}

// Option finds a line by its number.
func (r *Received) Option(number int) (Option, bool) {
	for _, o := range r.Options {
		if o.Number == number {
			return o, true
		}
	}
	return Option{}, false
}

// The one form of link that WeChat's clients take apart reliably, what is left
// of a broken one, and a number before an option's words.
var (
	linkForm   = regexp.MustCompile(`<a href="([^"<>]*)">([^<>]*)</a>`)
	brokenForm = regexp.MustCompile(`(?i)<\s*/?\s*[a-z!]`)
	numberForm = regexp.MustCompile(`^(\d+)\. (.+)$`)
)

// read takes a text apart as a phone would.
func (r *Received) read(raw string) error {
	r.Raw, r.Options = raw, nil
	if !utf8.ValidString(raw) {
		return fmt.Errorf("text is not UTF-8")
	}
	if len(raw) > MaxText {
		return fmt.Errorf("text of %d bytes", len(raw))
	}
	if !strings.Contains(raw, "<") {
		r.Text = raw
		return nil
	}
	if brokenForm.MatchString(linkForm.ReplaceAllString(raw, "")) {
		return fmt.Errorf("a broken link")
	}
	for _, m := range linkForm.FindAllStringSubmatch(raw, -1) {
		o := Option{Label: m[2]}
		if n := numberForm.FindStringSubmatch(m[2]); n != nil {
			o.Number, _ = strconv.Atoi(n[1])
			o.Label = n[2]
		}
		if query, ours := strings.CutPrefix(m[1], "weixin://bizmsgmenu?"); ours {
			values, err := url.ParseQuery(query)
			if err != nil {
				return fmt.Errorf("a broken link: %w", err)
			}
			o.Content, o.Ref = values.Get("msgmenucontent"), values.Get("msgmenuid")
			// Without either the client does nothing when tapped.
			if o.Content == "" || o.Ref == "" || len(values) != 2 {
				return fmt.Errorf("a link that cannot be tapped")
			}
		} else {
			address, err := url.Parse(m[1])
			if err != nil || address.Scheme == "" {
				return fmt.Errorf("a link to nowhere")
			}
			o.URL = m[1]
		}
		r.Options = append(r.Options, o)
	}
	r.Text = linkForm.ReplaceAllString(raw, "$2")
	return nil
}
