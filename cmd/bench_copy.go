package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/spf13/cobra"

	"zhenban/bot"
	"zhenban/scheduler"
	"zhenban/templates/outreach"
)

// The channels of a copy under the bench: one whose platform knows a message
// again by its key, one that is told twice what it is sent twice.
const (
	keyedChannel = "benchkey"
	plainChannel = "benchraw"
	killKind     = "bench-push"
)

// benchCopyCommand is a copy of the program that the bench starts and kills:
// its scheduler and its sender as they are, on two channels that post to the
// bench. It ends with its standard input.
func benchCopyCommand(w World) *cobra.Command {
	var owner, post, spool string
	var ahead time.Duration
	c := &cobra.Command{
		Use: "copy", Hidden: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := w.settings("")
			if err != nil {
				return err
			}
			ctx, cancel := context.WithCancel(c.Context())
			defer cancel()
			go func() {
				_, _ = io.Copy(io.Discard, w.In) // until the bench is gone
				cancel()
			}()
			client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			a, err := newApp(ctx, appOptions{
				settings: s, clock: aheadClock{w.Clock, ahead}, log: w.logger(s), spool: spool, owner: owner,
				jobs: append(scheduler.Jobs(), scheduler.Job{Kind: killKind, Run: killPush}),
				channels: func(*app) ([]bot.Channel, error) {
					return []bot.Channel{postChannel{keyedChannel, post, client}, postChannel{plainChannel, post, client}}, nil
				},
			})
			if err != nil {
				return err
			}
			defer a.close()
			return a.run(ctx)
		},
	}
	c.Flags().StringVar(&owner, "owner", "", "whose the leases are")
	c.Flags().StringVar(&post, "post", "", "where messages go")
	c.Flags().StringVar(&spool, "spool", "", "file of the spool")
	c.Flags().DurationVar(&ahead, "ahead", 0, "how much the clock is ahead")
	return c
}

// killPush sends to the task's contact, once.
func killPush(ctx context.Context, w *scheduler.Work) error {
	return w.Push(ctx, scheduler.Push{Urgent: true, Text: "core.away", Data: outreach.Same(map[string]any{"Phone": "0571-0000-1201"})})
}

// aheadClock is a clock that is ahead: leases of copies that were killed are
// over by it.
type aheadClock struct {
	clockwork.Clock
	by time.Duration
}

// Now implements clockwork.Clock.
func (c aheadClock) Now() time.Time { return c.Clock.Now().Add(c.by) }

// Since implements clockwork.Clock.
func (c aheadClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// Until implements clockwork.Clock.
func (c aheadClock) Until(t time.Time) time.Duration { return t.Sub(c.Now()) }

// postChannel posts messages to the bench.
type postChannel struct {
	name, to string
	client   *http.Client
}

// Name implements bot.Channel.
func (c postChannel) Name() string { return c.name }

// Idempotent implements bot.Idempotent.
func (c postChannel) Idempotent() bool { return c.name == keyedChannel }

// Fit implements bot.Channel.
func (postChannel) Fit(m bot.Message) []bot.Message { return []bot.Message{m} }

// Send implements bot.Channel.
func (c postChannel) Send(ctx context.Context, address string, m bot.Message, key string) (string, error) {
	q := url.Values{"channel": {c.name}, "address": {address}, "key": {key}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.to+"?"+q.Encode(), bytes.NewReader([]byte(m.Text)))
	if err != nil {
		return "", &bot.SendError{Code: "request", Reaction: bot.GiveUp, Err: err}
	}
	resp, err := c.client.Do(req)
	if err != nil { // it may have arrived
		return "", &bot.SendError{Code: "network", Reaction: bot.Unknown, Err: err}
	}
	defer resp.Body.Close()
	receipt, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return "", &bot.SendError{Code: "answer", Reaction: bot.Unknown, Err: fmt.Errorf("status %d: %w", resp.StatusCode, err)}
	}
	return string(receipt), nil
}
