package bot

import (
	"math"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Limit is how fast a platform lets us speak; zero rates do not limit.
type Limit struct {
	PerSecond     float64 // over all chats
	Burst         int
	ChatPerSecond float64 // to one chat
	ChatBurst     int
}

// DefaultLimit gives a channel's limit.
//
// Telegram: "no more than one message per second in a single chat", short
// bursts allowed, 30 a second over all (core.telegram.org/bots/faq).
// WeChat publishes no figure for its quota by minute (45011); 20 a second is
// far below the day's quota and can be raised by setting.
// WeCom: 20 messages a minute for a group robot (developer.work.weixin.qq.com, 91770).
func DefaultLimit(channel string) Limit {
	switch channel {
	case "telegram":
		return Limit{PerSecond: 30, Burst: 30, ChatPerSecond: 1, ChatBurst: 3}
	case "wechat":
		return Limit{PerSecond: 20, Burst: 20, ChatPerSecond: 2, ChatBurst: 5}
	case "wecom":
		return Limit{PerSecond: 20.0 / 60, Burst: 5}
	}
	return Limit{}
}

// Budget says who may speak when. The one here is this process's own; copies
// that share their platform's limit would share a Budget.
type Budget interface {
	// Room is how many messages a channel can take at now; with none, how long
	// until it can take one.
	Room(channel string, bulk bool, now time.Time) (n int, wait time.Duration)
	// Take spends one message to address; wait > 0 says that nothing was spent
	// and when to ask again.
	Take(channel, address string, bulk bool, now time.Time) (wait time.Duration)
	// Hold lets nothing out to a channel before until.
	Hold(channel string, until time.Time)
}

// Buckets is a Budget of token buckets.
type Buckets struct {
	limit func(channel string) Limit
	mu    sync.Mutex
	all   map[string]*bucket
}

type bucket struct {
	limit Limit
	all   *rate.Limiter
	chats *lru.Cache[string, *rate.Limiter]
	held  time.Time
}

// chatsKept is how many chats' buckets are remembered; one that is forgotten is full.
const chatsKept = 4096

// bulkReserve is the part of a channel's bucket that bulk leaves to replies.
const bulkReserve = 0.25

// NewBuckets makes buckets of the limits given; nil: DefaultLimit.
func NewBuckets(limit func(channel string) Limit) *Buckets {
	if limit == nil {
		limit = DefaultLimit
	}
	return &Buckets{limit: limit, all: map[string]*bucket{}}
}

func (b *Buckets) of(channel string) *bucket {
	k := b.all[channel]
	if k == nil {
		l := b.limit(channel)
		k = &bucket{limit: l}
		if l.PerSecond > 0 {
			k.all = rate.NewLimiter(rate.Limit(l.PerSecond), max(l.Burst, 1))
		}
		if l.ChatPerSecond > 0 {
			k.chats, _ = lru.New[string, *rate.Limiter](chatsKept) // fails for sizes below 1 only
		}
		b.all[channel] = k
	}
	return k
}

// Room implements Budget.
func (b *Buckets) Room(channel string, bulk bool, now time.Time) (int, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.of(channel).room(bulk, now)
}

func (k *bucket) room(bulk bool, now time.Time) (int, time.Duration) {
	if wait := k.held.Sub(now); wait > 0 {
		return 0, wait
	}
	if k.all == nil {
		return math.MaxInt32, 0
	}
	have := k.all.TokensAt(now)
	if bulk {
		have -= math.Floor(float64(k.all.Burst()) * bulkReserve)
	}
	if n := int(have + 1e-9); n >= 1 {
		return n, 0
	}
	return 0, seconds((1 - have) / k.limit.PerSecond)
}

// Take implements Budget.
func (b *Buckets) Take(channel, address string, bulk bool, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.of(channel)
	if n, wait := k.room(bulk, now); n == 0 {
		return wait
	}
	if k.chats != nil {
		chat, ok := k.chats.Get(address)
		if !ok {
			chat = rate.NewLimiter(rate.Limit(k.limit.ChatPerSecond), max(k.limit.ChatBurst, 1))
			k.chats.Add(address, chat)
		}
		if have := chat.TokensAt(now); have < 1-1e-9 {
			return seconds((1 - have) / k.limit.ChatPerSecond)
		}
		spend(chat, now)
	}
	if k.all != nil {
		spend(k.all, now)
	}
	return 0
}

// spend takes a token that TokensAt said is there, or will be within rounding.
func spend(l *rate.Limiter, now time.Time) { l.ReserveN(now, 1) }

// Hold implements Budget.
func (b *Buckets) Hold(channel string, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if k := b.of(channel); until.After(k.held) {
		k.held = until
	}
}

// seconds rounds up to a millisecond, so that asking again then succeeds.
func seconds(s float64) time.Duration {
	return (time.Duration(s*float64(time.Second)) + time.Millisecond - 1).Truncate(time.Millisecond)
}
