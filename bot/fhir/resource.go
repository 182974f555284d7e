package fhir

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/media"
	"zhenban/models"
	"zhenban/templates"
)

// resource is one FHIR resource that is served: what it is searched by and how
// it is made of what is kept.
type resource struct {
	name   string
	doc    string
	params []param
	read   func(c *call, id string) (instance, error) // models.ErrNotFound
	search func(c *call, q *query) (page, error)
	create bool // can be posted
}

// resources lists what is served. What is not listed here answers 404 and is
// not in the CapabilityStatement.
func resources() []*resource {
	return []*resource{
		patients(), practitioners(), healthcareServices(), locations(), schedules(), slotResource(), appointments(),
		encounters(), observations(), reports(), carePlans(), consents(),
		questionnaires(), questionnaireResponses(), caseTasks(), communications(),
	}
}

// instance is a resource to be written: any struct that begins with a header.
type instance interface{ head() *header }

// page is one page of a search; next is where it ends, nil for the last.
type page struct {
	items []instance
	next  []string
}

// call is what one request works with. The profile and the moment are taken
// once, so that an answer does not change its mind halfway.
type call struct {
	ctx    context.Context
	store  *models.Store
	clinic *bot.Clinic
	now    time.Time
	base   string // address of the server, without /fhir and a slash
	files  media.Store
	book   *templates.Book
	lean   bool  // files are left out
	failed error // of what is not the sender's fault, met while reading
}

// lang is the language names are given in.
func (c *call) lang() config.Language { return c.clinic.Language }

// since is when the clinic's profile came into force.
func (c *call) since() (time.Time, error) { return c.store.ProfileTime(c.ctx, c.clinic.Version) }

// seal gives an instance its version: a digest of its content, so that it is
// another whenever anything a reader sees is, names of the profile included.
func seal(i instance, changed time.Time) (instance, error) {
	h := i.head()
	if h.Meta == nil {
		h.Meta = &meta{}
	}
	h.Meta.VersionID, h.Meta.LastUpdated = "", stamp(changed)
	content, err := json.Marshal(i)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	h.Meta.VersionID = hex.EncodeToString(sum[:8])
	return i, nil
}

// cut makes a page of the items of a search that was asked for one more than
// fits; key is where an item stands.
func cut(items []instance, count int, key func(last instance) []string) page {
	if len(items) <= count {
		return page{items: items}
	}
	return page{items: items[:count], next: key(items[count-1])}
}

func byID(last instance) []string { return []string{last.head().ID} }

// profileSearch pages through instances of the clinic's profile, by ID.
func (c *call) profileSearch(q *query, list []instance) (page, error) {
	changed, err := c.since()
	if err != nil {
		return page{}, err
	}
	slices.SortFunc(list, func(a, b instance) int { return strings.Compare(a.head().ID, b.head().ID) })
	var out []instance
	for _, i := range list {
		id := i.head().ID
		if len(q.after) > 0 && id <= q.after[0] || !q.hasID(id) {
			continue
		}
		if i, err = seal(i, changed); err != nil {
			return page{}, err
		}
		if out = append(out, i); len(out) > q.count {
			break
		}
	}
	return cut(out, q.count, byID), nil
}

func (c *call) profileRead(i instance) (instance, error) {
	changed, err := c.since()
	if err != nil {
		return nil, err
	}
	return seal(i, changed)
}

// paramID is _id, which every resource has.
func paramID() param { return param{name: "_id", kind: typeToken, doc: "the resource's logical ID"} }

func (q *query) hasID(id string) bool {
	list := q.tokens["_id"]
	return len(list) == 0 || slices.ContainsFunc(list, func(t token) bool { return t.code == id })
}

// codes lists the codes of a token parameter that are of a system; given
// reports whether the parameter stands in the query at all.
func (q *query) codes(name, system string) (codes []string, given bool) {
	list, given := q.tokens[name]
	for _, t := range list {
		if t.in(system) {
			codes = append(codes, t.code)
		}
	}
	return codes, given
}

// named reports whether a name or alias begins with one of the texts asked
// for, in any language and case: FHIR's match of strings.
func (q *query) named(name config.Text, aliases []string) bool {
	wanted := q.texts["name"]
	if len(wanted) == 0 {
		return true
	}
	have := slices.Clone(aliases)
	for _, l := range config.Languages() {
		have = append(have, name[l])
	}
	return slices.ContainsFunc(wanted, func(w string) bool {
		return slices.ContainsFunc(have, func(h string) bool { return hasFoldPrefix(h, w) })
	})
}

func hasFoldPrefix(s, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(s), strings.ToLower(prefix))
}

func paramName() param {
	return param{name: "name", kind: typeString, doc: "beginning of the name or an alias, in any language"}
}
