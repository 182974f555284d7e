package fhir

import (
	"strconv"
	"time"
)

// afterMoment is where a page ended that is ordered by a moment and ID.
func (q *query) afterMoment() (at time.Time, id string, bad *fault) {
	if len(q.after) == 0 {
		return at, "", nil
	}
	ms, err := strconv.ParseInt(q.after[0], 10, 64)
	if err != nil || len(q.after) != 2 || ms < 0 || ms > maxMillis {
		return at, "", badParam(pageParam, "is not one that this server gave; begin again without it")
	}
	return time.UnixMilli(ms), q.after[1], nil
}

// following is what the next page goes on after.
func following(at time.Time, id string) []string {
	return []string{strconv.FormatInt(at.UnixMilli(), 10), id}
}

// idTokens are the IDs asked for.
func (q *query) idTokens() []string {
	var out []string
	for _, t := range q.tokens["_id"] {
		out = append(out, t.code)
	}
	return out
}
