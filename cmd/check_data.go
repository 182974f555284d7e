package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// database opens, asks and begins a transaction that writes, without changing
// anything: serve makes the file and the schema itself.
func (k *checker) database(ctx context.Context) (string, error) {
	label := models.DatabaseLabel(k.settings.DB)
	if path, ok := strings.CutPrefix(k.settings.DB, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			if dir, err := os.Stat(filepath.Dir(path)); err != nil || !dir.IsDir() {
				return "", fmt.Errorf("%s: its folder does not exist", label)
			}
			return label + " does not exist yet; the first start makes it", nil
		}
	}
	store, err := models.Connect(models.Options{DSN: k.settings.DB, Now: k.w.Clock.Now})
	if err != nil {
		return "", err
	}
	detail, schema, err := schemaOf(ctx, store)
	if err != nil {
		return "", errors.Join(fmt.Errorf("%s: %w", label, err), store.Close())
	}
	k.keep(store, schema)
	return label + " reached; " + detail, nil
}

func schemaOf(ctx context.Context, store *models.Store) (detail string, schema bool, err error) {
	if err := store.Ping(ctx); err != nil {
		return "", false, err
	}
	if err := store.Do(ctx); err != nil {
		return "", false, fmt.Errorf("cannot be written to: %w", err)
	}
	steps, err := store.Migrations(ctx)
	if err != nil {
		return "", false, fmt.Errorf("state of the schema: %w", err)
	}
	pending := 0
	for _, m := range steps {
		if m.Applied.IsZero() {
			pending++
		}
	}
	if pending > 0 {
		return fmt.Sprintf("%d of %d migrations pending, the next start applies them", pending, len(steps)), pending < len(steps), nil
	}
	return fmt.Sprintf("no migration pending of %d", len(steps)), true, nil
}

func (k *checker) dataKey(ctx context.Context) (string, error) {
	key, from := k.settings.DataKey.Reveal(), "data_key"
	if key == "" {
		from = keyFile(k.settings)
		data, err := os.ReadFile(from)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		key = string(data)
	}
	if key != "" {
		if _, err := models.ParseDataKey(key); err != nil {
			return "", err
		}
	}
	store, schema := k.opened()
	if !schema {
		if key == "" {
			return "not set; the first start makes " + from, nil
		}
		return from + " is well formed; there is nothing to try it on", nil
	}
	if key == "" {
		// The database may hold data that only the lost key opens.
		if err := store.TryKey(ctx, strings.Repeat("x", 16)); errors.Is(err, models.ErrNotFound) {
			return "not set; the first start makes " + from, nil
		}
		return "", fmt.Errorf("the database was written with a key: set data_key, or bring back %s", from)
	}
	err := store.TryKey(ctx, key)
	if errors.Is(err, models.ErrNotFound) {
		return from + " can be used; there is no data yet to open with it", nil
	}
	return from + " opens the database", err
}

// clinic checks the profile in force, or the one the first start would take.
func (k *checker) clinic(ctx context.Context) (string, error) {
	var kept models.ProfileVersion
	if store, schema := k.opened(); schema {
		var err error
		if kept, err = store.CurrentProfile(ctx); err != nil && !errors.Is(err, models.ErrNotFound) {
			return "", err
		}
	}
	if kept.Version == 0 {
		p, _, err := config.LoadProfile(k.settings.Clinic)
		if err != nil {
			return "", err
		}
		return describeClinic(p, 0, k.settings.Clinic+", which the first start takes")
	}
	p, err := config.ParseProfile(kept.Source, kept.Body)
	if err != nil {
		return "", err
	}
	return describeClinic(p, kept.Version, fmt.Sprintf("version %d from %s", kept.Version, kept.Source))
}

func describeClinic(p *config.Profile, version int, source string) (string, error) {
	if _, err := bot.NewClinic(p, version); err != nil {
		return "", err
	}
	note := ""
	if !p.Emergency.Approved {
		note = "; emergency.approved is still false"
	}
	return fmt.Sprintf("%s, %s%s", p.Name.In(p.Language), source, note), nil
}
