// Package media keeps pictures and documents: a folder by default, or S3, behind
// a small interface. What is kept is encrypted, checked by what it is rather
// than by what it is called, and reached by nobody but the program.
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

// Store keeps bytes by a key of its own making, which tells nothing of them.
type Store interface {
	// Put keeps data and returns its key: the same bytes, the same key.
	Put(ctx context.Context, data []byte) (key string, err error)
	// Keep is Put under a name of the caller's: the same name, the same key. What
	// was kept under it before stays. Whoever chose the name may delete it.
	Keep(ctx context.Context, name string, data []byte) (key string, err error)
	// Get reads it again; ErrMissing.
	Get(ctx context.Context, key string) ([]byte, error)
	// Delete takes it away; what is not there is no error.
	Delete(ctx context.Context, key string) error
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

// digestKey is a keyed digest, so that it does not tell what the file holds.
func digestKey(s Sealer, data []byte) string {
	sum := sha256.Sum256(data)
	return s.Index("media", hex.EncodeToString(sum[:]))
}

// nameKey is the key of a name.
func nameKey(s Sealer, name string) string { return s.Index("media-name", name) }

// Put implements Store.
func (f *Folder) Put(_ context.Context, data []byte) (string, error) {
	return f.put(digestKey(f.seal, data), data)
}

// Keep implements Store.
func (f *Folder) Keep(_ context.Context, name string, data []byte) (string, error) {
	return f.put(nameKey(f.seal, name), data)
}

// put writes a file, which is whole or not there.
func (f *Folder) put(key string, data []byte) (string, error) {
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

// Delete implements Store.
func (f *Folder) Delete(_ context.Context, key string) error {
	path, err := f.path(key)
	if err != nil {
		return nil //nolint:nilerr // a key that is none leads to nothing
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}
