package cmd

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"zhenban/config"
	"zhenban/models"
)

func keyCommand(World) *cobra.Command {
	var add, promote string
	c := &cobra.Command{
		Use:   "key",
		Short: "Print a fresh key set for data_key, or the next step of rotating one",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			key, err := nextKey(add, promote)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), key)
			return nil
		},
	}
	c.Flags().StringVar(&add, "add", "", "print the key set of this file with one more key, which only decrypts as yet")
	c.Flags().StringVar(&promote, "promote", "", "print the key set of this file with the key added last as the one that encrypts")
	c.MarkFlagsMutuallyExclusive("add", "promote")
	return c
}

func nextKey(add, promote string) (string, error) {
	file, step := add, models.AddDataKey
	if promote != "" {
		file, step = promote, models.PromoteDataKey
	}
	if file == "" {
		return models.NewDataKey()
	}
	set, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	return step(string(set))
}

// dataKey is the key the settings give, or the one in zhenban.key beside the
// SQLite file (in the working folder for MySQL), made on the first start: a
// clinic that tries the program loses nothing, and one that runs several
// copies is told by the second copy that cannot read what the first wrote.
func dataKey(s config.Settings) (key, file string, err error) {
	if s.DataKey != "" {
		return s.DataKey.Reveal(), "", nil
	}
	file = keyFile(s)
	if data, err := os.ReadFile(file); err == nil {
		return string(data), file, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("data_key: %w", err)
	}
	if key, err = models.NewDataKey(); err != nil {
		return "", "", err
	}
	// Written whole and then linked, so that two copies that start at once
	// agree on one key.
	tmp, err := os.CreateTemp(filepath.Dir(file), ".zhenban-key-*")
	if err != nil {
		return "", "", fmt.Errorf("data_key: %w", err)
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.WriteString(key); err != nil {
		return "", "", fmt.Errorf("data_key: %w", err)
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return "", "", fmt.Errorf("data_key: %w", err)
	}
	if err := os.Link(tmp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", "", fmt.Errorf("data_key: %w", err)
	}
	data, err := os.ReadFile(file)
	return string(data), file, err
}

// keyFile is where the data key of settings without one lies.
func keyFile(s config.Settings) string {
	if path, ok := strings.CutPrefix(s.DB, "sqlite:"); ok {
		return path + ".key"
	}
	return "zhenban.key"
}

// demoTokens are the phones of a demo database, the client's and one for each
// of the clinic's people: derived from its key, so that a restart finds the
// same people and nobody else's token fits.
func demoTokens(s config.Settings) (client string, staff map[models.Role]string, err error) {
	key, _, err := dataKey(s)
	if err != nil {
		return "", nil, err
	}
	token := func(who string) string {
		m := hmac.New(sha256.New, []byte(key))
		m.Write([]byte("demo phone " + who))
		return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
	}
	staff = map[models.Role]string{models.Desk: token("staff")}
	for _, p := range demoStaff() {
		if p.Role != models.Desk {
			staff[p.Role] = token("staff " + string(p.Role))
		}
	}
	return token("client"), staff, nil
}
