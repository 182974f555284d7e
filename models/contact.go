package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// How a contact can be reached on its channel.
const (
	ReachOpen    = "reachable"
	ReachLeft    = "left"    // unfollowed, unknown to the platform
	ReachBlocked = "blocked" // refused by the person
)

// Contact is one person on one channel.
type Contact struct {
	ID             string // channel:address
	Channel        string
	Address        string
	Language       string    // BCP 47 tag, "" until known
	Display        string    // the name the platform shows
	ConsentVersion string    // of the privacy notice agreed to; "" for none
	Reach          string    // ReachOpen …; who said something since is ReachOpen, whatever stands in the row
	WindowUntil    time.Time // end of the platform's reply window
	ClientID       string    // the client made in this chat, "" until there is one
	Large          bool      // reads large print: short texts, large letters
	CreatedAt      time.Time
}

type contactRow struct {
	ID             string `gorm:"primaryKey"`
	Channel        string
	Address        string
	Language       string
	Display        []byte
	ConsentVersion string
	Reach          string
	ReachAt        int64
	WindowUntil    int64
	ClientID       string
	Large          bool
	CreatedAt      int64 `gorm:"autoCreateTime:false"`
	UpdatedAt      int64 `gorm:"autoUpdateTime:false"`
}

func (contactRow) TableName() string { return "contacts" }

// Contact finds a contact; ErrNotFound if it never wrote.
func (s *Store) Contact(ctx context.Context, id string) (Contact, error) {
	var rows []contactRow
	if err := s.r.WithContext(ctx).Limit(1).Find(&rows, "id = ?", id).Error; err != nil {
		return Contact{}, unavailable(s.dialect, err)
	}
	if len(rows) == 0 {
		return Contact{}, ErrNotFound
	}
	r := rows[0]
	if r.Reach != ReachOpen {
		// Another copy may have heard from the person meanwhile: a message costs
		// one row, and that row is the proof.
		var heard int64
		err := s.r.WithContext(ctx).Raw("SELECT COALESCE(MAX(at), 0) FROM turns WHERE contact_id = ? AND seq = (SELECT MAX(seq) FROM turns WHERE contact_id = ?)", id, id).Scan(&heard).Error
		if err != nil {
			return Contact{}, unavailable(s.dialect, err)
		}
		if heard > r.ReachAt {
			r.Reach = ReachOpen
		}
	}
	display, err := s.seal.OpenText(r.Display)
	return Contact{
		ID: r.ID, Channel: r.Channel, Address: r.Address, Language: r.Language, Display: display,
		ConsentVersion: r.ConsentVersion, Reach: r.Reach, WindowUntil: fromMillis(r.WindowUntil),
		ClientID: r.ClientID, Large: r.Large, CreatedAt: fromMillis(r.CreatedAt),
	}, err
}

// SaveContact inserts or replaces a contact.
func (tx *Tx) SaveContact(c Contact) error {
	row := contactRow{
		ID: c.ID, Channel: c.Channel, Address: c.Address, Language: c.Language, Display: tx.s.seal.SealText(c.Display),
		ConsentVersion: c.ConsentVersion, Reach: c.Reach, ReachAt: millis(tx.Now), WindowUntil: millis(c.WindowUntil),
		ClientID: c.ClientID, Large: c.Large, CreatedAt: millis(c.CreatedAt), UpdatedAt: millis(tx.Now),
	}
	return tx.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"language", "display", "consent_version", "reach", "reach_at", "window_until",
			"client_id", "updated_at",
		}),
	}).Create(&row).Error
}

// ChangeContact writes what differs between a contact as it was read and as it
// is to be, and nothing else: the rest may have been changed since by somebody
// else, such as a sender that was told that the person left.
func (tx *Tx) ChangeContact(was, is Contact) error {
	set := map[string]any{"updated_at": millis(tx.Now)}
	if was.Language != is.Language {
		set["language"] = is.Language
	}
	if was.Display != is.Display {
		set["display"] = tx.s.seal.SealText(is.Display)
	}
	if was.ConsentVersion != is.ConsentVersion {
		set["consent_version"] = is.ConsentVersion
	}
	if was.Reach != is.Reach {
		set["reach"], set["reach_at"] = is.Reach, millis(tx.Now)
	}
	if !was.WindowUntil.Equal(is.WindowUntil) {
		set["window_until"] = millis(is.WindowUntil)
	}
	if was.ClientID != is.ClientID {
		set["client_id"] = is.ClientID
	}
	if was.Large != is.Large {
		set["large"] = is.Large
	}
	return tx.db.Model(&contactRow{}).Where("id = ?", is.ID).Updates(set).Error
}

// SetReach records that a contact can or cannot be reached on its channel.
func (s *Store) SetReach(ctx context.Context, contactID, reach string) error {
	return s.transact(ctx, func(tx *Tx) error {
		return tx.db.Model(&contactRow{}).Where("id = ?", contactID).
			Updates(map[string]any{"reach": reach, "reach_at": millis(tx.Now), "updated_at": millis(tx.Now)}).Error
	})
}

// PrivacyConsent is one decision about one notice, kept for ever as it was put.
type PrivacyConsent struct {
	ContactID string
	Kind      string // chat, health
	Version   string // of the notice
	Wording   string // exactly what was shown
	Agreed    bool
	At        time.Time
}

type consentRow struct {
	ID        string `gorm:"primaryKey"`
	ContactID string
	Kind      string
	Version   string
	Wording   []byte
	Agreed    bool
	At        int64
}

func (consentRow) TableName() string { return "consents" }

// RecordPrivacyConsent appends a decision.
func (tx *Tx) RecordPrivacyConsent(c PrivacyConsent) error {
	return tx.db.Create(&consentRow{
		ID: tx.s.NewID(c.At), ContactID: c.ContactID, Kind: c.Kind, Version: c.Version,
		Wording: tx.s.seal.SealText(c.Wording), Agreed: c.Agreed, At: millis(c.At),
	}).Error
}

// PrivacyConsents lists a contact's decisions, newest first.
func (s *Store) PrivacyConsents(ctx context.Context, contactID string) ([]PrivacyConsent, error) {
	var rows []consentRow
	if err := s.r.WithContext(ctx).Order("at DESC, id DESC").Find(&rows, "contact_id = ?", contactID).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]PrivacyConsent, len(rows))
	for i, r := range rows {
		wording, err := s.seal.OpenText(r.Wording)
		if err != nil {
			return nil, err
		}
		out[i] = PrivacyConsent{r.ContactID, r.Kind, r.Version, wording, r.Agreed, fromMillis(r.At)}
	}
	return out, nil
}
