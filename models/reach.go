package models

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Window is when a platform lets messages of any content through: for a time
// after the person wrote, a number of them.
type Window struct {
	For   time.Duration
	Count int
	// Events matches the keys of turns that were no message and open nothing
	// for longer than a moment (a scan, a tap in the menu); an SQL pattern, ""
	// for none.
	Events string
}

// ReachOptions is what the program can do, for an estimate.
type ReachOptions struct {
	Channels  []string             // that are served; empty: all
	Windows   map[string]Window    // of channels that have one
	Templates map[string][]string  // by channel, the names of notices that go out at any time
	Consents  map[string]string    // by notice, the template a consent of WeChat's is for
	Mass      map[string]MassRules // channels that say the same to many in one call, as broadcasts may
	Language  string               // of who has none
	Notice    string               // the short form that the batch's messages have; "" for none
}

// ReachCount says how many of a batch can be reached, and why not the others.
// All but Total and Ways add up to Total.
type ReachCount struct {
	Total     int
	Reachable int
	Left      int // unfollowed, or unknown to the platform by now
	Blocked   int // refuse messages
	Refused   int // said that they do not want this kind
	NotAsked  int // never asked for a kind that goes only to who did
	Closed    int // silent for too long, and the message has no form that goes out all the same
	Unserved  int // on a channel that is not set up
	Gone      int // no such contact
	Ways      map[string]int

	massed map[string]map[string]int // by channel and language, who can be reached by calls to many alone
}

// Failing is how many cannot be reached.
func (c ReachCount) Failing() int { return c.Total - c.Reachable }

// reachChunk is how many contacts one statement looks at: below SQLite's
// 32,766 variables.
const reachChunk = 5000

// reachRow is a contact as an estimate sees it.
type reachRow struct {
	ID       string
	Channel  string
	Reach    string
	ReachAt  int64
	Heard    int64 // last turn of any sort, where the reach is in doubt
	Wrote    int64 // last message, where the channel has a window
	Wanted   int   // 1, 0; -1 for nothing said
	Consents int   // consents left for the notice
	Language string
	Had      int // messages to many in the platform's month, where there are any
}

// Reachability tells, before a batch is sent, how many of its contacts cannot
// be reached and why. It reads two statements for 5,000 contacts. Whoever
// writes or leaves until the batch goes out changes it: it is an estimate.
func (s *Store) Reachability(ctx context.Context, contactIDs []string, kind Kind, o ReachOptions) (ReachCount, error) {
	out := ReachCount{Total: len(contactIDs), Ways: map[string]int{}}
	now := s.now()
	for ids := range slices.Chunk(contactIDs, reachChunk) {
		rows, err := s.reachRows(ctx, ids, kind, o)
		if err != nil {
			return out, err
		}
		sent, err := s.sentSinceHeard(ctx, rows, o, now)
		if err != nil {
			return out, err
		}
		out.Gone += len(ids) - len(rows)
		for i := range rows {
			out.add(&rows[i], kind, o, sent, now)
		}
	}
	out.tooFew(o)
	return out, nil
}

func (s *Store) reachRows(ctx context.Context, ids []string, kind Kind, o ReachOptions) ([]reachRow, error) {
	events := "" // one pattern for all: only one platform has a window
	channel := ""
	for name, w := range o.Windows {
		channel, events = name, w.Events
	}
	had, args := "0", []any{}
	for name, r := range o.Mass {
		had = "CASE WHEN c.channel = ? THEN (" + hadMass + "c.id) ELSE 0 END"
		args = append(args, name, WayMass, massCounts(), millis(r.Month(s.now())))
		break // one platform has it
	}
	args = append(args, ReachOpen, channel, events, string(kind), o.Consents[o.Notice], ids)
	var rows []reachRow
	err := s.r.WithContext(ctx).Raw("SELECT "+had+` AS had, c.id, c.channel, c.reach, c.reach_at, c.language, COALESCE(p.wanted, -1) AS wanted, COALESCE(k.left_count, 0) AS consents,
		CASE WHEN c.reach = ? THEN 0 ELSE COALESCE((SELECT t.at FROM turns t WHERE t.contact_id = c.id ORDER BY t.seq DESC LIMIT 1), 0) END AS heard,
		CASE WHEN c.channel = ? THEN COALESCE((SELECT t.at FROM turns t WHERE t.contact_id = c.id AND t.msg_key NOT LIKE ? ORDER BY t.seq DESC LIMIT 1), 0) ELSE 0 END AS wrote
		FROM contacts c LEFT JOIN preferences p ON p.contact_id = c.id AND p.kind = ?
		LEFT JOIN notice_consents k ON k.contact_id = c.id AND k.template = ?
		WHERE c.id IN ?`, args...).Scan(&rows).Error
	return rows, unavailable(s.dialect, err)
}

