package bot

import (
	"context"
	"math"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"zhenban/models"
)

// SharedBuckets is a Budget that all copies on one database share: the
// channel's bucket is a row, and a chat's is read off what was delivered to it.
// What this copy remembers of them only saves it asking in vain.
type SharedBuckets struct {
	store *models.Store
	limit func(channel string) Limit

	mu  sync.Mutex
	all map[string]*sharedBucket
}

// sharedBucket is a channel's limit and what this copy knows of its row.
type sharedBucket struct {
	limit Limit
	each  time.Duration // in which one comes back
	full  time.Time     // at the earliest, the moment the row says
	chats *lru.Cache[string, time.Time]
}

// budgetTime bounds one question to the database; budgetAway is when to ask
// again when it does not answer.
const (
	budgetTime = 3 * time.Second
	budgetAway = time.Second
)

// NewSharedBuckets makes buckets of the limits given, nil for DefaultLimit.
func NewSharedBuckets(store *models.Store, limit func(channel string) Limit) *SharedBuckets {
	if limit == nil {
		limit = DefaultLimit
	}
	return &SharedBuckets{store: store, limit: limit, all: map[string]*sharedBucket{}}
}

// of finds a channel's bucket; the lock is held.
func (b *SharedBuckets) of(channel string) *sharedBucket {
	k := b.all[channel]
	if k == nil {
		k = &sharedBucket{limit: b.limit(channel)}
		if k.limit.PerSecond > 0 {
			k.each = time.Duration(float64(time.Second) / k.limit.PerSecond)
		}
		k.chats, _ = lru.New[string, time.Time](chatsKept) // fails for sizes below 1 only
		b.all[channel] = k
	}
	return k
}

// slack is how far the bucket may be from full when one more is taken: bulk
// leaves the reserve in it.
func (k *sharedBucket) slack(bulk bool) time.Duration {
	n := max(k.limit.Burst, 1)
	if bulk {
		n = max(n-int(math.Floor(float64(n)*bulkReserve)), 1)
	}
	return time.Duration(n-1) * k.each
}

// Room implements Budget, by what this copy knows.
func (b *SharedBuckets) Room(channel string, bulk bool, now time.Time) (int, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.of(channel)
	if k.each == 0 {
		return math.MaxInt32, 0
	}
	missing := ahead(k.full, now, k.slack(false))
	if wait := missing - k.slack(bulk); wait > 0 {
		return 0, wait
	}
	return 1 + int((k.slack(bulk)-missing)/k.each), 0
}

// Take implements Budget.
func (b *SharedBuckets) Take(channel, address string, bulk bool, now time.Time) time.Duration {
	b.mu.Lock()
	k := b.of(channel)
	each, slack := k.each, k.slack(bulk)
	b.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), budgetTime)
	defer cancel()
	if k.limit.ChatPerSecond > 0 {
		if wait, err := b.chat(ctx, k, channel, address, now); err != nil || wait > 0 {
			return orAway(wait, err)
		}
	}
	if each > 0 {
		ok, full, err := b.store.SpendBudget(ctx, "send:"+channel, now, each, slack)
		if err != nil {
			return budgetAway
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		if !ok {
			k.full = full
			return max(full.Sub(now)-slack, time.Millisecond)
		}
		k.full = now.Add(ahead(k.full, now, k.slack(false)) + each)
	}
	b.spent(k, address, now)
	return 0
}

// ahead is how far a moment of a bucket lies ahead; 0 for one that has passed
// or never was, or is of a time before the clock was put back.
func ahead(t, now time.Time, slack time.Duration) time.Duration {
	if d := t.Sub(now); d > 0 && d <= slack+models.BudgetAhead {
		return d
	}
	return 0
}

func orAway(wait time.Duration, err error) time.Duration {
	if err != nil {
		return budgetAway
	}
	return wait
}

// spent moves a chat's own bucket on, for what is not recorded as delivered yet.
func (b *SharedBuckets) spent(k *sharedBucket, address string, now time.Time) {
	if k.limit.ChatPerSecond <= 0 {
		return
	}
	full, _ := k.chats.Get(address)
	k.chats.Add(address, now.Add(ahead(full, now, k.chatSlack())+k.chatEach()))
}

func (k *sharedBucket) chatEach() time.Duration {
	return time.Duration(float64(time.Second) / k.limit.ChatPerSecond)
}

func (k *sharedBucket) chatSlack() time.Duration {
	return time.Duration(max(k.limit.ChatBurst, 1)-1) * k.chatEach()
}

// chat is how long a chat has to wait: by what this copy sent it, and by what
// any copy delivered.
func (b *SharedBuckets) chat(ctx context.Context, k *sharedBucket, channel, address string, now time.Time) (time.Duration, error) {
	burst, slack := max(k.limit.ChatBurst, 1), k.chatSlack()
	full, _ := k.chats.Get(address)
	if wait := ahead(full, now, slack) - slack; wait > 0 {
		return wait, nil
	}
	list, err := b.store.DeliveredLast(ctx, channel+":"+address, 2*burst)
	if err != nil {
		return 0, err
	}
	var theirs time.Time
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Sub(now) > models.BudgetAhead { // before the clock was put back
			continue
		}
		if theirs.Before(list[i]) {
			theirs = list[i]
		}
		theirs = theirs.Add(k.chatEach())
	}
	return max(ahead(theirs, now, slack)-slack, 0), nil
}

// Hold implements Budget, for all copies.
func (b *SharedBuckets) Hold(channel string, until time.Time) {
	b.mu.Lock()
	k := b.of(channel)
	slack := k.slack(false)
	limited := k.each > 0
	if full := until.Add(slack); full.After(k.full) || k.full.Sub(full) > models.BudgetAhead {
		k.full = full
	}
	b.mu.Unlock()
	if !limited {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), budgetTime)
	defer cancel()
	_ = b.store.HoldBudget(ctx, "send:"+channel, until, slack) // the others find out by themselves
}
