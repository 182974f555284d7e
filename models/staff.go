package models

import (
	"context"
	"time"
)

// Role is what a member of staff does.
type Role string

// The roles.
const (
	Desk       Role = "desk"
	Nurse      Role = "nurse"
	Doctor     Role = "doctor"
	Consultant Role = "consultant"
	Manager    Role = "manager"
)

// Roles lists every role.
func Roles() []Role { return []Role{Desk, Nurse, Doctor, Consultant, Manager} }

// Staff is a member of staff.
type Staff struct {
	ID           string
	Name         string
	Role         Role
	Branch       string // "" all
	Practitioner string // whom this person is in the clinic's profile, "" for none
	Active       bool
	CreatedAt    time.Time
}

type staffRow struct {
	ID           string `gorm:"primaryKey"`
	Name         string
	Role         string
	Branch       string
	Practitioner string
	Active       bool
	CreatedAt    int64 `gorm:"autoCreateTime:false"`
}

func (staffRow) TableName() string { return "staff" }

// AddStaff keeps a new member of staff.
func (tx *Tx) AddStaff(m Staff) error {
	return tx.db.Create(&staffRow{m.ID, m.Name, string(m.Role), m.Branch, m.Practitioner, true, millis(tx.Now)}).Error
}

// JoinStaff ties a contact to a member of staff; a contact is one at most.
func (tx *Tx) JoinStaff(contactID, staffID string) error {
	if err := tx.db.Exec("DELETE FROM staff_contacts WHERE contact_id = ?", contactID).Error; err != nil {
		return err
	}
	return tx.db.Exec("INSERT INTO staff_contacts (contact_id, staff_id, at) VALUES (?, ?, ?)", contactID, staffID, millis(tx.Now)).Error
}

func (s *Store) staff(ctx context.Context, where string, args ...any) ([]Staff, error) {
	var rows []staffRow
	if err := s.r.WithContext(ctx).Order("created_at, id").Where(where, args...).Find(&rows).Error; err != nil {
		return nil, unavailable(s.dialect, err)
	}
	out := make([]Staff, len(rows))
	for i, r := range rows {
		out[i] = Staff{r.ID, r.Name, Role(r.Role), r.Branch, r.Practitioner, r.Active, fromMillis(r.CreatedAt)}
	}
	return out, nil
}

// StaffOf is the member of staff behind a contact; ErrNotFound for clients.
func (s *Store) StaffOf(ctx context.Context, contactID string) (Staff, error) {
	return firstStaff(s.staff(ctx, "active = ? AND id IN (SELECT staff_id FROM staff_contacts WHERE contact_id = ?)", true, contactID))
}

// StaffByID finds a member of staff; ErrNotFound.
func (s *Store) StaffByID(ctx context.Context, id string) (Staff, error) {
	return firstStaff(s.staff(ctx, "id = ?", id))
}

func firstStaff(list []Staff, err error) (Staff, error) {
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Staff{}, err
	}
	return list[0], nil
}

// StaffContacts lists the chat contacts of the staff in any of the roles at a
// branch (those without a branch serve all).
func (tx *Tx) StaffContacts(branch string, roles ...Role) ([]Contact, error) {
	return tx.staffContacts("s.role IN ? AND (s.branch = '' OR s.branch = ? OR ? = '')", roles, branch, branch)
}

func (tx *Tx) staffContacts(where string, args ...any) ([]Contact, error) {
	var rows []contactRow
	err := tx.db.Raw(`SELECT c.id, c.channel, c.address, c.language, c.reach FROM staff_contacts sc JOIN staff s ON s.id = sc.staff_id
		JOIN contacts c ON c.id = sc.contact_id WHERE s.active = ? AND `+where+" ORDER BY c.id", append([]any{true}, args...)...).Scan(&rows).Error
	out := make([]Contact, len(rows))
	for i, r := range rows {
		out[i] = Contact{ID: r.ID, Channel: r.Channel, Address: r.Address, Language: r.Language, Reach: r.Reach}
	}
	return out, err
}

// GroupChannel is the channel of the staff's group, which reads and cannot
// answer: no colleague whom a case can be given to.
const GroupChannel = "wecom"

// Colleagues lists the active staff who can be written to, of any of the roles
// at a branch (those without a branch serve all).
func (s *Store) Colleagues(ctx context.Context, branch string, roles ...Role) ([]Staff, error) {
	return s.staff(ctx, `active = ? AND role IN ? AND (branch = '' OR branch = ? OR ? = '')
		AND id IN (SELECT sc.staff_id FROM staff_contacts sc JOIN contacts c ON c.id = sc.contact_id WHERE c.channel <> ?)`,
		true, roles, branch, branch, GroupChannel)
}

// GroupContacts lists the staff's groups.
func (tx *Tx) GroupContacts() ([]Contact, error) {
	return tx.staffContacts("c.channel = ?", GroupChannel)
}

// OnCall is a colleague who may be told of something in the chat.
type OnCall struct {
	Contact      Contact
	Practitioner string // whom this person is in the clinic's profile, "" for none
}

// OnCall lists who has one of the roles at a branch and a chat of their own,
// with whom they are in the profile: that says when they are on duty.
func (tx *Tx) OnCall(branch string, roles ...Role) ([]OnCall, error) {
	var rows []struct {
		ContactID    string
		Channel      string
		Language     string
		Practitioner string
	}
	err := tx.db.Raw(`SELECT c.id AS contact_id, c.channel, c.language, s.practitioner FROM staff_contacts sc JOIN staff s ON s.id = sc.staff_id
		JOIN contacts c ON c.id = sc.contact_id WHERE s.active = ? AND s.role IN ? AND (s.branch = '' OR s.branch = ? OR ? = '') AND c.channel <> ? ORDER BY c.id`,
		true, roles, branch, branch, GroupChannel).Scan(&rows).Error
	out := make([]OnCall, len(rows))
	for i, r := range rows {
		out[i] = OnCall{Contact{ID: r.ContactID, Channel: r.Channel, Language: r.Language}, r.Practitioner}
	}
	return out, err
}

// ContactsOfStaff lists the chat contacts of one member of staff.
func (tx *Tx) ContactsOfStaff(staffID string) ([]Contact, error) {
	return tx.staffContacts("s.id = ?", staffID)
}

// StaffContact is a contact as long as it is a colleague's.
func (tx *Tx) StaffContact(contactID string) ([]Contact, error) {
	return tx.staffContacts("c.id = ?", contactID)
}

// ContactsOfPractitioner lists the chat contacts of whoever is a practitioner
// of the clinic's profile.
func (tx *Tx) ContactsOfPractitioner(practitioner string) ([]Contact, error) {
	return tx.staffContacts("s.practitioner = ?", practitioner)
}
