package models

import (
	"context"
	"slices"
	"strings"
)

// Look is what is seen of a push right before it goes out.
type Look struct {
	Fallen string // why what it is about must not be said any more; "": it stands
	Reach  string // of the contact; ReachOpen for one who never wrote
	Err    error  // what it is about cannot be looked at, now or ever
	said   map[Kind]bool
}

// Wants reports whether a push of a kind may go to the contact: not refused,
// and asked for where it must be.
func (l Look) Wants(kind Kind) bool {
	if kind == "" || kind == KindStaff {
		return true
	}
	if wanted, ok := l.said[kind]; ok {
		return wanted
	}
	return !kind.OptIn()
}

// Look looks at several pushes at once, at what they are about and at whom
// they go to, in one statement.
func (s *Store) Look(ctx context.Context, rows []Outgoing) ([]Look, error) {
	var q lookQuery
	out := make([]Look, len(rows))
	about := map[string][]string{} // IDs by kind
	var contacts []string
	for i, row := range rows {
		out[i].Reach = ReachOpen
		if row.Kind != "" || len(row.Notice) > 0 {
			contacts = append(contacts, row.ContactID)
		}
		kind, id, _ := strings.Cut(row.Subject, "/")
		switch {
		case kind == "":
		case subjectQuery(kind) == "":
			out[i].Err = errNoKind(row.Subject)
		default:
			about[kind] = append(about[kind], id)
			out[i].Fallen = notThere // until it is found
		}
	}
	for kind, ids := range about {
		q.add("SELECT ? AS kind, id, state, version, died FROM ("+subjectQuery(kind)+") AS subject", kind, distinct(ids))
	}
	if len(contacts) > 0 {
		contacts = distinct(contacts)
		q.add("SELECT ? AS kind, id, reach AS state, 0 AS version, 0 AS died FROM contacts WHERE id IN ?", lookReach, contacts)
		q.add("SELECT ? AS kind, contact_id AS id, kind AS state, wanted AS version, 0 AS died FROM preferences WHERE contact_id IN ?", lookSaid, contacts)
	}
	if len(q.parts) == 0 {
		return out, nil
	}
	var found []struct {
		Kind string
		Row  standing `gorm:"embedded"`
	}
	if err := s.r.WithContext(ctx).Raw(strings.Join(q.parts, " UNION ALL "), q.args...).Scan(&found).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	subjects, reach, said := map[string]standing{}, map[string]string{}, map[string]map[Kind]bool{}
	for _, f := range found {
		switch {
		case f.Kind == lookReach:
			reach[f.Row.ID] = f.Row.State
		case f.Kind != lookSaid:
			subjects[f.Kind+"/"+f.Row.ID] = f.Row
		case said[f.Row.ID] == nil:
			said[f.Row.ID] = map[Kind]bool{Kind(f.Row.State): f.Row.Version > 0}
		default:
			said[f.Row.ID][Kind(f.Row.State)] = f.Row.Version > 0
		}
	}
	for i, row := range rows {
		kind, _, _ := strings.Cut(row.Subject, "/")
		if subject, ok := subjects[row.Subject]; ok {
			out[i].Fallen = subject.fallen(kind, row.Version)
		}
		if r, ok := reach[row.ContactID]; ok {
			out[i].Reach = r
		}
		out[i].said = said[row.ContactID]
	}
	return out, nil
}

// What a row of a look is, where it is no subject: the contact's reach as the
// state; a kind that the contact wants or does not, with 1 or 0 as the version.
const (
	lookReach = "reach"
	lookSaid  = "said"
)

// lookQuery is several SELECTs of the same columns.
type lookQuery struct {
	parts []string
	args  []any
}

func (q *lookQuery) add(part string, args ...any) {
	q.parts = append(q.parts, part)
	q.args = append(q.args, args...)
}

func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
