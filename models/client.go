package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// Client is who the clinic deals with: a pet's owner, or a person who may also
// be the patient.
type Client struct {
	ID         string
	Identifier string // the clinic's own number, "" for people known from the chat only
	Name       string
	Phone      string // E.164
	Emergency  string // emergency contact, free text
	Language   string
	Needs      string // child, elderly, disabled; comma separated
	Tier       string // of membership, as the clinic names it; "" none
	Verified   bool   // from the clinic's records, rather than from a chat
	CreatedAt  time.Time
}

type clientRow struct {
	ID         string `gorm:"primaryKey"`
	Identifier *string
	Name       []byte
	Phone      []byte
	PhoneIndex string
	Emergency  []byte
	Language   string
	Needs      string
	Tier       string
	Verified   bool
	CreatedAt  int64 `gorm:"autoCreateTime:false"`
	UpdatedAt  int64 `gorm:"autoUpdateTime:false"`
}

func (clientRow) TableName() string { return "clients" }

func (s *Store) client(r clientRow) (Client, error) {
	c := Client{ID: r.ID, Language: r.Language, Needs: r.Needs, Tier: r.Tier, Verified: r.Verified, CreatedAt: fromMillis(r.CreatedAt)}
	if r.Identifier != nil {
		c.Identifier = *r.Identifier
	}
	var e1, e2, e3 error
	c.Name, e1 = s.seal.OpenText(r.Name)
	c.Phone, e2 = s.seal.OpenText(r.Phone)
	c.Emergency, e3 = s.seal.OpenText(r.Emergency)
	return c, errors.Join(e1, e2, e3)
}

// SaveClient inserts or replaces a client by ID.
func (tx *Tx) SaveClient(c Client) error {
	row := clientRow{
		ID: c.ID, Identifier: optional(c.Identifier), Name: tx.s.seal.SealText(c.Name), Phone: tx.s.seal.SealText(c.Phone),
		PhoneIndex: tx.s.seal.Index("phone", c.Phone), Emergency: tx.s.seal.SealText(c.Emergency), Language: c.Language,
		Needs: c.Needs, Tier: c.Tier, Verified: c.Verified, CreatedAt: millis(tx.Now), UpdatedAt: millis(tx.Now),
	}
	return tx.db.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"identifier", "name", "phone", "phone_index", "emergency", "language",
			"needs", "tier", "verified", "updated_at",
		}),
	}).Create(&row).Error
}

// SetPhone gives a client known from the chat only the number told there; a
// number in the clinic's own records is changed by the clinic.
func (tx *Tx) SetPhone(clientID, phone string) error {
	return tx.db.Model(&clientRow{}).Where("id = ? AND verified = ?", clientID, false).Updates(map[string]any{
		"phone": tx.s.seal.SealText(phone), "phone_index": tx.s.seal.Index("phone", phone), "updated_at": millis(tx.Now),
	}).Error
}

func (s *Store) clients(ctx context.Context, where string, args ...any) ([]Client, error) {
	return s.readClients(ctx, "SELECT * FROM clients WHERE "+where+" ORDER BY id LIMIT 200", args...)
}

func (s *Store) readClients(ctx context.Context, query string, args ...any) ([]Client, error) {
	var rows []clientRow
	if err := s.r.WithContext(ctx).Raw(query, args...).Scan(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Client, len(rows))
	for i, r := range rows {
		c, err := s.client(r)
		if err != nil {
			return nil, err
		}
		out[i] = c
	}
	return out, nil
}

// ClientByID finds a client; ErrNotFound.
func (s *Store) ClientByID(ctx context.Context, id string) (Client, error) {
	return firstClient(s.clients(ctx, "id = ?", id))
}

// ClientByIdentifier finds a client by the clinic's own number; ErrNotFound.
func (s *Store) ClientByIdentifier(ctx context.Context, identifier string) (Client, error) {
	return firstClient(s.clients(ctx, "identifier = ?", identifier))
}

// ClientsByPhone lists the verified clients with a phone number (E.164).
func (s *Store) ClientsByPhone(ctx context.Context, phone string) ([]Client, error) {
	if phone == "" {
		return nil, nil
	}
	return s.clients(ctx, "phone_index = ? AND verified = ?", s.seal.Index("phone", phone), true)
}

// ClientsOf lists the clients a contact is bound to whole, rather than to one
// of their patients.
func (s *Store) ClientsOf(ctx context.Context, contactID string) ([]Client, error) {
	// In the order of bindings' key: sorted by clients.id, MariaDB writes the
	// sealed columns to a temporary file first, which costs as much as a message.
	return s.readClients(ctx, `SELECT c.* FROM bindings b JOIN clients c ON c.id = b.client_id
		WHERE b.contact_id = ? AND b.patient_id = '' ORDER BY b.client_id LIMIT 200`, contactID)
}

func firstClient(list []Client, err error) (Client, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Client{}, err
	}
	return list[0], nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Bind ties a chat contact to a client's record (all patients, or one).
func (tx *Tx) Bind(contactID, clientID, patientID, how string) error {
	err := tx.db.Exec("DELETE FROM bindings WHERE contact_id = ? AND client_id = ? AND patient_id = ?", contactID, clientID, patientID).Error
	if err != nil {
		return err
	}
	return tx.db.Exec("INSERT INTO bindings (contact_id, client_id, patient_id, how, at) VALUES (?, ?, ?, ?, ?)",
		contactID, clientID, patientID, how, millis(tx.Now)).Error
}

// Unbind removes the contact's tie to a client.
func (tx *Tx) Unbind(contactID, clientID string) error {
	return tx.db.Exec("DELETE FROM bindings WHERE contact_id = ? AND client_id = ?", contactID, clientID).Error
}
