package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"zhenban/config"
	"zhenban/models"
)

// checkTime bounds each check: an address that swallows packets must not keep
// the others from being tried.
const checkTime = 10 * time.Second

// check is one thing to try. It says how it stands, or what is wrong.
type check struct {
	name string
	try  func(ctx context.Context) (detail string, err error)
}

func checkCommand(w World) *cobra.Command {
	var file string
	c := &cobra.Command{
		Use:   "check",
		Short: "Try the database, every channel's credentials and the clinic's profile; one line each, exit 1 on a fault",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			k := newChecker(w, file)
			defer k.close()
			return w.runChecks(c.Context(), checkTime, k.checks())
		},
	}
	c.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	return c
}

// runChecks tries all, one after the other, also after a fault.
func (w World) runChecks(ctx context.Context, limit time.Duration, list []check) error {
	failed := false
	for _, c := range list {
		detail, err := limited(ctx, limit, c.try)
		if err != nil {
			failed = true
			fmt.Fprintf(w.Out, "FAULT %s: %s\n", c.name, oneLine(err.Error()))
			continue
		}
		fmt.Fprintf(w.Out, "ok    %s: %s\n", c.name, oneLine(detail))
	}
	if failed {
		return errSaid
	}
	return nil
}

// limited gives up waiting when time is over, even on a call that does not
// look at its context.
func limited(ctx context.Context, limit time.Duration, try func(context.Context) (string, error)) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	type result struct {
		detail string
		err    error
	}
	done := make(chan result, 1)
	go func() {
		detail, err := try(ctx)
		done <- result{detail, err}
	}()
	select {
	case r := <-done:
		if errors.Is(r.err, context.DeadlineExceeded) {
			r.err = fmt.Errorf("no answer within %s", limit)
		}
		return r.detail, r.err
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return "", ctx.Err()
		}
		return "", fmt.Errorf("no answer within %s", limit)
	}
}

// oneLine keeps a fault of many lines on one.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
}

// checker is what the checks share.
type checker struct {
	w        World
	file     string
	settings config.Settings // what could be read, so that the rest is tried as well
	faults   error

	mu     sync.Mutex // a check that took too long may still be running
	store  *models.Store
	schema bool
}

func newChecker(w World, file string) *checker {
	k := &checker{w: w, file: file}
	k.settings, k.faults = w.settings(file)
	return k
}

// opened is the database if it was reached, and whether its schema is there.
func (k *checker) opened() (store *models.Store, schema bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.store, k.schema
}

func (k *checker) keep(store *models.Store, schema bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.store, k.schema = store, schema
}

func (k *checker) checks() []check {
	list := []check{
		{"settings", k.loadSettings},
		{"database", k.database},
		{"data_key", k.dataKey},
		{"media", k.mediaStore},
		{"clinic", k.clinic},
		{"wechat", k.wechat},
	}
	list = append(list, k.wechatNotices()...)
	return append(list, []check{
		{"telegram", k.telegram},
		{"wecom", k.wecom},
		{"public_url", k.publicURL},
	}...)
}

func (k *checker) close() {
	if store, _ := k.opened(); store != nil {
		_ = store.Close()
	}
}

func (k *checker) loadSettings(context.Context) (string, error) {
	if k.file == "" {
		return "from the environment and defaults", k.faults
	}
	return k.file, k.faults
}
