package models

import (
	"encoding/json"
	"fmt"
)

// Notice is what a push says in a few named fields, for platforms that let
// nothing else through when the person has been silent: WeChat's template and
// subscription messages, whose wording the platform approved. Which template a
// name goes out by, and which field fills which of its places, is setting.
type Notice struct {
	Name string `json:"name"` // visit-reminder …
	// Fields by name (service, time, doctor, number …), in the reader's
	// language; a time is written as RFC 3339 in the reader's zone, and the
	// channel gives it the platform's form.
	Fields map[string]string `json:"fields"`
}

// encode is the notice as a row keeps it; nil for none.
func (n *Notice) encode() ([]byte, error) {
	if n == nil || n.Name == "" {
		return nil, nil
	}
	return json.Marshal(n)
}

// ParseNotice reads what a row keeps; nil for none.
func ParseNotice(b []byte) (*Notice, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var n Notice
	if err := json.Unmarshal(b, &n); err != nil {
		return nil, fmt.Errorf("notice: %w", err)
	}
	return &n, nil
}

// PushNotice is Push with the short form of the message; nil for none.
func (tx *Tx) PushNotice(o Outgoing, m Message, n *Notice) error {
	var err error
	if o.Notice, err = n.encode(); err != nil {
		return err
	}
	return tx.Push(o, m)
}
