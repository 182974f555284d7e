package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"zhenban/bot"
)

const (
	pollSeconds  = 50               // how long Telegram holds an empty getUpdates open
	pollTimeout  = 65 * time.Second // after that the connection is dead
	pollLimit    = 100              // getUpdates, limit
	parallel     = 16               // chats of one batch handled at a time
	drainTimeout = 15 * time.Second // for what was taken when the program stops
)

// Run keeps updates coming until ctx ends, which is no error: in poll mode it
// asks for them, in webhook mode it says where to deliver them and waits.
// Failures are repeated for ever, with growing pauses; those that need an
// operator raise an alarm once.
func (c *Channel) Run(ctx context.Context, r bot.Receiver) error {
	if !c.setUp(ctx) {
		return nil
	}
	if c.opt.Mode == ModeWebhook {
		<-ctx.Done()
		return nil
	}
	c.poll(ctx, r)
	return nil
}

// poll is the loop. Asking for offset n confirms everything below n, so the
// offset moves only over what was kept.
func (c *Channel) poll(ctx context.Context, r bot.Receiver) {
	pause := c.newPause()
	var offset int64
	for ctx.Err() == nil {
		batch, err := c.fetch(ctx, offset)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			pause.after(ctx, fmt.Errorf("getUpdates: %w", err))
			continue
		}
		if len(batch) == 0 {
			// All that was asked about is confirmed, and 0 means "from the
			// first unconfirmed": it also finds an update whose number was
			// drawn lower after a quiet week.
			offset = 0
			pause.reset()
			continue
		}
		next, err := c.take(ctx, r, batch)
		offset = next
		if err != nil {
			pause.after(ctx, err)
			continue
		}
		pause.reset()
	}
}

// fetch makes one long poll. Updates are decoded singly: one that cannot be
// read is counted and passed over instead of stopping all after it.
func (c *Channel) fetch(ctx context.Context, offset int64) ([]update, error) {
	ctx, cancel := context.WithTimeout(ctx, pollTimeout)
	defer cancel()
	params := struct {
		Offset  int64    `json:"offset,omitempty"`
		Limit   int      `json:"limit"`
		Timeout int      `json:"timeout"`
		Allowed []string `json:"allowed_updates"`
	}{offset, pollLimit, pollSeconds, allowedUpdates()}
	var raw []json.RawMessage
	if err := c.wire.call(ctx, "getUpdates", params, &raw); err != nil {
		return nil, err
	}
	batch := make([]update, 0, len(raw))
	for _, r := range raw {
		var u update
		if err := json.Unmarshal(r, &u); err != nil {
			c.opt.Count("telegram.broken_update")
			var number struct {
				ID int64 `json:"update_id"`
			}
			if json.Unmarshal(r, &number) != nil {
				continue
			}
			u = update{ID: number.ID}
		}
		batch = append(batch, u)
	}
	return batch, nil
}

// take hands a batch on: chats side by side, each chat in order and not past
// its first failure. It returns the offset to ask with next: behind the batch,
// or the first update that was not kept.
func (c *Channel) take(ctx context.Context, r bot.Receiver, batch []update) (int64, error) {
	var order []int64
	chats := map[int64][]*update{}
	for i := range batch {
		id := batch[i].chatID()
		if _, seen := chats[id]; !seen {
			order = append(order, id)
		}
		chats[id] = append(chats[id], &batch[i])
	}
	// What was begun is finished when the program stops; the rest stays with
	// Telegram.
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	var (
		mu     sync.Mutex
		failed = map[int64]bool{}
		faults []error
		group  errgroup.Group
	)
	group.SetLimit(parallel)
	for _, id := range order {
		group.Go(func() error {
			for i, u := range chats[id] {
				err := ctx.Err()
				if err == nil {
					err = c.receive(work, r, u)
				}
				if err != nil {
					mu.Lock()
					for _, rest := range chats[id][i:] {
						failed[rest.ID] = true
					}
					faults = append(faults, err)
					mu.Unlock()
					break
				}
			}
			return nil
		})
	}
	_ = group.Wait()
	for i := range batch { // Telegram gives them in order
		if failed[batch[i].ID] {
			c.opt.Count("telegram.not_kept")
			return batch[i].ID, faults[0]
		}
	}
	return batch[len(batch)-1].ID + 1, nil
}

// pause waits between failures: longer each time, with jitter, at least as
// long as Telegram says; and raises each alarm once until something succeeds.
type pause struct {
	c       *Channel
	backoff *backoff.ExponentialBackOff
	alarmed string
}

func (c *Channel) newPause() *pause {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = 500*time.Millisecond, 15*time.Second
	return &pause{c: c, backoff: b}
}

func (p *pause) reset() {
	p.backoff.Reset()
	p.alarmed = ""
}

// after waits because of err; it returns early when ctx ends.
func (p *pause) after(ctx context.Context, err error) {
	wait := p.backoff.NextBackOff()
	var refused *apiError
	if errors.As(err, &refused) || isForeign(err) {
		decision := p.c.classify(err)
		wait = max(wait, decision.RetryAfter)
		if decision.Alarm && p.alarmed != decision.Code {
			p.alarmed = decision.Code
			p.c.opt.Alarm(ctx, "telegram."+decision.Code, "telegram: "+p.c.wire.redact(err).Error())
		}
	}
	p.c.opt.Count("telegram.poll_failed")
	p.c.opt.Log.WarnContext(ctx, "telegram: pausing", "wait", wait, "err", p.c.wire.redact(err))
	timer := p.c.opt.Clock.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.Chan():
	}
}

func isForeign(err error) bool {
	var foreign *foreignError
	return errors.As(err, &foreign)
}
