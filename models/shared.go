package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// sharedRow is one value that all copies share: a platform's token, a lease.
type sharedRow struct {
	Name      string `gorm:"primaryKey"`
	Value     []byte
	ExpiresAt int64
}

func (sharedRow) TableName() string { return "shared_values" }

func (s *Store) insertShared(ctx context.Context, name string, value []byte) error {
	return s.w.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&sharedRow{Name: name, Value: value}).Error
}

func (s *Store) sharedValue(ctx context.Context, name string) ([]byte, error) {
	var row sharedRow
	err := s.w.WithContext(ctx).Take(&row, "name = ?", name).Error
	return row.Value, err
}

// Tokens keeps short-lived secrets of platforms where every copy finds them.
type Tokens struct{ Store *Store }

// Get returns the value and its expiry; "" when there is none in force.
func (t Tokens) Get(ctx context.Context, name string) (string, time.Time, error) {
	var rows []sharedRow
	if err := t.Store.r.WithContext(ctx).Find(&rows, "name = ?", name).Error; err != nil || len(rows) == 0 {
		return "", time.Time{}, unavailable(t.Store.dialect, err)
	}
	expires := fromMillis(rows[0].ExpiresAt)
	if !expires.After(t.Store.now()) {
		return "", time.Time{}, nil
	}
	value, err := t.Store.seal.OpenText(rows[0].Value)
	return value, expires, err
}

// Put keeps a value until expires.
func (t Tokens) Put(ctx context.Context, name, value string, expires time.Time) error {
	row := sharedRow{Name: name, Value: t.Store.seal.SealText(value), ExpiresAt: millis(expires)}
	err := t.Store.w.WithContext(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error
	return unavailable(t.Store.dialect, err)
}

// Lock takes a lease of length d that one copy at a time can hold. ok is false
// when another holds it.
func (t Tokens) Lock(ctx context.Context, name string, d time.Duration) (release func(), ok bool, err error) {
	name = "lease:" + name
	owner := t.Store.NewID(t.Store.now())
	err = t.Store.transact(ctx, func(tx *Tx) error {
		if err := tx.db.Delete(&sharedRow{}, "name = ? AND expires_at < ?", name, millis(tx.Now)).Error; err != nil {
			return err
		}
		// Not "on conflict do nothing": MySQL would report the row found as affected.
		err := tx.db.Create(&sharedRow{Name: name, Value: []byte(owner), ExpiresAt: millis(tx.Now.Add(d))}).Error
		if ok = err == nil; !ok && t.Store.dialect.duplicate(err) {
			return nil
		}
		return err
	})
	if err != nil || !ok {
		return func() {}, false, err
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = t.Store.transact(ctx, func(tx *Tx) error { // a lease that stays runs out by itself
			return tx.db.Delete(&sharedRow{}, "name = ? AND value = ?", name, []byte(owner)).Error
		})
	}, true, nil
}
