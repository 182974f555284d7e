package models

import (
	"context"
	"slices"
	"strings"
)

// TagWord is how a tag of a patient (a condition, a trait) is compared: lower
// case, single blanks. Whoever keeps or asks for one writes it in one script.
func TagWord(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// SetTags makes these the tags of a patient. They are looked up by keyed
// indexes, as phones are, and read nowhere in the clear.
func (tx *Tx) SetTags(patientID string, tags []string) error {
	if err := tx.db.Exec("DELETE FROM patient_tags WHERE patient_id = ?", patientID).Error; err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, tag := range tags {
		word := TagWord(tag)
		if word == "" || seen[word] {
			continue
		}
		seen[word] = true
		err := tx.db.Exec("INSERT INTO patient_tags (patient_id, tag, label, at) VALUES (?, ?, ?, ?)",
			patientID, tx.s.seal.Index("tag", word), tx.s.seal.SealText(strings.TrimSpace(tag)), millis(tx.Now)).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Tags lists the tags of a patient, sorted.
func (s *Store) Tags(ctx context.Context, patientID string) ([]string, error) {
	var labels [][]byte
	if err := s.r.WithContext(ctx).Raw("SELECT label FROM patient_tags WHERE patient_id = ?", patientID).Scan(&labels).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]string, len(labels))
	for i, sealed := range labels {
		var err error
		if out[i], err = s.seal.OpenText(sealed); err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return out, nil
}
