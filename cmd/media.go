package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"zhenban/config"
	"zhenban/media"
	"zhenban/models"
)

// openMedia opens where pictures and documents lie: the folder or the bucket
// that is set, or a folder beside the database. Copies on one MySQL are given
// one they share.
func openMedia(s config.Settings, store *models.Store) (media.Store, error) {
	if media.IsS3(s.Media) {
		return media.OpenS3(bucketOf(s), store.Sealer())
	}
	return media.Open(mediaFolder(s), store.Sealer())
}

func bucketOf(s config.Settings) media.S3Options {
	return media.S3Options{Address: s.Media, AccessKey: s.S3.AccessKey.Reveal(), SecretKey: s.S3.SecretKey.Reveal()}
}

func mediaFolder(s config.Settings) string {
	if s.Media != "" {
		return s.Media
	}
	if file, ok := strings.CutPrefix(s.DB, "sqlite:"); ok {
		return file + ".media"
	}
	return "zhenban-media"
}

// mediaStore writes, reads and deletes a few bytes where pictures and documents
// lie. A folder that is not there yet is made by the first start.
func (k *checker) mediaStore(ctx context.Context) (string, error) {
	if media.IsS3(k.settings.Media) {
		bucket, err := media.OpenS3(bucketOf(k.settings), nil)
		if err != nil {
			return "", err
		}
		address, _, _ := strings.Cut(k.settings.Media, "?")
		return address + " written, read and deleted", bucket.Check(ctx)
	}
	dir := mediaFolder(k.settings)
	info, err := os.Stat(dir)
	if errors.Is(err, os.ErrNotExist) {
		if parent, err := os.Stat(filepath.Dir(dir)); err != nil || !parent.IsDir() {
			return "", fmt.Errorf("folder %s: the one around it does not exist", dir)
		}
		return "folder " + dir + " does not exist yet; the first start makes it", nil
	}
	if err != nil {
		return "", err
	}
	if !info.IsDir() {
		return "", fmt.Errorf("%s is no folder", dir)
	}
	f, err := os.CreateTemp(dir, "check-*")
	if err != nil {
		return "", fmt.Errorf("folder %s cannot be written to: %w", dir, err)
	}
	return "folder " + dir + " can be written to", errors.Join(f.Close(), os.Remove(f.Name()))
}
