package models

import "strings"

// dueRows: of one channel and priority (@p), the earliest first, what is due
// and not preceded, with the number of the contact's last delivery. A row is
// preceded, whoever sends, by one of the same contact that is as urgent and
// being sent, and by one that is more urgent or as urgent and older, and due or
// begun. What is less urgent never delays it.
//
// The columns in front are those of the index outbox_due, so that what is not
// due costs nothing however much of it there is; what precedes is looked for
// along outbox_order. The indexes are named, and the subqueries have a limit
// instead of standing in NOT EXISTS, since MariaDB else makes lists of all that
// is sent or waits, for each claim.
const dueRows = `SELECT * FROM (SELECT o.id,
	COALESCE((SELECT n.sent_seq FROM outbox n @sent WHERE n.contact_id = o.contact_id AND n.sent_seq > 0 ORDER BY n.sent_seq DESC LIMIT 1), 0) AS seq
	FROM outbox o @due WHERE o.channel = ? AND o.state = 'pending' AND o.priority = @p AND o.not_before <= ?
	AND (SELECT 1 FROM outbox s @order WHERE s.contact_id = o.contact_id AND s.state = 'sending' AND s.priority <= @p LIMIT 1) IS NULL
	AND (SELECT 1 FROM outbox e @order WHERE e.contact_id = o.contact_id AND e.state = 'pending' AND e.priority = @p AND e.id < o.id
		AND (e.not_before <= ? OR e.attempts > 0) LIMIT 1) IS NULL@urgent
	ORDER BY o.not_before, o.id LIMIT ?) AS p@p`

// moreUrgent is left out where nothing can be.
const moreUrgent = `
	AND (SELECT 1 FROM outbox u @order WHERE u.contact_id = o.contact_id AND u.state = 'pending' AND u.priority < @p
		AND (u.not_before <= ? OR u.attempts > 0) LIMIT 1) IS NULL`

// dueOutbox finds up to limit rows of each priority.
func (s *Store) dueOutbox(c Claim, limit int, now int64) (query string, args []any) {
	var parts []string
	for p := c.From; p <= c.To; p++ {
		args = append(args, c.Channel, now, now)
		urgent := ""
		if p > PriorityReply {
			urgent = moreUrgent
			args = append(args, now)
		}
		args = append(args, limit)
		parts = append(parts, strings.ReplaceAll(strings.Replace(dueRows, "@urgent", urgent, 1), "@p", string('0'+rune(p))))
	}
	by := s.dialect.byIndex
	names := strings.NewReplacer("@due", by("outbox_due"), "@order", by("outbox_order"), "@sent", by("outbox_sent"))
	return names.Replace(strings.Join(parts, " UNION ALL ")), args
}
