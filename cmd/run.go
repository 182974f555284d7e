// Package cmd is the command line: one file a command, and the wiring of the
// program that they share.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/jonboulle/clockwork"
	"github.com/spf13/cobra"

	"zhenban/config"
	"zhenban/models"
)

// World is what a process is given.
type World struct {
	Args  []string
	Env   []string
	In    io.Reader
	Out   io.Writer
	Err   io.Writer
	Clock clockwork.Clock
}

// Run executes a command line and returns the exit code: 0 done, 1 failed, 2
// wrong usage. What went wrong is written to w.Err.
func Run(ctx context.Context, w World) int {
	root := &cobra.Command{
		Use:           "zhenban",
		Short:         "诊伴 Zhenban, the chat assistant of a clinic",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetArgs(w.Args)
	root.SetIn(w.In)
	root.SetOut(w.Out)
	root.SetErr(w.Err)
	root.AddCommand(
		demoCommand(w), serveCommand(w), chatCommand(w), migrateCommand(w), importCommand(w), checkCommand(w),
		bindCommand(w), staffCommand(w), spoolCommand(w), posterCommand(w), understandCommand(w), keyCommand(w), benchCommand(w),
	)
	began := false // what fails before is the command line's fault
	root.PersistentPreRun = func(*cobra.Command, []string) { began = true }
	askForCommand(root)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errSaid):
		return 1
	case errors.As(err, &usage), !began:
		fmt.Fprintln(w.Err, "zhenban:", err)
		return 2
	default:
		fmt.Fprintln(w.Err, "zhenban:", err)
		return 1
	}
}

// askForCommand makes a group of commands refuse a word it does not know, where
// cobra would print its help and call that a success.
func askForCommand(c *cobra.Command) {
	for _, sub := range c.Commands() {
		askForCommand(sub)
	}
	if c.HasSubCommands() && !c.Runnable() && c.HasParent() {
		c.RunE = func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("unknown command %q for %q", args[0], c.CommandPath())}
			}
			return c.Help()
		}
	}
}

// errSaid ends a command whose faults were already written.
var errSaid = errors.New("failed")

// usageError is a command line that does not say what to do.
type usageError struct{ error }

// settings reads the file named by --config and the environment. The error
// lists every fault at once: those of the settings, of the data key and of the
// clinic's profile that they name.
func (w World) settings(file string) (config.Settings, error) {
	s, err := config.LoadSettings(file, w.Env)
	if s.DataKey != "" {
		if _, e := models.ParseDataKey(s.DataKey.Reveal()); e != nil {
			err = errors.Join(err, e)
		}
	}
	if s.Clinic != "" {
		if _, _, e := config.LoadProfile(s.Clinic); e != nil {
			err = errors.Join(err, e)
		}
	}
	return s, err
}

// logger writes to the process's error output.
func (w World) logger(s config.Settings) *slog.Logger {
	opts := &slog.HandlerOptions{Level: s.LogLevel()}
	if s.Log.Format == "json" {
		return slog.New(slog.NewJSONHandler(w.Err, opts))
	}
	return slog.New(slog.NewTextHandler(w.Err, opts))
}
