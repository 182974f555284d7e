package wechat_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"

	"zhenban/bot"
	"zhenban/bot/wechat"
	"zhenban/bot/wechat/wechattest"
)

const tokenPath = "/cgi-bin/stable_token"

// store is a TokenStore in memory.
type store struct {
	clock clockwork.Clock

	mu      sync.Mutex
	value   string
	expires time.Time
	held    bool
	broken  error
}

func (s *store) Get(context.Context, string) (string, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil || !s.clock.Now().Before(s.expires) {
		return "", time.Time{}, s.broken
	}
	return s.value, s.expires, nil
}

func (s *store) Put(_ context.Context, _, value string, expires time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.value, s.expires = value, expires
	return s.broken
}

func (s *store) Lock(context.Context, string, time.Duration) (func(), bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil || s.held {
		return nil, false, s.broken
	}
	s.held = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.held = false
	}, true, nil
}

func shared(s **store) adjust {
	return func(_ *wechattest.Config, o *wechat.Options) {
		*s = &store{clock: o.Clock}
		o.Tokens = *s
	}
}

// pump lets a fake clock run for those who wait on it, until done.
func (f *fixture) pump(done <-chan struct{}) {
	for {
		ctx, cancel := context.WithCancel(f.ctx)
		waiting := make(chan struct{})
		go func() {
			defer close(waiting)
			if f.clock.BlockUntilContext(ctx, 1) == nil {
				f.clock.Advance(200 * time.Millisecond)
			}
		}()
		select {
		case <-done:
			cancel()
			<-waiting
			return
		case <-waiting:
			cancel()
		}
	}
}

func TestTwoReplicasFetchOneToken(t *testing.T) {
	var s *store
	// The real clock: a fake one would run the lease out while HTTP is under way.
	f := newFixture(t, func(c *wechattest.Config, o *wechat.Options) {
		c.Clock = clockwork.NewRealClock()
		o.Clock = c.Clock
	}, shared(&s))
	replicas := []*wechat.Channel{f.channel, f.replica()}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			if err := replicas[i%2].Check(f.ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, 1, f.wechat.Calls(tokenPath))
}

func TestTokenIsRenewedAhead(t *testing.T) {
	var s *store
	f := newFixture(t, shared(&s))
	replicas := []*wechat.Channel{f.channel, f.replica()}
	require.NoError(t, replicas[0].Check(f.ctx))
	f.clock.Advance(7200*time.Second - 5*time.Minute - time.Second)
	require.NoError(t, replicas[0].Check(f.ctx))
	require.Equal(t, 1, f.wechat.Calls(tokenPath))
	f.clock.Advance(2 * time.Second)
	require.NoError(t, replicas[1].Check(f.ctx))
	require.NoError(t, replicas[0].Check(f.ctx))
	require.Equal(t, 2, f.wechat.Calls(tokenPath), "once for both")
}

func TestOneProcessFetchesOnce(t *testing.T) {
	f := newFixture(t)
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			if err := f.channel.Check(f.ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	require.Equal(t, 1, f.wechat.Calls(tokenPath))
}

func TestRefusedTokenIsFetchedOnce(t *testing.T) {
	for _, stuck := range []bool{false, true} {
		f := newFixture(t)
		f.open()
		require.Nil(t, f.send(openID, bot.Message{Text: "x"}))
		f.wechat.VoidTokens(stuck)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := f.channel.Check(f.ctx); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		// Stuck: stable_token gives the void one again, and must be forced.
		require.Equal(t, map[bool]int{false: 2, true: 3}[stuck], f.wechat.Calls(tokenPath))
		require.Nil(t, f.send(openID, bot.Message{Text: "x"}))
	}
}

func TestLeaseHolderDied(t *testing.T) {
	var s *store
	f := newFixture(t, shared(&s))
	_, ok, err := s.Lock(f.ctx, "", 0)
	require.True(t, ok)
	require.NoError(t, err)
	done := make(chan struct{})
	go func() { defer close(done); err = f.channel.Check(f.ctx) }()
	f.pump(done)
	require.NoError(t, err, "stable_token is safe to ask without the lease")
}

func TestBrokenStoreIsNoObstacle(t *testing.T) {
	var s *store
	f := newFixture(t, shared(&s))
	s.broken = errors.New("database away")
	require.NoError(t, f.channel.Check(f.ctx))
	require.NoError(t, f.channel.Check(f.ctx))
	require.Equal(t, 1, f.wechat.Calls(tokenPath))
}

// A slow fetch holds up those who need it, each until its own deadline.
func TestWaitersLeaveByThemselves(t *testing.T) {
	f := newFixture(t)
	f.wechat.BreakNextAt(tokenPath, wechattest.FaultHang, 1)
	ctx, cancel := context.WithCancel(f.ctx)
	result := make(chan error, 1)
	go func() { result <- f.channel.Check(ctx) }()
	require.Eventually(t, func() bool { return f.wechat.Calls(tokenPath) == 1 }, 5*time.Second, time.Millisecond)
	cancel()
	require.ErrorIs(t, <-result, context.Canceled)
}
