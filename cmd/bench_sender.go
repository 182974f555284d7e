package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// benchSender is what the sender makes of a platform that answers at once,
// beside a loop that only claims, posts and marks.
type benchSender struct {
	Rows    int     `json:"rows"` // of each round
	Rounds  int     `json:"rounds"`
	Workers int     `json:"workers"`
	Floor   float64 `json:"floor_per_second"`
	Answers float64 `json:"answers_per_second"`
	Pushes  float64 `json:"pushes_per_second"`

	AnswersRatio float64 `json:"answers_ratio"`
	PushesRatio  float64 `json:"pushes_ratio"`
}

const (
	senderWorkers  = 16
	senderRounds   = 3
	senderContacts = 500
	senderChannel  = "quick" // its own: what another part left behind is not its to send
)

// poster is a channel whose platform is an HTTP server that answers at once.
type poster struct {
	client *http.Client
	url    string
}

func (*poster) Name() string                    { return senderChannel }
func (*poster) Fit(m bot.Message) []bot.Message { return []bot.Message{m} }

func (p *poster) Send(ctx context.Context, _ string, m bot.Message, _ string) (string, error) {
	body, err := json.Marshal(m)
	if err == nil {
		err = p.post(ctx, body)
	}
	if err != nil {
		return "", &bot.SendError{Code: "bench", Reaction: bot.RetryLater, Err: err}
	}
	return "", nil
}

func (p *poster) post(ctx context.Context, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// quickPlatform answers every post at once.
func quickPlatform() (*poster, func(), error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	s := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"errcode":0}`)
	})}
	go func() { _ = s.Serve(l) }()
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * senderWorkers}
	return &poster{&http.Client{Transport: transport}, "http://" + l.Addr().String() + "/"}, func() {
		transport.CloseIdleConnections()
		_ = s.Close()
	}, nil
}

// sender measures in rounds that alternate, so that what else the machine does
// meets all alike.
func (b *benchWorld) sender(ctx context.Context) (*benchSender, error) {
	p, stop, err := quickPlatform()
	if err != nil {
		return nil, err
	}
	defer stop()
	r := &benchSender{Rows: max(200, int(b.o.duration.Seconds()*600)), Rounds: senderRounds, Workers: senderWorkers}
	if err := b.benchContacts(ctx); err != nil {
		return nil, err
	}
	var floor, answers, pushes time.Duration
	for round := range r.Rounds {
		took, err := b.sendFloor(ctx, p, r.Rows)
		if err != nil {
			return nil, err
		}
		floor += took
		if took, err = b.sendAll(ctx, p, models.Outgoing{Priority: models.PriorityReply}, fmt.Sprintf("answer-%d", round), r.Rows); err != nil {
			return nil, err
		}
		answers += took
		push := models.Outgoing{Priority: models.PriorityPush, Kind: models.KindCare, Urgent: true} // whatever the hour
		if took, err = b.sendAll(ctx, p, push, fmt.Sprintf("push-%d", round), r.Rows); err != nil {
			return nil, err
		}
		pushes += took
	}
	rate := func(took time.Duration) float64 { return float64(r.Rows*r.Rounds) / took.Seconds() }
	r.Floor, r.Answers, r.Pushes = rate(floor), rate(answers), rate(pushes)
	r.AnswersRatio, r.PushesRatio = r.Answers/r.Floor, r.Pushes/r.Floor
	return r, nil
}

func (b *benchWorld) benchContacts(ctx context.Context) error {
	return b.app.store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		for i := range senderContacts {
			id := fmt.Sprintf("%05d", i)
			c := models.Contact{ID: senderChannel + ":" + id, Channel: senderChannel, Address: id, Language: "zh-Hans", Reach: models.ReachOpen, CreatedAt: tx.Now}
			if err := tx.SaveContact(c); err != nil {
				return err
			}
			if err := tx.SavePatient(models.Patient{ID: "bench-" + id, ClientID: "bench-" + id, Name: "x", Kind: "pet"}); err != nil {
				return err
			}
		}
		return nil
	})
}

// sendAll puts rows into the outbox and times a sender that starts afterwards.
func (b *benchWorld) sendAll(ctx context.Context, c bot.Channel, like models.Outgoing, name string, n int) (time.Duration, error) {
	for from := 0; from < n; from += 500 {
		err := b.app.store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
			for i := from; i < min(from+500, n); i++ {
				o := like
				who := fmt.Sprintf("%05d", i%senderContacts)
				o.Key, o.ContactID = fmt.Sprintf("%s-%d", name, i), senderChannel+":"+who
				if o.Kind != "" {
					o.Subject = models.AboutPatient("bench-" + who)
				}
				if err := tx.Push(o, bot.Message{Text: benchWords}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
	}
	s := bot.NewSender(bot.SenderOptions{
		Store: b.app.store, Channels: []bot.Channel{c}, Clock: b.w.Clock, Log: b.app.log, Workers: senderWorkers, Clinic: b.app.clinic.current, Book: b.app.book,
	})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	start := b.w.Clock.Now()
	go func() { done <- s.Run(ctx) }()
	err := s.Drain(ctx)
	took := b.w.Clock.Now().Sub(start)
	cancel()
	err = errors.Join(err, <-done)
	if err == nil {
		err = b.allSent(ctx, name, n)
	}
	return took, err
}

// allSent looks at the last row of each round: a bench that lost some would
// be quick.
func (b *benchWorld) allSent(ctx context.Context, name string, n int) error {
	for _, i := range []int{0, n / 2, n - 1} {
		row, err := b.app.store.OutboxByKey(context.WithoutCancel(ctx), fmt.Sprintf("%s-%d", name, i))
		if err != nil {
			return err
		}
		if row.State != models.OutboxSent {
			return fmt.Errorf("row %s is %s: %s", row.Key, row.State, row.Error)
		}
	}
	return nil
}

const benchWords = "提醒您：超声波洗牙\n11月24日（周二） 15:00\n王晓琳\n来不了也请说一声，好把时间让给别人。"

// sendFloor is the bare loop with as many workers.
func (b *benchWorld) sendFloor(ctx context.Context, p *poster, n int) (time.Duration, error) {
	body, err := json.Marshal(bot.Message{Text: benchWords})
	if err != nil {
		return 0, err
	}
	f, err := b.app.store.NewSendFloor(ctx, n, body)
	if err != nil {
		return 0, err
	}
	rows := make(chan models.SendFloorRow)
	errs := make([]error, senderWorkers+1)
	var all sync.WaitGroup
	start := b.w.Clock.Now()
	all.Go(func() {
		defer close(rows)
		for {
			list, err := f.Claim(ctx, senderWorkers)
			if err != nil || len(list) == 0 {
				errs[senderWorkers] = err
				return
			}
			for _, r := range list {
				rows <- r
			}
		}
	})
	for i := range senderWorkers {
		all.Go(func() {
			for r := range rows {
				err := p.post(ctx, r.Body)
				if err == nil {
					err = f.Mark(ctx, r.ID, b.w.Clock.Now())
				}
				if err != nil {
					errs[i] = err
				}
			}
		})
	}
	all.Wait()
	return b.w.Clock.Now().Sub(start), errors.Join(errs...)
}
