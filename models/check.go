package models

import (
	"context"
	"errors"

	"gorm.io/gorm"
)

// TryKey reports whether a data key opens what this database holds, without
// writing. ErrNotFound where nothing was sealed yet. The schema must be there.
func (s *Store) TryKey(ctx context.Context, key string) error {
	a, err := ParseDataKey(key)
	if err != nil {
		return err
	}
	kept, err := s.sharedValue(ctx, "index_key")
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	if err != nil {
		return unavailable(s.dialect, err)
	}
	if _, err := (&Sealer{aead: a}).Open(kept); err != nil {
		return errors.New("data_key: this database was written with another key")
	}
	return nil
}
