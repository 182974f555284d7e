package scheduler

import (
	"context"
	"errors"
	"time"

	"zhenban/models"
	"zhenban/templates/outreach"
)

const (
	// broadcastPage is how many contacts one transaction writes rows for: few
	// enough that a message waits for none of them long.
	broadcastPage = 2000
	// broadcastUse is how long after its start a broadcast is still sent.
	broadcastUse = 7 * 24 * time.Hour
	// The account is looked at more rarely while nothing moves.
	firstTick = time.Second
	lastTick  = 10 * time.Minute
	// echoAtOnce is up to how many recipients answers are counted at the end
	// already, within the job's transaction.
	echoAtOnce = 5000
)

func (w *Work) broadcast(ctx context.Context) (outreach.BroadcastTask, models.Broadcast, error) {
	var p outreach.BroadcastTask
	if err := w.Payload(&p); err != nil {
		return p, models.Broadcast{}, err
	}
	b, err := w.Tx.LockBroadcast(ctx, p.ID)
	return p, b, err
}

// segment reads the expression as it was approved; ages count from the start.
func (w *Work) segment(b models.Broadcast) (*models.Segment, error) {
	return w.Tx.Read().Segment(b.Compiled, models.Vocabulary{}, b.StartedAt)
}

// startBroadcast begins to send what was approved, after quiet hours.
func startBroadcast(ctx context.Context, w *Work) error {
	p, b, err := w.broadcast(ctx)
	if err != nil {
		return err
	}
	if b.State != models.BroadcastApproved || b.Version != p.Version {
		w.Suppress("the broadcast is " + b.State)
		return nil
	}
	if until := w.Clinic.Outreach.Quiet.Until(w.Now.In(w.Clinic.Location(""))); !until.IsZero() {
		return w.Tx.Schedule(outreach.BroadcastStart(b, until))
	}
	b.State, b.StartedAt = models.BroadcastRunning, w.Now
	g, err := w.segment(b)
	if err != nil {
		return err
	}
	if _, b.LeftOut, err = w.Tx.Read().Audience(ctx, b.Kind, g); err != nil {
		return err
	}
	if err := w.Tx.SaveBroadcast(&b); err != nil {
		return err
	}
	return w.Tx.Schedule(outreach.BroadcastExpand(b, w.Now), outreach.BroadcastTick(outreach.BroadcastTask{ID: b.ID, Version: b.Version}, w.Now.Add(firstTick)))
}

// expandBroadcast writes the rows for one page of contacts and leaves the next
// page to another task: a copy that dies loses one page's work, not its place.
func expandBroadcast(ctx context.Context, w *Work) error {
	_, b, err := w.broadcast(ctx)
	if err != nil {
		return err
	}
	if b.State != models.BroadcastRunning && b.State != models.BroadcastPaused || b.Expanded {
		w.Suppress("the broadcast is " + b.State)
		return nil
	}
	g, err := w.segment(b)
	if err != nil {
		return err
	}
	b.Windows = w.o.Windows
	done, err := w.Tx.ExpandBroadcast(ctx, &b, g, broadcastPage, w.Now, b.StartedAt.Add(broadcastUse))
	if err != nil || done {
		return err
	}
	return w.Tx.Schedule(outreach.BroadcastExpand(b, w.Now))
}

// tickBroadcast brings the rows after the broadcast's state, tells the author
// how far it is, and closes the account when nothing waits any more.
func tickBroadcast(ctx context.Context, w *Work) error {
	p, b, err := w.broadcast(ctx)
	if err != nil {
		return err
	}
	if b.Version != p.Version {
		w.Suppress("the broadcast is " + b.State)
		return nil
	}
	n, err := w.Tx.SettleBroadcast(b, broadcastPage)
	if err != nil {
		return err
	}
	next := p
	next.N++
	if n == broadcastPage {
		return w.Tx.Schedule(outreach.BroadcastTick(next, w.Now))
	}
	if b.State == models.BroadcastPaused {
		return nil // whoever resumes looks again
	}
	a, err := w.Tx.Read().BroadcastAccount(ctx, b)
	if err != nil {
		return err
	}
	if a.Waiting == 0 && (b.Expanded || b.State == models.BroadcastStopped) {
		return w.endBroadcast(ctx, b, a)
	}
	if step := tellAt(b, a, p.Told); step > 0 {
		next.Told = step
		if err := w.tellAuthor(ctx, b, a, "broadcast.progress", "progress"); err != nil {
			return err
		}
	}
	next.Wait = max(firstTick, p.Wait)
	if a.Waiting == p.Waiting && b.Expanded {
		next.Wait = min(2*next.Wait, lastTick)
	} else {
		next.Wait = firstTick
	}
	next.Waiting = a.Waiting
	return w.Tx.Schedule(outreach.BroadcastTick(next, w.Now.Add(next.Wait)))
}

// tellAt is the next quarter that was reached, 0 for none. Few recipients are
// done before anybody would read how far it is.
func tellAt(b models.Broadcast, a models.Account, told int) int {
	const few = 100
	if !b.Expanded || b.Audience < few {
		return 0
	}
	quarter := int((b.Audience-a.Waiting)*4/b.Audience) * 25
	if quarter > told && quarter < 100 {
		return quarter
	}
	return 0
}

func (w *Work) endBroadcast(ctx context.Context, b models.Broadcast, a models.Account) error {
	if b.State == models.BroadcastRunning {
		b.State = models.BroadcastDone
	}
	if b.Audience <= echoAtOnce {
		var err error
		if a.Replied, a.OptedOut, err = w.Tx.Read().BroadcastEcho(ctx, b); err != nil {
			return err
		}
	}
	b.EndedAt, b.Account = w.Now, a
	if err := w.Tx.SaveBroadcast(&b); err != nil {
		return err
	}
	if err := w.tellAuthor(ctx, b, a, "broadcast.account", "account"); err != nil {
		return err
	}
	return w.Tx.Schedule(outreach.BroadcastEcho(b, w.Now.Add(models.RepliesWithin)))
}

func (w *Work) tellAuthor(ctx context.Context, b models.Broadcast, a models.Account, text, name string) error {
	return w.Push(ctx, Push{
		Key: "broadcast:" + b.ID + ":" + name + ":" + w.Task.Key, ContactID: b.AuthorContact, Kind: models.KindStaff, Urgent: true,
		Text: text, Data: outreach.Same(outreach.BroadcastData(b, a)), Options: outreach.BroadcastOptions(b),
	})
}

// echoBroadcast adds to the account who answered and who opted out.
func echoBroadcast(ctx context.Context, w *Work) error {
	_, b, err := w.broadcast(ctx)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if b.Account.Replied, b.Account.OptedOut, err = w.Tx.Read().BroadcastEcho(ctx, b); err != nil {
		return err
	}
	return w.Tx.SaveBroadcast(&b)
}
