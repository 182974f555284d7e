package models

import "context"

// BroadcastReach tells how many of those who would have a row of a broadcast
// can be reached now, and why not the others: the very list that ExpandBroadcast
// would make, up to most of them. more reports that there are others beyond.
func (s *Store) BroadcastReach(ctx context.Context, kind Kind, g *Segment, o ReachOptions, most int) (out ReachCount, more bool, err error) {
	c, err := g.where(byContact)
	if err != nil {
		return out, false, err
	}
	tx := &Tx{db: s.r.WithContext(ctx), s: s, Now: s.now()} // for reading alone
	b := Broadcast{Kind: kind, StartedAt: tx.Now, Windows: o.Windows}
	var list []string
	for {
		page, err := tx.audiencePage(ctx, &b, c, reachPage)
		if err != nil {
			return out, false, unavailable(s.dialect, err)
		}
		if len(page) == 0 {
			break
		}
		b.ReachedTo = page[len(page)-1].ID
		full := len(page) == reachPage
		if page, err = tx.onePerPerson(ctx, &b, c, page); err != nil {
			return out, false, unavailable(s.dialect, err)
		}
		for _, r := range page {
			list = append(list, r.ID)
		}
		if more = full && len(list) >= most; more || !full {
			break
		}
	}
	out, err = s.Reachability(ctx, list, kind, o)
	return out, more, err
}

// reachPage is how many contacts BroadcastReach looks at in one statement.
const reachPage = 2000
