package bot

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"zhenban/models"
)

// DeadMessage is what an operator may see of a message that was laid aside:
// whose it is and when it came, not what it says.
type DeadMessage struct {
	Number    uint64 // its place, by which it is named
	At        time.Time
	Channel   string
	ContactID string
	Kind      Kind
	Tries     int
}

// Dead lists what was laid aside, oldest first.
func (s *Spool) Dead() ([]DeadMessage, error) {
	var out []DeadMessage
	err := s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(deadBucket)).ForEach(func(k, v []byte) error {
			m, err := s.unseal(k, v)
			if err != nil {
				return err
			}
			in := m.Inbound
			out = append(out, DeadMessage{Number: m.place, At: m.At, Channel: in.Channel, ContactID: in.ContactID(), Kind: in.Kind, Tries: m.Tries})
			return nil
		})
	})
	return out, err
}

// Revive lets a message that was laid aside wait again, in its old place and
// with all its tries. models.ErrNotFound when no such number is there.
func (s *Spool) Revive(number uint64) error {
	var m *spooled
	err := s.db.Update(func(tx *bolt.Tx) error {
		dead, wait := tx.Bucket([]byte(deadBucket)), tx.Bucket([]byte(waitBucket))
		v := dead.Get(placeKey(number))
		if v == nil {
			return models.ErrNotFound
		}
		var err error
		if m, err = s.unseal(placeKey(number), v); err != nil {
			return err
		}
		m.Tries = 0
		plain, err := json.Marshal(m)
		if err != nil {
			return err
		}
		sealed, err := s.o.Cipher.Encrypt(plain, nil)
		if err != nil {
			return err
		}
		m.size = int64(len(sealed))
		if err := wait.Put(placeKey(number), sealed); err != nil {
			return err
		}
		return dead.Delete(placeKey(number))
	})
	if err != nil {
		return fmt.Errorf("message %d: %w", number, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enter(m)
	s.dead--
	return nil
}

// Discard forgets a message that was laid aside, for good. models.ErrNotFound
// when no such number is there.
func (s *Spool) Discard(number uint64) error {
	err := s.db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(deadBucket))
		if b.Get(placeKey(number)) == nil {
			return models.ErrNotFound
		}
		return b.Delete(placeKey(number))
	})
	if err != nil {
		return fmt.Errorf("message %d: %w", number, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dead--
	return nil
}

// unseal reads a message as it lies in the file. One that cannot be opened is
// an error of the key.
func (s *Spool) unseal(k, v []byte) (*spooled, error) {
	plain, err := s.o.Cipher.Decrypt(v, nil)
	if err != nil {
		return nil, fmt.Errorf("the messages in it were kept under another data key: %w", err)
	}
	m := &spooled{place: binary.BigEndian.Uint64(k), size: int64(len(v))}
	return m, json.Unmarshal(plain, m)
}
