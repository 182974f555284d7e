package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"zhenban/models"
)

// benchKills is what becomes of pushes when copies of the program are killed
// at moments nobody chose.
type benchKills struct {
	Copies   int     `json:"copies"`
	Kills    int     `json:"kills"`
	Pushes   int     `json:"pushes"`
	PerSec   float64 `json:"pushes_per_second"` // kills and restarts included
	Lost     int     `json:"lost"`
	Keyed    sent    `json:"with_key"`
	Plain    sent    `json:"without_key"`
	InFlight int     `json:"in_flight_at_kills"` // without a key: being sent by the copy that was killed
	// Unknown lists what is shown to staff as neither sent nor not sent; of
	// these, Arrived did arrive.
	Unknown []string `json:"unknown"`
	Arrived int      `json:"unknown_that_arrived"`
}

// sent is what came of the pushes of one channel.
type sent struct {
	Pushes   int `json:"pushes"`
	Arrived  int `json:"arrived"`
	Doubled  int `json:"doubled"`
	Repeated int `json:"repeated_and_known_by_key"`
	Lost     int `json:"lost"`
}

const (
	killCopies  = 4
	killPerChat = 5               // pushes to one contact
	killQuiet   = 4 * time.Second // nothing has arrived for so long: what is left is of the dead
	killAhead   = 3 * time.Minute // more than any lease
)

// killRun is the copies, and what they are run with.
type killRun struct {
	w      World
	o      benchOptions
	dir    string
	env    []string
	store  *models.Store
	stand  *standIn
	copies []*benchCopy
	born   int
	r      *benchKills
}

type benchCopy struct {
	owner string
	cmd   *exec.Cmd
	leash io.Closer
	log   string
}

// kills needs a server, since several copies run on it.
func kills(ctx context.Context, w World, o benchOptions, dsn, dir string) (_ *benchKills, err error) {
	if !strings.HasPrefix(dsn, "mysql:") {
		return nil, errors.New("copies beside each other need a server: --db mysql://…")
	}
	key, err := models.NewDataKey()
	if err != nil {
		return nil, err
	}
	k := &killRun{w: w, o: o, dir: dir, r: &benchKills{Copies: killCopies, Kills: o.kills, Pushes: o.pushes}}
	k.env = []string{"ZHENBAN_DB=" + dsn, "ZHENBAN_DATA_KEY=" + key, "ZHENBAN_CLINIC=vet", "ZHENBAN_LOG_LEVEL=warn", "HOME=" + dir}
	if k.store, err = models.Open(ctx, models.Options{DSN: dsn, DataKey: key, Now: w.Clock.Now}); err != nil {
		return nil, err
	}
	defer k.store.Close()
	if err := k.seed(ctx); err != nil {
		return nil, err
	}
	if k.stand, err = newStandIn(w.Clock); err != nil {
		return nil, err
	}
	defer k.stand.close()
	defer func() {
		if e := k.stop(); err == nil {
			err = e
		}
	}()
	for range killCopies {
		if err := k.start(ctx, 0); err != nil {
			return nil, err
		}
	}
	if err := k.shoot(ctx); err != nil {
		return nil, err
	}
	if err := k.settle(ctx); err != nil {
		return nil, err
	}
	return k.r, k.count(ctx)
}

func killContact(i int) string {
	channel := keyedChannel
	if i%2 == 1 {
		channel = plainChannel
	}
	return fmt.Sprintf("%s:%d", channel, i/2)
}

func (k *killRun) seed(ctx context.Context) error {
	contacts := max(2, k.o.pushes/killPerChat)
	if err := k.store.PutContacts(ctx, contacts, killContact); err != nil {
		return err
	}
	now := k.w.Clock.Now()
	return k.store.PutTasks(ctx, k.o.pushes, func(i int) models.Task {
		return models.Task{Key: fmt.Sprintf("push:%d", i), Kind: killKind, ContactID: killContact(i % contacts), Priority: models.PriorityPush, DueAt: now.Add(time.Duration(i) * time.Microsecond)}
	})
}

