package models

import (
	"crypto/hmac"
	"encoding/hex"
	"strings"
)

// Ticket makes a link's name for one row that nobody can make who has no key:
// the row's ID and a proof, for a purpose.
func (s *Store) Ticket(purpose, id string) string {
	return id + "-" + s.seal.Index("ticket "+purpose, id)[:32]
}

// OpenTicket gives the ID a ticket was made for; ErrCode for any other.
func (s *Store) OpenTicket(purpose, ticket string) (id string, err error) {
	id, proof, ok := strings.Cut(ticket, "-")
	if !ok {
		return "", ErrCode
	}
	if _, err := hex.DecodeString(proof); err != nil || !hmac.Equal([]byte(s.Ticket(purpose, id)), []byte(ticket)) {
		return "", ErrCode
	}
	return id, nil
}
