package wechat

import (
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// The windows in which WeChat carries customer-service messages
// (developers.weixin.qq.com, 客服消息): five within 48 h of a person's message,
// three within a minute of a follow, a scan or a tap in the menu. A little is
// left at the end, for clocks and the way there.
const (
	messageWindow = 48*time.Hour - time.Minute
	messageCount  = 5
	eventWindow   = time.Minute - 5*time.Second
	eventCount    = 3
)

// Window is the longer of the two, for estimates.
func (c *Channel) Window() models.Window {
	return models.Window{For: messageWindow, Count: messageCount, Events: "%:%:%:%"} // eventIdentity
}

// windowLeft is how many messages the chat carries now. It follows what was said
// and sent; nothing of it is kept anywhere. A spent message counts against the
// window that ends first, as WeChat does it.
func windowLeft(r bot.Reached) int {
	var message, event struct {
		until time.Time
		left  int
	}
	spend := func(at time.Time) {
		switch {
		case at.Before(event.until) && event.left > 0:
			event.left--
		case at.Before(message.until) && message.left > 0:
			message.left--
		}
	}
	sent := len(r.Delivered) - 1 // oldest first
	spendUntil := func(at time.Time) {
		for ; sent >= 0 && !r.Delivered[sent].At.After(at); sent-- {
			if d := r.Delivered[sent]; d.Way == "" || d.Way == models.WayChat {
				spend(d.At)
			}
		}
	}
	for i := len(r.Heard) - 1; i >= 0; i-- {
		h := r.Heard[i]
		spendUntil(h.At.Add(-time.Millisecond)) // what went out in the same moment answers it
		switch kindOfKey(h.Key) {
		case keyMessage:
			message.until, message.left = h.At.Add(messageWindow), messageCount
		case keyOpening:
			event.until, event.left = h.At.Add(eventWindow), eventCount
		}
	}
	spendUntil(r.Now)
	left := 0
	if r.Now.Before(event.until) {
		left += event.left
	}
	if r.Now.Before(message.until) {
		left += message.left
	}
	return left
}

type keyKind int

const (
	keyOther keyKind = iota
	keyMessage
	keyOpening
)

// kindOfKey reads off a key (inbound) what it was the key of: wechat:openid:id
// of a message, wechat:openid:created:event:… of an event.
func kindOfKey(key string) keyKind {
	parts := strings.SplitN(key, ":", 5)
	if len(parts) == 3 {
		return keyMessage
	}
	if len(parts) == 5 {
		switch parts[3] {
		case "subscribe", "SCAN", "CLICK":
			return keyOpening
		}
	}
	return keyOther
}
