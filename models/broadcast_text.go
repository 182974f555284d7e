package models

import (
	"encoding/json"
	"sync"

	"gorm.io/gorm"
)

// broadcastTexts remembers what broadcasts say: it never changes once rows are
// there, and one is asked for by every row.
type broadcastTexts struct {
	mu sync.Mutex
	m  map[string]map[string][]byte // broadcast, language: a neutral message, JSON
}

// maxBroadcastTexts bounds the memory; few are under way at once.
const maxBroadcastTexts = 64

func (t *broadcastTexts) get(id string) (map[string][]byte, bool) {
	if t == nil { // within a transaction
		return nil, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	texts, ok := t.m[id]
	return texts, ok
}

func (t *broadcastTexts) put(id string, texts map[string][]byte) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.m == nil || len(t.m) >= maxBroadcastTexts {
		t.m = map[string]map[string][]byte{}
	}
	t.m[id] = texts
}

// fillBodies gives rows of broadcasts their text, in the language of each
// contact. Other rows cost nothing.
func (s *Store) fillBodies(db *gorm.DB, rows []Outgoing) error {
	var contacts []string
	for _, r := range rows {
		if r.Batch != "" && len(r.Body) == 0 {
			contacts = append(contacts, r.ContactID)
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	var spoken []struct{ ID, Language string }
	if err := db.Raw("SELECT id, language FROM contacts WHERE id IN ?", contacts).Scan(&spoken).Error; err != nil {
		return err
	}
	languages := make(map[string]string, len(spoken))
	for _, c := range spoken {
		languages[c.ID] = c.Language
	}
	for i := range rows {
		r := &rows[i]
		if r.Batch == "" || len(r.Body) > 0 {
			continue
		}
		texts, err := s.broadcastText(db, r.Batch)
		if err != nil {
			return err
		}
		if r.Body = texts[languages[r.ContactID]]; r.Body == nil {
			r.Body = texts[""]
		}
	}
	return nil
}

// broadcastText is what a broadcast says by language; "" is the clinic's own.
func (s *Store) broadcastText(db *gorm.DB, id string) (map[string][]byte, error) {
	if texts, ok := s.texts.get(id); ok {
		return texts, nil
	}
	var sealed [][]byte
	if err := db.Raw("SELECT messages FROM broadcasts WHERE id = ?", id).Scan(&sealed).Error; err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	if len(sealed) == 0 {
		return texts, nil
	}
	// What the key does not open stays empty, and the sender gives the row up.
	plain, err := s.seal.Open(sealed[0])
	if err != nil || len(plain) == 0 {
		return texts, nil
	}
	var messages map[string]json.RawMessage
	if err := json.Unmarshal(plain, &messages); err != nil {
		return nil, err
	}
	for lang, m := range messages {
		texts[lang] = m
	}
	s.texts.put(id, texts)
	return texts, nil
}
