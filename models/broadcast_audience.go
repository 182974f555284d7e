package models

import (
	"context"
	"strings"
)

// staffless leaves out the clinic's own people.
const staffless = "NOT EXISTS (SELECT 1 FROM staff_contacts sc WHERE sc.contact_id = c.id)"

// may is: a contact c may be sent a kind.
func may(kind Kind) condition {
	c := condition{"c.reach = ? AND NOT EXISTS (SELECT 1 FROM preferences f WHERE f.contact_id = c.id AND f.kind = ? AND f.wanted = ?)", []any{ReachOpen, string(kind), false}}
	if kind.OptIn() {
		c = condition{"c.reach = ? AND EXISTS (SELECT 1 FROM preferences f WHERE f.contact_id = c.id AND f.kind = ? AND f.wanted = ?)", []any{ReachOpen, string(kind), true}}
	}
	return c
}

// Audience counts whom a broadcast of a kind would reach, and whom not and why.
func (s *Store) Audience(ctx context.Context, kind Kind, g *Segment) (int64, LeftOut, error) {
	var out LeftOut
	c, err := g.where(byContact)
	if err != nil {
		return 0, out, err
	}
	var rows []struct {
		Reach  string
		Wanted int
		N      int64
	}
	err = s.r.WithContext(ctx).Raw(`SELECT c.reach, COALESCE(f.wanted, -1) AS wanted, COUNT(*) AS n FROM contacts c
		LEFT JOIN preferences f ON f.contact_id = c.id AND f.kind = ? WHERE `+staffless+" AND "+c.sql+" GROUP BY c.reach, COALESCE(f.wanted, -1)",
		append([]any{string(kind)}, c.args...)...).Scan(&rows).Error
	if err != nil {
		return 0, out, unavailable(s.dialect, err)
	}
	var will int64
	for _, r := range rows {
		switch {
		case r.Reach == ReachLeft:
			out.Left += r.N
		case r.Reach == ReachBlocked:
			out.Blocked += r.N
		case r.Wanted == 0:
			out.Refused += r.N
		case r.Wanted < 0 && kind.OptIn():
			out.NotAsked += r.N
		default:
			will += r.N
		}
	}
	if out.Double, err = s.doubles(ctx, kind, c); err != nil {
		return 0, out, err
	}
	if !g.uses["language"] && !g.uses["channel"] {
		if out.NoChat, err = s.chatless(ctx, g); err != nil {
			return 0, out, err
		}
	}
	return will - out.Double, out, nil
}

// doubles are contacts who are not sent it because another contact of the same
// person is.
func (s *Store) doubles(ctx context.Context, kind Kind, c condition) (int64, error) {
	m := may(kind)
	args := append(append([]any{}, m.args...), c.args...)
	var n []int64
	err := s.r.WithContext(ctx).Raw(`SELECT COALESCE(SUM(n - 1), 0) FROM (SELECT COUNT(*) AS n FROM bindings d JOIN contacts c ON c.id = d.contact_id
		WHERE d.patient_id = '' AND d.client_id IN (SELECT x.client_id FROM bindings x WHERE x.patient_id = '' GROUP BY x.client_id HAVING COUNT(*) > 1)
		AND `+staffless+" AND "+m.sql+" AND "+c.sql+" GROUP BY d.client_id HAVING COUNT(*) > 1) AS many", args...).Scan(&n).Error
	if err != nil || len(n) == 0 {
		return 0, unavailable(s.dialect, err)
	}
	return n[0], nil
}

// chatless counts the clients of the clinic's records who have no chat.
func (s *Store) chatless(ctx context.Context, g *Segment) (int64, error) {
	c, err := g.where(byClient)
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.r.WithContext(ctx).Raw(`SELECT COUNT(*) FROM clients k WHERE k.verified = ? AND NOT EXISTS (SELECT 1 FROM bindings b WHERE b.client_id = k.id)
		AND `+c.sql, append([]any{true}, c.args...)...).Scan(&n).Error
	return n, unavailable(s.dialect, err)
}

// AudienceSample names a few of those a broadcast would reach, by what the
// records or the platform call them.
func (s *Store) AudienceSample(ctx context.Context, kind Kind, g *Segment, limit int) ([]string, error) {
	c, err := g.where(byContact)
	if err != nil {
		return nil, err
	}
	m := may(kind)
	var rows []struct {
		ID            string
		Name, Display []byte
	}
	args := append(append(append([]any{}, m.args...), c.args...), limit)
	err = s.r.WithContext(ctx).Raw(`SELECT c.id, c.display, (SELECT k.name FROM bindings b JOIN clients k ON k.id = b.client_id WHERE b.contact_id = c.id ORDER BY b.client_id LIMIT 1) AS name
		FROM contacts c WHERE `+staffless+" AND "+m.sql+" AND "+c.sql+" ORDER BY c.id LIMIT ?", args...).Scan(&rows).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	var out []string
	for _, r := range rows {
		sealed := r.Name
		if len(sealed) == 0 {
			sealed = r.Display
		}
		name, err := s.seal.OpenText(sealed)
		if err != nil {
			return nil, err
		}
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, name)
		}
	}
	return out, nil
}
