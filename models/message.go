package models

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Media points at bytes that the channel can fetch, or holds them.
type Media struct {
	ID          string  `json:"id,omitempty"`  // the platform's file id
	URL         string  `json:"url,omitempty"` // never logged: may contain a token
	Name        string  `json:"name,omitempty"`
	ContentType string  `json:"content_type,omitempty"`
	Data        []byte  `json:"data,omitempty"`
	File        string  `json:"file,omitempty"`    // key in the media store: the bytes are read when they are needed
	Size        int     `json:"size,omitempty"`    // bytes, as far as it is known
	Problem     string  `json:"problem,omitempty"` // why what a person sent was not taken
	Latitude    float64 `json:"lat,omitempty"`
	Longitude   float64 `json:"lon,omitempty"`
}

// Message is one message to a person, before a channel gives it its shape.
type Message struct {
	Text    string   `json:"text,omitempty"`
	Options []Option `json:"options,omitempty"` // numbered from First
	First   int      `json:"first,omitempty"`   // number of the first option; 0 means 1
	Media   *Media   `json:"media,omitempty"`   // picture or file to send, with Data
	Phone   string   `json:"phone,omitempty"`   // label of a button that shares the person's own number, where the platform has one
}

// Option is something a person can pick by its number, its words or its button.
type Option struct {
	Label string `json:"label"`
	// Value is what picking it means. One that starts with "/" is a command
	// and works for ever; any other belongs to the question it stood under.
	Value string `json:"value"`
	URL   string `json:"url,omitempty"` // opens a page instead of being sent
	Ref   string `json:"ref,omitempty"` // what a button carries back, ≤ 64 bytes; set by Refer
}

// Number is the number option i is shown with.
func (m *Message) Number(i int) int {
	if m.First > 0 {
		return m.First + i
	}
	return 1 + i
}

// Refer fills the options' references: commands carry themselves, answers to a
// question carry the turn and the number, so that a stale one is noticed.
func Refer(messages []Message, seq int64) {
	n := 1
	for i := range messages {
		m := &messages[i]
		if len(m.Options) == 0 {
			continue
		}
		if n > 1 {
			m.First = n
		}
		for j := range m.Options {
			o := &m.Options[j]
			if strings.HasPrefix(o.Value, "/") && len(o.Value) <= 64 {
				o.Ref = o.Value
			} else {
				o.Ref = strconv.FormatInt(seq, 10) + "." + strconv.Itoa(n)
			}
			n++
		}
	}
}

// Push puts a message that is no answer into the outbox, once per key. Its
// options must be commands, since no open question stands behind them.
func (tx *Tx) Push(o Outgoing, m Message) error {
	list := []Message{m}
	Refer(list, 0)
	var err error
	if o.Body, err = json.Marshal(list[0]); err != nil {
		return err
	}
	return tx.Enqueue(o)
}
