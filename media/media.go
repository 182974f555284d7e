// Package media keeps pictures and documents: a folder by default, behind an
// interface of two methods. What is kept is encrypted, checked by what it is
// rather than by what it is called, and reached by nobody but the program.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrMissing says that there is nothing under the key.
var ErrMissing = errors.New("media: no such file")

// Store keeps bytes by a key of its own making: the same bytes, the same key.
type Store interface {
	// Put keeps data and returns its key.
	Put(ctx context.Context, data []byte) (key string, err error)
	// Get reads it again; ErrMissing.
	Get(ctx context.Context, key string) ([]byte, error)
}

// Sealer encrypts and decrypts.
type Sealer interface {
	Seal(plain []byte) []byte
	Open(sealed []byte) ([]byte, error)
	Index(field, value string) string
}

// Folder keeps files in a directory. Copies of the program share it, or keep
// what they get to themselves: with several copies it lies on a shared disk.
type Folder struct {
	dir  string
	seal Sealer
}

// Open makes the directory if it is not there.
func Open(dir string, seal Sealer) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	return &Folder{dir, seal}, nil
}

// path spreads files over 256 directories. A key is 64 hex digits, so it can
// lead nowhere else.
func (f *Folder) path(key string) (string, error) {
	if len(key) != 64 || strings.Trim(key, "0123456789abcdef") != "" {
		return "", ErrMissing
	}
	return filepath.Join(f.dir, key[:2], key), nil
}

// Put implements Store. The key is a keyed digest, so that it does not tell
// what the file holds. The file is whole or not there.
func (f *Folder) Put(_ context.Context, data []byte) (string, error) {
	sum := sha256.Sum256(data)
	key := f.seal.Index("media", hex.EncodeToString(sum[:]))
	path, err := f.path(key)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil {
		return key, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fmt.Errorf("media: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return "", fmt.Errorf("media: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(f.seal.Seal(data))
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return "", fmt.Errorf("media: %w", err)
	}
	return key, nil
}

// Get implements Store.
func (f *Folder) Get(_ context.Context, key string) ([]byte, error) {
	path, err := f.path(key)
	if err != nil {
		return nil, err
	}
	sealed, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	data, err := f.seal.Open(sealed)
	if err != nil {
		return nil, fmt.Errorf("media: %s was kept under another data key: %w", key[:8], err)
	}
	return data, nil
}
