package bot

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/models"
	"zhenban/templates"
)

const (
	pollEvery  = time.Second      // looks for what other copies put into the outbox
	lapseEvery = 15 * time.Second // looks for what copies that died left behind
	sendTime   = 45 * time.Second // of one delivery, uploads included
	leaseTime  = 2 * time.Minute  // outlives a delivery and its record
	graceTime  = 12 * time.Second // after SIGTERM, for deliveries under way
)

// Idempotent is a Channel that can be given a message twice: it, or its
// platform, drops a double by the key.
type Idempotent interface{ Idempotent() bool }

// Sender delivers what is in the outbox. Each channel has a lane of its own, so
// that one platform that hangs delays no other.
type Sender struct {
	o      SenderOptions
	policy Policy
	lanes  []*lane
	passed atomic.Int64 // rows that one lane may have put into another's hands
}

// SenderOptions wires a Sender.
type SenderOptions struct {
	Store    *models.Store
	Channels []Channel
	Clock    clockwork.Clock
	Log      *slog.Logger
	Metrics  *Metrics                                     // nil for none
	Alarm    func(ctx context.Context, code, text string) // something an operator must look at; nil: only logged
	Owner    string                                       // this copy, at most 32 characters; "" for a random one
	Workers  int                                          // deliveries at once on each channel; 0 means 16
	Budget   Budget                                       // nil: buckets of this process's own
	Book     *templates.Book                              // texts for the desk, when somebody must be called; nil: nobody is told
	Clinic   func() *Clinic                               // in force now, for quiet hours and limits; nil: there are none
	Files    Files                                        // where messages' files are kept; nil: there are none
	Forget   func(contactID string)                       // told when a contact's reach changed: Engine.Forget; nil for none
}

// NewSender wires a Sender; Run starts it.
func NewSender(o SenderOptions) *Sender {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Alarm == nil {
		log := o.Log
		o.Alarm = func(ctx context.Context, code, text string) { log.ErrorContext(ctx, text, "code", code) }
	}
	if o.Owner == "" {
		o.Owner = o.Store.NewID(o.Clock.Now())
	}
	if o.Workers <= 0 {
		o.Workers = 16
	}
	if o.Budget == nil {
		o.Budget = NewBuckets(nil)
	}
	if o.Forget == nil {
		o.Forget = func(string) {}
	}
	s := &Sender{o: o, policy: Policy{Store: o.Store, Clinic: o.Clinic}}
	for _, c := range o.Channels {
		s.lanes = append(s.lanes, newLane(s, c))
	}
	return s
}

// Run delivers until ctx is done. It then takes no more, and returns when what
// it took is delivered, at the latest after graceTime.
func (s *Sender) Run(ctx context.Context) error {
	hard, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	var lanes sync.WaitGroup
	for _, l := range s.lanes {
		lanes.Go(func() { l.run(ctx, hard) })
	}
	done := make(chan struct{})
	go func() {
		lanes.Wait()
		close(done)
	}()
	<-ctx.Done()
	select {
	case <-done:
		return nil
	case <-s.o.Clock.After(graceTime):
	}
	cancel() // deliveries that hang end as what their channel makes of it
	<-done
	return nil
}

// Wake tells that something was put into the outbox.
func (s *Sender) Wake() {
	for _, l := range s.lanes {
		l.rouse()
	}
}

// Drain returns when everything that is due now was handed to its channel, or
// put off: by a retry, or because its channel is switched off. Run must be running.
func (s *Sender) Drain(ctx context.Context) error {
	for {
		before := s.passed.Load()
		waits := make([]func(context.Context) error, len(s.lanes))
		for i, l := range s.lanes {
			waits[i] = l.settle()
		}
		var errs []error
		for _, wait := range waits {
			errs = append(errs, wait(ctx))
		}
		if err := errors.Join(errs...); err != nil || s.passed.Load() == before {
			return err
		}
	}
}
