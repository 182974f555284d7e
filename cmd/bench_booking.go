package cmd

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
)

// benchBooking is whole conversations: from 预约 to 预约成功 by numbers alone,
// then the visit is cancelled so that the calendar never fills up.
type benchBooking struct {
	Conversations side    `json:"conversations"`
	Messages      int64   `json:"messages"`
	PerSecond     float64 `json:"messages_per_second"`
}

// What the load looks for in an answer.
var (
	numberInAnswer = regexp.MustCompile(`[A-Z][0-9]{6,}`)
	isBooked       = []byte("预约成功")
	isCancelled    = []byte("已取消")
	isTimes        = []byte("更多时间")
)

// maxSteps bounds a conversation; a booking takes about ten.
const maxSteps = 40

func (b *benchWorld) bookings(ctx context.Context) (*benchBooking, error) {
	list, err := b.people(b.address, "o-book-", true)
	if err != nil {
		return nil, err
	}
	defer closeAll(list)
	r := &benchBooking{}
	counts := make([]int64, len(list))
	r.Conversations.segment(ctx, b.w.Clock.Now, len(list), b.o.duration, func(i int) error {
		return converse(list[i], &counts[i])
	})
	for _, n := range counts {
		r.Messages += n
	}
	r.PerSecond = float64(r.Messages) / r.Conversations.took.Seconds()
	r.Conversations.finish()
	return r, r.Conversations.err
}

// converse books the first thing offered at one of the times offered, and
// cancels it.
func converse(p *pusher, count *int64) error {
	say := func(text string) ([]byte, error) {
		*count++
		return p.say(text)
	}
	answer, err := say("预约")
	for step := 0; err == nil && !bytes.Contains(answer, isBooked); step++ {
		if step == maxSteps {
			return fmt.Errorf("no booking after %d messages: %s", step, answer)
		}
		pick := "1"
		if bytes.Contains(answer, isTimes) { // everybody for the first one would be another measurement
			pick = [...]string{"1", "2", "3", "4", "5", "6"}[rand.IntN(6)]
		}
		answer, err = say(pick)
	}
	if err != nil {
		return err
	}
	number := string(numberInAnswer.Find(answer[bytes.Index(answer, isBooked):]))
	answer, err = say("取消预约 " + number)
	for step := 0; err == nil && !bytes.Contains(answer, isCancelled); step++ {
		if step == maxSteps {
			return fmt.Errorf("%s not cancelled after %d messages: %s", number, step, answer)
		}
		answer, err = say("1")
	}
	delete(p.prepped, "取消预约 "+number)
	return err
}
