package cmd

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// openSpool opens this copy's own file for messages that come while the
// database is away. path, if given, is taken instead of what the settings say.
func openSpool(path string, s config.Settings, key string) (*bot.Spool, error) {
	if path == "" {
		var err error
		if path, err = spoolPath(s); err != nil {
			return nil, err
		}
	}
	cipher, err := models.ParseDataKey(key)
	if err != nil {
		return nil, err
	}
	return bot.OpenSpool(bot.SpoolOptions{Path: path, Cipher: cipher}) // its errors name the file
}

// spoolPath is the file's place: as set, beside the SQLite file, or named after
// the port in the working folder, since several copies on one MySQL may share
// that.
func spoolPath(s config.Settings) (string, error) {
	if s.Spool != "" {
		return s.Spool, nil
	}
	if file, ok := strings.CutPrefix(s.DB, "sqlite:"); ok {
		return file + ".spool", nil
	}
	_, port, err := net.SplitHostPort(s.Listen)
	if err != nil {
		return "", fmt.Errorf("listen %q: %w", s.Listen, err)
	}
	return "zhenban-" + port + ".spool", nil
}

func spoolCommand(w World) *cobra.Command {
	var file string
	c := &cobra.Command{Use: "spool", Short: "Messages of this copy that were laid aside because they failed again and again"}
	list := &cobra.Command{
		Use: "list", Short: "What was laid aside: when it came, over which channel, whose; not what it says",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return w.withSpool(file, func(s *bot.Spool) error { return listDead(c.OutOrStdout(), s) })
		},
	}
	retry := &cobra.Command{
		Use: "retry NUMBER…", Short: "Let messages be tried again when this copy starts",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return w.eachDead(c.OutOrStdout(), file, args, "will be tried again", (*bot.Spool).Revive)
		},
	}
	drop := &cobra.Command{
		Use: "drop NUMBER…", Short: "Forget messages, for good",
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return w.eachDead(c.OutOrStdout(), file, args, "dropped", (*bot.Spool).Discard)
		},
	}
	c.PersistentFlags().StringVar(&file, "config", "", "settings file (YAML)")
	c.AddCommand(list, retry, drop)
	return c
}

// withSpool opens the spool of the settings, which must be there already and
// in no running copy's hands.
func (w World) withSpool(file string, fn func(*bot.Spool) error) error {
	s, err := w.settings(file)
	if err != nil {
		return err
	}
	path, err := spoolPath(s)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("no spool: %w", err)
	}
	key, _, err := dataKey(s)
	if err != nil {
		return err
	}
	spool, err := openSpool(path, s, key)
	if errors.Is(err, bot.ErrSpoolInUse) {
		return fmt.Errorf("%w: stop the copy first", err)
	}
	if err != nil {
		return err
	}
	defer spool.Close()
	return fn(spool)
}

func listDead(out io.Writer, s *bot.Spool) error {
	list, err := s.Dead()
	if err != nil {
		return err
	}
	waiting, _ := s.Depth()
	fmt.Fprintf(out, "%d waiting, %d laid aside\n", waiting, len(list))
	if len(list) == 0 {
		return nil
	}
	t := tabwriter.NewWriter(out, 2, 8, 2, ' ', 0)
	fmt.Fprintln(t, "number\tcame\tchannel\tcontact\tkind\ttries")
	for _, m := range list {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%d\n", m.Number, m.At.UTC().Format(time.RFC3339), m.Channel, m.ContactID, m.Kind, m.Tries)
	}
	return t.Flush()
}

func (w World) eachDead(out io.Writer, file string, args []string, done string, do func(*bot.Spool, uint64) error) error {
	numbers := make([]uint64, len(args))
	for i, a := range args {
		var err error
		if numbers[i], err = strconv.ParseUint(a, 10, 64); err != nil {
			return usageError{fmt.Errorf("%q is no number: zhenban spool list shows them", a)}
		}
	}
	return w.withSpool(file, func(s *bot.Spool) error {
		for _, n := range numbers {
			if err := do(s, n); err != nil {
				return err
			}
			fmt.Fprintf(out, "%d %s\n", n, done)
		}
		return nil
	})
}
