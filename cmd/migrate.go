package cmd

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zhenban/models"
)

func migrateCommand(w World) *cobra.Command {
	var file string
	c := &cobra.Command{Use: "migrate", Short: "The database's schema"}
	c.PersistentFlags().StringVar(&file, "config", "", "settings file (YAML)")
	open := func() (*models.Store, error) {
		s, err := w.settings(file)
		if err != nil {
			return nil, err
		}
		return models.Connect(models.Options{DSN: s.DB, Now: w.Clock.Now})
	}
	list := func(c *cobra.Command, store *models.Store) error {
		steps, err := store.Migrations(c.Context())
		for _, m := range steps {
			state := "pending"
			if !m.Applied.IsZero() {
				state = m.Applied.UTC().Format(time.DateTime)
			}
			fmt.Fprintf(c.OutOrStdout(), "%-20s %s\n", state, m.Name)
		}
		return err
	}
	c.AddCommand(
		&cobra.Command{Use: "up", Short: "Bring the schema up to date", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
			store, err := open()
			if err != nil {
				return err
			}
			defer store.Close()
			if err := store.Migrate(c.Context()); err != nil {
				return err
			}
			return list(c, store)
		}},
		&cobra.Command{Use: "status", Short: "Show which steps are applied", Args: cobra.NoArgs, RunE: func(c *cobra.Command, _ []string) error {
			store, err := open()
			if err != nil {
				return err
			}
			defer store.Close()
			return list(c, store)
		}},
	)
	return c
}
