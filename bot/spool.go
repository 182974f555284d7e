package bot

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// ErrFull says that the spool takes no more; the platform is to deliver again.
var ErrFull = errors.New("spool: full")

// ErrSpoolInUse says that another process has the file open.
var ErrSpoolInUse = errors.New("another process has it open")

// Cipher encrypts what is spooled, since it is what people said; a tink.AEAD is one.
type Cipher interface {
	Encrypt(plain, associated []byte) ([]byte, error)
	Decrypt(sealed, associated []byte) ([]byte, error)
}

// SpoolOptions opens a Spool.
type SpoolOptions struct {
	Path     string
	Cipher   Cipher // the data key
	MaxCount int    // messages; 0 means 20,000
	MaxBytes int64  // of all messages; 0 means 256 MiB
}

// Spool keeps raw inbound messages on this machine's disk while the database
// is away. A message that Put returned for survives a power cut.
type Spool struct {
	o  SpoolOptions
	db *bolt.DB

	mu      sync.Mutex
	waiting map[string]int    // messages by contact
	keys    map[string]uint64 // Inbound.Key → place, so that a repeat is kept once
	bytes   int64
	count   int
	dead    int
}

// spooled is one message in the file.
type spooled struct {
	At      time.Time `json:"at"`
	Tries   int       `json:"tries,omitempty"`
	Inbound Inbound   `json:"inbound"`

	place uint64
	size  int64
}

const (
	waitBucket = "wait"
	deadBucket = "dead"
)

// OpenSpool opens or creates the file and reads what waits in it. One process
// at a time can have it open.
func OpenSpool(o SpoolOptions) (*Spool, error) {
	if o.MaxCount <= 0 {
		o.MaxCount = 20_000
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 256 << 20
	}
	db, err := bolt.Open(o.Path, 0o600, &bolt.Options{Timeout: 2 * time.Second, FreelistType: bolt.FreelistMapType, NoFreelistSync: true})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("spool %s: %w", o.Path, ErrSpoolInUse)
	}
	if err != nil {
		return nil, fmt.Errorf("spool %s: %w", o.Path, err)
	}
	db.MaxBatchDelay = 2 * time.Millisecond // messages that come together share a flush
	s := &Spool{o: o, db: db, waiting: map[string]int{}, keys: map[string]uint64{}}
	if err := s.load(); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("spool %s: %w", o.Path, err)
	}
	return s, nil
}

func (s *Spool) load() error {
	err := s.db.Update(func(tx *bolt.Tx) error {
		for _, name := range []string{waitBucket, deadBucket} {
			if _, err := tx.CreateBucketIfNotExists([]byte(name)); err != nil {
				return err
			}
		}
		s.dead = tx.Bucket([]byte(deadBucket)).Stats().KeyN
		return nil
	})
	if err != nil {
		return err
	}
	list, err := s.list(s.o.MaxCount*2, nil)
	for _, m := range list {
		s.enter(m)
	}
	return err
}

func (s *Spool) enter(m *spooled) {
	s.waiting[m.Inbound.ContactID()]++
	s.keys[m.Inbound.Key] = m.place
	s.bytes += m.size
	s.count++
}

func (s *Spool) leave(m *spooled) {
	id := m.Inbound.ContactID()
	if s.waiting[id]--; s.waiting[id] <= 0 {
		delete(s.waiting, id)
	}
	delete(s.keys, m.Inbound.Key)
	s.bytes -= m.size
	s.count--
}

// Put keeps a message; fresh is false when its key was there already. When it
// returns without an error, the message is on the disk.
func (s *Spool) Put(in Inbound, at time.Time) (fresh bool, err error) {
	m := &spooled{At: at, Inbound: in}
	plain, err := json.Marshal(m)
	if err != nil {
		return false, err
	}
	sealed, err := s.o.Cipher.Encrypt(plain, nil)
	if err != nil {
		return false, err
	}
	m.size = int64(len(sealed))
	s.mu.Lock()
	if _, ok := s.keys[in.Key]; ok {
		s.mu.Unlock()
		return false, nil
	}
	if s.count >= s.o.MaxCount || s.bytes+m.size > s.o.MaxBytes {
		s.mu.Unlock()
		return false, ErrFull
	}
	s.enter(m) // reserves the room
	s.mu.Unlock()
	err = s.db.Batch(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(waitBucket))
		place, err := b.NextSequence()
		if err != nil {
			return err
		}
		m.place = place
		return b.Put(placeKey(place), sealed)
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.leave(m)
		return false, fmt.Errorf("spool: %w", err)
	}
	s.keys[in.Key] = m.place
	return true, nil
}

func placeKey(place uint64) []byte { return binary.BigEndian.AppendUint64(nil, place) }

// Has reports whether messages of a contact wait.
func (s *Spool) Has(contactID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.waiting[contactID] > 0
}

// Depth is how many messages wait, and how many were laid aside as dead.
func (s *Spool) Depth() (waiting, dead int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count, s.dead
}

// list reads up to limit waiting messages, oldest first, of those contacts
// that want accepts (nil: all). One that cannot be opened is an error of the key.
func (s *Spool) list(limit int, want func(contactID string) bool) ([]*spooled, error) {
	var out []*spooled
	err := s.db.View(func(tx *bolt.Tx) error {
		c := tx.Bucket([]byte(waitBucket)).Cursor()
		for k, v := c.First(); k != nil && len(out) < limit; k, v = c.Next() {
			m, err := s.unseal(k, v)
			if err != nil {
				return err
			}
			if want == nil || want(m.Inbound.ContactID()) {
				out = append(out, m)
			}
		}
		return nil
	})
	return out, err
}

// remove deletes a message that was kept elsewhere.
func (s *Spool) remove(m *spooled) error {
	err := s.db.Batch(func(tx *bolt.Tx) error { return tx.Bucket([]byte(waitBucket)).Delete(placeKey(m.place)) })
	return s.left(m, err, 0)
}

// retry counts a failed try and keeps the message where it is.
func (s *Spool) retry(m *spooled) error {
	m.Tries++
	return s.rewrite(m, waitBucket)
}

// bury lays a message aside that fails again and again.
func (s *Spool) bury(m *spooled) error {
	m.Tries++
	return s.left(m, s.rewrite(m, deadBucket), 1)
}

func (s *Spool) left(m *spooled, err error, dead int) error {
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(m)
	s.dead += dead
	return nil
}

func (s *Spool) rewrite(m *spooled, bucket string) error {
	plain, err := json.Marshal(m)
	if err != nil {
		return err
	}
	sealed, err := s.o.Cipher.Encrypt(plain, nil)
	if err != nil {
		return err
	}
	return s.db.Batch(func(tx *bolt.Tx) error {
		if err := tx.Bucket([]byte(waitBucket)).Delete(placeKey(m.place)); err != nil {
			return err
		}
		return tx.Bucket([]byte(bucket)).Put(placeKey(m.place), sealed)
	})
}

// Close closes the file; what waits in it is replayed at the next start.
func (s *Spool) Close() error { return s.db.Close() }
