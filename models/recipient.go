package models

import "context"

// Recipient is what matters of a contact when a push is about to go out.
type Recipient struct {
	Open bool // as far as the contact's row says
	Said map[Kind]bool
}

// Wants reports whether a push of a kind may go to the contact: not refused,
// and asked for where it must be.
func (r Recipient) Wants(kind Kind) bool {
	if kind == "" || kind == KindStaff {
		return true
	}
	if wanted, ok := r.Said[kind]; ok {
		return wanted
	}
	return !kind.OptIn()
}

// Recipients looks at the contacts of several rows at once; those that never
// wrote are not in the answer.
func (s *Store) Recipients(ctx context.Context, contactIDs []string) (map[string]Recipient, error) {
	var rows []struct {
		ID     string
		Reach  string
		Kind   string
		Wanted bool
	}
	err := s.r.WithContext(ctx).Raw(`SELECT c.id, c.reach, COALESCE(p.kind, '') AS kind, COALESCE(p.wanted, 0) AS wanted
		FROM contacts c LEFT JOIN preferences p ON p.contact_id = c.id WHERE c.id IN ?`, contactIDs).Scan(&rows).Error
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make(map[string]Recipient, len(contactIDs))
	for _, r := range rows {
		one, ok := out[r.ID]
		if !ok {
			one = Recipient{Open: r.Reach == ReachOpen}
		}
		if r.Kind != "" {
			if one.Said == nil {
				one.Said = map[Kind]bool{}
			}
			one.Said[Kind(r.Kind)] = r.Wanted
		}
		out[r.ID] = one
	}
	return out, nil
}