// start starts a copy in a process of its own, which ends with this one.
func (k *killRun) start(ctx context.Context, ahead time.Duration) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	k.born++
	c := &benchCopy{owner: fmt.Sprintf("copy-%d", k.born)}
	c.log = filepath.Join(k.dir, c.owner+".log")
	c.cmd = exec.CommandContext(ctx, exe, "bench", "copy", "--owner", c.owner, "--post", k.stand.url, //nolint:gosec // this program itself
		"--spool", filepath.Join(k.dir, c.owner+".spool"), "--ahead", ahead.String())
	c.cmd.Env, c.cmd.Dir = k.env, k.dir
	log, err := os.Create(c.log)
	if err != nil {
		return err
	}
	defer log.Close()
	c.cmd.Stderr = log
	if c.leash, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		return err
	}
	k.copies = append(k.copies, c)
	return nil
}

// shoot kills copies when as much has arrived as the lot says, and a little
// later, and starts another in the place of each.
func (k *killRun) shoot(ctx context.Context) error {
	began := k.w.Clock.Now()
	marks := make([]int, k.o.kills)
	for i := range marks {
		marks[i] = rand.IntN(k.o.pushes * 9 / 10) //nolint:gosec // a lot, not a secret
	}
	slices.Sort(marks)
	for _, mark := range marks {
		if err := k.stand.await(ctx, mark); err != nil {
			return k.complain(err)
		}
		if err := k.pause(ctx, time.Duration(rand.IntN(500))*time.Millisecond); err != nil { //nolint:gosec // see above
			return err
		}
		n := rand.IntN(len(k.copies)) //nolint:gosec // see above
		c := k.copies[n]
		k.copies = slices.Delete(k.copies, n, n+1)
		if err := c.cmd.Process.Signal(syscall.SIGKILL); err != nil {
			return fmt.Errorf("%s was gone before it was killed: %w", c.owner, k.complain(err))
		}
		_ = c.cmd.Wait() // killed
		// A commit that it had sent may be under way still.
		if err := k.pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
		left, err := k.store.OutboxLeased(ctx, c.owner, plainChannel)
		if err != nil {
			return err
		}
		k.r.InFlight += left
		if err := k.start(ctx, 0); err != nil {
			return err
		}
	}
	last, err := k.stand.quiet(ctx, killQuiet)
	k.r.PerSec = float64(k.stand.arrived()) / last.Sub(began).Seconds()
	return err
}

// settle lets copies whose clocks are ahead take over what the dead have left.
func (k *killRun) settle(ctx context.Context) error {
	if err := k.stop(); err != nil {
		return err
	}
	for range killCopies {
		if err := k.start(ctx, killAhead); err != nil {
			return err
		}
	}
	for end := k.w.Clock.Now().Add(taskPatient); ; {
		open, err := k.store.Unsettled(ctx)
		if err != nil || open == 0 {
			return err
		}
		if k.w.Clock.Now().After(end) {
			return k.complain(fmt.Errorf("%d tasks and messages have not come to an end", open))
		}
		if err := k.pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

func (k *killRun) pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-k.w.Clock.After(d):
		return nil
	}
}

// stop asks all copies to end.
func (k *killRun) stop() error {
	var errs []error
	for _, c := range k.copies {
		_ = c.leash.Close()
	}
	for _, c := range k.copies {
		if err := c.cmd.Wait(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.owner, k.complain(err)))
		}
	}
	k.copies = nil
	return errors.Join(errs...)
}

// complain adds what the copies wrote.
func (k *killRun) complain(err error) error {
	files, _ := filepath.Glob(filepath.Join(k.dir, "*.log"))
	for _, f := range files {
		if b, e := os.ReadFile(f); e == nil && len(b) > 0 {
			err = fmt.Errorf("%w\n%s: %s", err, filepath.Base(f), b[max(0, len(b)-500):])
		}
	}
	return err
}

// count compares what arrived with what the database says of it.
func (k *killRun) count(ctx context.Context) error {
	states, err := k.store.OutboxStates(ctx)
	if err != nil {
		return err
	}
	got, repeated := k.stand.result()
	for i := range k.o.pushes {
		key := fmt.Sprintf("push:%d", i)
		side := &k.r.Keyed
		if i%max(2, k.o.pushes/killPerChat)%2 == 1 {
			side = &k.r.Plain
		}
		side.Pushes++
		n, state := got[key], states[key]
		side.Repeated += repeated[key]
		switch {
		case n > 0:
			side.Arrived++
			side.Doubled += n - 1
		case state != models.OutboxUnknown:
			side.Lost++
		}
		if state == models.OutboxUnknown {
			k.r.Unknown = append(k.r.Unknown, key)
			k.r.Arrived += min(n, 1)
		}
	}
	k.r.Lost = k.r.Keyed.Lost + k.r.Plain.Lost
	return nil
}