// sentSinceHeard counts what went out to those whose window is open.
func (s *Store) sentSinceHeard(ctx context.Context, rows []reachRow, o ReachOptions, now time.Time) (map[string]int, error) {
	var ids []string
	for _, r := range rows {
		if w, ok := o.Windows[r.Channel]; ok && r.Wrote > millis(now.Add(-w.For)) {
			ids = append(ids, r.ID)
		}
	}
	out := map[string]int{}
	if len(ids) == 0 {
		return out, nil
	}
	var counts []struct {
		ContactID string
		N         int
	}
	err := s.r.WithContext(ctx).Raw(`SELECT o.contact_id, COUNT(*) AS n FROM outbox o WHERE o.contact_id IN ? AND o.sent_seq > 0 AND o.way IN ('', 'chat')
		AND o.updated_at >= (SELECT MAX(t.at) FROM turns t WHERE t.contact_id = o.contact_id) GROUP BY o.contact_id`, ids).Scan(&counts).Error
	for _, c := range counts {
		out[c.ContactID] = c.N
	}
	return out, unavailable(s.dialect, err)
}

func (c *ReachCount) add(r *reachRow, kind Kind, o ReachOptions, sent map[string]int, now time.Time) {
	window, has := o.Windows[r.Channel]
	way := ""
	switch {
	case !has, r.Wrote > millis(now.Add(-window.For)) && sent[r.ID] < window.Count:
		way = WayChat
	case o.Notice != "" && slices.Contains(o.Templates[r.Channel], o.Notice):
		way = WayTemplate
	case o.Notice != "" && o.Consents[o.Notice] != "" && r.Consents > 0:
		way = WaySubscription
	case o.Mass[r.Channel].Most > 0 && r.Had < o.Mass[r.Channel].PerContact:
		way = WayMass
	}
	switch {
	case len(o.Channels) > 0 && !slices.Contains(o.Channels, r.Channel):
		c.Unserved++
	case r.Reach == ReachBlocked && r.Heard <= r.ReachAt:
		c.Blocked++
	case r.Reach == ReachLeft && r.Heard <= r.ReachAt:
		c.Left++
	case kind != "" && kind != KindStaff && r.Wanted == 0:
		c.Refused++
	case kind.OptIn() && r.Wanted < 0:
		c.NotAsked++
	case way == "":
		c.Closed++
	default:
		c.Reachable++
		c.Ways[way]++
		if way == WayMass {
			if c.massed == nil {
				c.massed = map[string]map[string]int{}
			}
			if c.massed[r.Channel] == nil {
				c.massed[r.Channel] = map[string]int{}
			}
			c.massed[r.Channel][cmp.Or(r.Language, o.Language)]++
		}
	}
}

// tooFew takes out who is too few for one call: each language has its own
// wording, and so a call of its own.
func (c *ReachCount) tooFew(o ReachOptions) {
	for channel, languages := range c.massed {
		for _, n := range languages {
			if n < o.Mass[channel].Least {
				c.Ways[WayMass] -= n
				c.Reachable -= n
				c.Closed += n
			}
		}
	}
	if c.Ways[WayMass] == 0 {
		delete(c.Ways, WayMass)
	}
	c.massed = nil
}

// The ways by which a push goes out on a channel, as Outgoing.Way has them.
const (
	WayChat         = "chat"
	WayTemplate     = "template"
	WaySubscription = "subscription"
)
