package models

// DueQuery is the statement by which a claim finds its rows.
func DueQuery(s *Store, c Claim) (query string, args []any) {
	return s.dueOutbox(c, c.Limit, millis(s.now()))
}
