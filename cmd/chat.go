package cmd

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"zhenban/bot"
	"zhenban/bot/terminal"
	"zhenban/config"
	"zhenban/models"
)

func chatCommand(w World) *cobra.Command {
	var file, preset, db, as string
	c := &cobra.Command{
		Use:   "chat",
		Short: "Talk in the terminal, or from a pipe",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if as != "client" && as != "staff" {
				return usageError{fmt.Errorf("--as %q: client or staff", as)}
			}
			s, err := w.settings(file)
			if err != nil {
				return err
			}
			clean, err := trial(&s, c.Flags().Changed, preset, db, w.hasEnv("ZHENBAN_DB"))
			if err != nil {
				return err
			}
			defer clean()
			return chat(c.Context(), w, appOptions{settings: s, clock: w.Clock, log: w.logger(s), explicit: c.Flags().Changed("preset")}, as)
		},
	}
	c.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	c.Flags().StringVar(&preset, "preset", "vet", "clinic: vet, general, dental, aesthetics or surgery")
	c.Flags().StringVar(&db, "db", "", "database; default: one that is thrown away at the end")
	c.Flags().StringVar(&as, "as", "client", "who is typing: client or staff")
	return c
}

func chat(ctx context.Context, w World, o appOptions, as string) error {
	var term *terminal.Channel
	o.channels = func(a *app) ([]bot.Channel, error) {
		trouble, err := a.book.Render(a.clinic.current().Language, "core.trouble", nil)
		if err != nil {
			return nil, err
		}
		term = terminal.New(terminal.Options{
			In: w.In, Out: w.Out, Address: as, Clock: w.Clock, Interactive: isTerminal(w.In), Color: isTerminal(w.Out),
			Greet: isTerminal(w.In), Trouble: trouble,
		})
		return []bot.Channel{term}, nil
	}
	a, err := newApp(ctx, o)
	if err != nil {
		return err
	}
	defer a.close()
	if as == "staff" {
		if err := joinAs(ctx, a.store, term.Name()+":"+as, models.Staff{Name: "staff-terminal", Role: models.Desk}); err != nil {
			return err
		}
	}
	inner, stop := context.WithCancel(ctx)
	defer stop()
	a.parts = append(a.parts, func(ctx context.Context) error {
		defer stop()
		if err := term.Run(ctx, a.intake); err != nil {
			return err
		}
		return a.sender.Drain(ctx)
	})
	return a.run(inner)
}

// trial points settings at a database of its own that is thrown away, unless
// the person named one, and at the preset.
func trial(s *config.Settings, changed func(string) bool, preset, db string, dbSet bool) (clean func(), err error) {
	clean = func() {}
	if changed("preset") || s.Clinic == "" {
		s.Clinic = preset
	}
	switch {
	case db != "":
		s.DB = db
	case !dbSet:
		dir, err := os.MkdirTemp("", "zhenban-")
		if err != nil {
			return clean, err
		}
		s.DB = "sqlite:" + filepath.Join(dir, "zhenban.db")
		clean = func() { _ = os.RemoveAll(dir) }
	}
	return clean, nil
}

func isTerminal(v any) bool {
	f, ok := v.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}
