package models

import (
	"context"
	"time"
)

// CalendarFeed is a link to a doctor's own calendar, in force until it is
// revoked. Its link is a Ticket for its ID.
type CalendarFeed struct {
	ID           string
	Practitioner string
	CreatedBy    string
	CreatedAt    time.Time
	RevokedAt    time.Time // zero: in force
}

type calendarFeedRow struct {
	ID           string `gorm:"primaryKey"`
	Practitioner string
	CreatedBy    string
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
	RevokedAt    int64
}

func (calendarFeedRow) TableName() string { return "calendar_feeds" }

// AddFeed keeps a new feed.
func (tx *Tx) AddFeed(f CalendarFeed) error {
	return tx.db.Create(&calendarFeedRow{f.ID, f.Practitioner, f.CreatedBy, millis(tx.Now), 0}).Error
}

// RevokeFeeds ends all feeds of a practitioner: their links lead nowhere from now on.
func (tx *Tx) RevokeFeeds(practitioner string) error {
	return tx.db.Model(&calendarFeedRow{}).Where("practitioner = ? AND revoked_at = 0", practitioner).Update("revoked_at", millis(tx.Now)).Error
}

// FeedOf finds the feed in force of a practitioner; ErrNotFound.
func (s *Store) FeedOf(ctx context.Context, practitioner string) (CalendarFeed, error) {
	return s.feed(ctx, "practitioner = ? AND revoked_at = 0", practitioner)
}

// FeedByID finds a feed in force; ErrNotFound.
func (s *Store) FeedByID(ctx context.Context, id string) (CalendarFeed, error) {
	return s.feed(ctx, "id = ? AND revoked_at = 0", id)
}

func (s *Store) feed(ctx context.Context, where string, args ...any) (CalendarFeed, error) {
	var rows []calendarFeedRow
	if err := s.r.WithContext(ctx).Order("created_at DESC, id").Limit(1).Where(where, args...).Find(&rows).Error; err != nil {
		return CalendarFeed{}, unavailable(s.dialect, err)
	}
	if len(rows) == 0 {
		return CalendarFeed{}, ErrNotFound
	}
	r := rows[0]
	return CalendarFeed{r.ID, r.Practitioner, r.CreatedBy, fromMillis(r.CreatedAt), fromMillis(r.RevokedAt)}, nil
}
