package models

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"golang.org/x/crypto/scrypt"
)

// Sealer encrypts what people say and who they are before it is kept.
type Sealer struct {
	aead  tink.AEAD
	index []byte // key of the look-up values of sealed fields
}

// NewDataKey makes a fresh key set (Tink JSON), which can be rotated later.
func NewDataKey() (string, error) {
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return "", err
	}
	return b.String(), nil
}

// AddDataKey adds a fresh key to a key set. Until PromoteDataKey makes it the
// one that encrypts it only decrypts, so that all copies can be given it first.
func AddDataKey(set string) (string, error) {
	return changeDataKey(set, func(m *keyset.Manager, _ *keyset.Handle) error {
		_, err := m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
}

// PromoteDataKey makes the key added last the one that encrypts.
func PromoteDataKey(set string) (string, error) {
	return changeDataKey(set, func(m *keyset.Manager, h *keyset.Handle) error {
		last, err := h.Entry(h.Len() - 1)
		if err != nil {
			return err
		}
		return m.SetPrimary(last.KeyID())
	})
}

func changeDataKey(set string, change func(*keyset.Manager, *keyset.Handle) error) (string, error) {
	if !strings.HasPrefix(strings.TrimSpace(set), "{") {
		return "", errors.New("data_key: only a key set can be rotated, a passphrase cannot")
	}
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(set)))
	if err != nil {
		return "", fmt.Errorf("data_key: not a key set: %w", err)
	}
	m := keyset.NewManagerFromHandle(h)
	if err := change(m, h); err != nil {
		return "", fmt.Errorf("data_key: %w", err)
	}
	if h, err = m.Handle(); err != nil {
		return "", fmt.Errorf("data_key: %w", err)
	}
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return "", fmt.Errorf("data_key: %w", err)
	}
	return b.String(), nil
}

// ParseDataKey accepts a Tink key set in JSON, 32 bytes in base64, or a
// passphrase of at least 16 characters.
func ParseDataKey(key string) (tink.AEAD, error) {
	key = strings.TrimSpace(key)
	switch {
	case strings.HasPrefix(key, "{"):
		h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(strings.NewReader(key)))
		if err != nil {
			return nil, fmt.Errorf("data_key: not a key set: %w", err)
		}
		return aead.New(h)
	case len(key) < 16:
		return nil, errors.New("data_key: shorter than 16 characters")
	}
	if raw, err := base64.StdEncoding.DecodeString(key); err == nil && len(raw) == 32 {
		return subtle.NewAESGCM(raw)
	}
	raw, err := scrypt.Key([]byte(key), []byte("zhenban data key"), 1<<14, 8, 1, 32)
	if err != nil {
		return nil, err
	}
	return subtle.NewAESGCM(raw)
}

// openSealer takes the index key from the database, or leaves one there on the
// first start; a wrong data key cannot open it and is refused here.
func (s *Store) openSealer(ctx context.Context, key string) (*Sealer, error) {
	a, err := ParseDataKey(key)
	if err != nil {
		return nil, err
	}
	sealer := &Sealer{aead: a}
	fresh := make([]byte, 32)
	if _, err := io.ReadFull(rand.Reader, fresh); err != nil {
		return nil, err
	}
	const name = "index_key"
	if err := s.insertShared(ctx, name, sealer.Seal(fresh)); err != nil {
		return nil, fmt.Errorf("keep index key: %w", err)
	}
	kept, err := s.sharedValue(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read index key: %w", err)
	}
	if sealer.index, err = sealer.Open(kept); err != nil {
		return nil, errors.New("data_key: this database was written with another key")
	}
	return sealer, nil
}

// Seal encrypts; nothing stays nothing.
func (s *Sealer) Seal(plain []byte) []byte {
	if len(plain) == 0 {
		return nil
	}
	out, err := s.aead.Encrypt(plain, nil)
	if err != nil { // only a message beyond 64 GiB can fail
		panic(err)
	}
	return out
}

// Open decrypts what Seal made.
func (s *Sealer) Open(sealed []byte) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	return s.aead.Decrypt(sealed, nil)
}

// SealText and OpenText do the same for text; what cannot be opened is an error
// of the key, reported by the caller's read.
func (s *Sealer) SealText(plain string) []byte { return s.Seal([]byte(plain)) }

// OpenText decrypts text.
func (s *Sealer) OpenText(sealed []byte) (string, error) {
	b, err := s.Open(sealed)
	return string(b), err
}

// Index is the look-up value of a sealed field: equal for equal input, telling
// nothing else to who has no key.
func (s *Sealer) Index(field, value string) string {
	if value == "" {
		return ""
	}
	m := hmac.New(sha256.New, s.index)
	_, _ = io.WriteString(m, field+"\x00"+value)
	return hex.EncodeToString(m.Sum(nil))
}
