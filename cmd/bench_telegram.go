package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"zhenban/bot"
	"zhenban/bot/telegram"
	"zhenban/bot/telegram/telegramtest"
	"zhenban/models"
)

// benchTelegram is a broadcast over a platform that enforces its limits: thirty
// a second over all, one a second in a chat.
type benchTelegram struct {
	Messages     int           `json:"messages"`
	Chats        int           `json:"chats"`
	Copies       int           `json:"copies"`
	Took         time.Duration `json:"took_ns"`
	PerSecond    float64       `json:"per_second"`
	OfPermitted  float64       `json:"of_permitted"` // of a full bucket and thirty a second
	RefusedFirst int           `json:"refused_first_second"`
	RefusedLater int           `json:"refused_later"`
	Replies      int           `json:"replies"`
	ReplyLongest time.Duration `json:"reply_longest_ns"`
}

// counted notes when the platform asked for patience.
type counted struct {
	*telegram.Channel
	now func() time.Time

	mu      *sync.Mutex
	refused *[]time.Time
}

func (c counted) Send(ctx context.Context, address string, m bot.Message, key string) (string, error) {
	receipt, err := c.Channel.Send(ctx, address, m, key)
	var e *bot.SendError
	if errors.As(err, &e) && e.Code == "429" {
		c.mu.Lock()
		defer c.mu.Unlock()
		*c.refused = append(*c.refused, c.now())
	}
	return receipt, err
}

// replyEvery is how often somebody gets an answer meanwhile.
const replyEvery = 500 * time.Millisecond

func (b *benchWorld) telegram(ctx context.Context) (*benchTelegram, error) {
	platform := telegramtest.New(telegramtest.Config{Clock: b.w.Clock, Burst: 3})
	base, err := platform.Start()
	if err != nil {
		return nil, err
	}
	defer platform.Close()
	r := &benchTelegram{Messages: max(60, int(b.o.duration.Seconds()*60)), Copies: 1}
	r.Chats = r.Messages / 2
	stores := []*models.Store{b.app.store}
	if b.app.store.IsMySQL() { // a file is one process's
		r.Copies = 2
		stores = append(stores, b.app.store)
	}
	if err := b.telegramRows(ctx, platform, r); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var refused []time.Time
	var senders []*bot.Sender
	for _, store := range stores {
		channel, err := telegram.New(telegram.Options{Token: telegramtest.Token, APIBase: base, Clock: b.w.Clock})
		if err != nil {
			return nil, err
		}
		senders = append(senders, bot.NewSender(bot.SenderOptions{
			Store: store, Channels: []bot.Channel{counted{channel, b.w.Clock.Now, &mu, &refused}}, Clock: b.w.Clock, Log: b.app.log, Budget: budget(store),
		}))
	}
	start := b.w.Clock.Now()
	if err := b.telegramRun(ctx, senders, r); err != nil {
		return nil, err
	}
	r.Took = b.w.Clock.Now().Sub(start)
	r.PerSecond = float64(r.Messages) / r.Took.Seconds()
	r.OfPermitted = float64(r.Messages+r.Replies) / (30 + 30*r.Took.Seconds())
	for _, at := range refused {
		if at.Sub(start) <= time.Second {
			r.RefusedFirst++
		} else {
			r.RefusedLater++
		}
	}
	return r, b.telegramReplies(ctx, r)
}

// telegramRows keeps a broadcast, two messages to each chat.
func (b *benchWorld) telegramRows(ctx context.Context, platform *telegramtest.Server, r *benchTelegram) error {
	return b.app.store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		for i := range r.Messages {
			chat := int64(1 + i%r.Chats)
			platform.Person(chat).Start("")
			o := models.Outgoing{
				Key: fmt.Sprintf("broadcast-%d", i), ContactID: telegram.Name + ":" + strconv.FormatInt(chat, 10), Priority: models.PriorityBulk, Kind: models.KindNotice, Urgent: true,
			}
			if err := tx.Push(o, bot.Message{Text: benchWords}); err != nil {
				return err
			}
		}
		return nil
	})
}

// telegramRun sends it all, and a reply now and then.
func (b *benchWorld) telegramRun(ctx context.Context, senders []*bot.Sender, r *benchTelegram) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	for _, s := range senders {
		all.Go(func() { _ = s.Run(ctx) })
	}
	drained := make(chan error, 1)
	go func() { drained <- b.telegramDrain(ctx, senders, r.Messages) }()
	tick := b.w.Clock.NewTicker(replyEvery)
	defer tick.Stop()
	var errs []error
	for done := false; !done; {
		select {
		case err := <-drained:
			errs, done = append(errs, err), true
		case <-tick.Chan():
			key := fmt.Sprintf("reply-%d", r.Replies)
			err := b.app.store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
				chat := strconv.Itoa(1 + r.Replies%r.Chats)
				return tx.Push(models.Outgoing{Key: key, ContactID: telegram.Name + ":" + chat, Priority: models.PriorityReply}, bot.Message{Text: key})
			})
			errs = append(errs, err)
			r.Replies++
			senders[0].Wake()
		}
	}
	for _, s := range senders { // the last reply
		errs = append(errs, s.Drain(ctx))
	}
	cancel()
	all.Wait()
	return errors.Join(errs...)
}

// telegramDrain waits until none of the messages is left to any copy: one that
// finds nothing to do may be waiting for what another one has in hand.
func (b *benchWorld) telegramDrain(ctx context.Context, senders []*bot.Sender, messages int) error {
	for i := range messages {
		for {
			row, err := b.app.store.OutboxByKey(ctx, fmt.Sprintf("broadcast-%d", i))
			if err != nil {
				return err
			}
			if row.State != models.OutboxPending && row.State != models.OutboxSending {
				break
			}
			for _, s := range senders {
				if err := s.Drain(ctx); err != nil {
					return err
				}
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-b.w.Clock.After(10 * time.Millisecond):
			}
		}
	}
	return nil
}

func (b *benchWorld) telegramReplies(ctx context.Context, r *benchTelegram) error {
	for i := range r.Messages {
		row, err := b.app.store.OutboxByKey(ctx, fmt.Sprintf("broadcast-%d", i))
		if err != nil {
			return err
		}
		if row.State != models.OutboxSent {
			return fmt.Errorf("message %d is %s: %s", i, row.State, row.Error)
		}
	}
	for i := range r.Replies {
		row, err := b.app.store.OutboxByKey(ctx, fmt.Sprintf("reply-%d", i))
		if err != nil {
			return err
		}
		if row.State != models.OutboxSent {
			return fmt.Errorf("reply %d is %s: %s", i, row.State, row.Error)
		}
		r.ReplyLongest = max(r.ReplyLongest, row.UpdatedAt.Sub(row.CreatedAt))
	}
	return nil
}
