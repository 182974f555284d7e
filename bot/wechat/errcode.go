package wechat

import (
	"context"
	"errors"
	"strconv"
	"time"

	"zhenban/bot"
)

// decide is the table of WeChat's errcodes and what each asks for. now is for
// quotas that come back at midnight, Beijing time.
func decide(code int64, now time.Time) bot.SendError {
	switch code {
	case -1: // busy; it may have been delivered
		return bot.SendError{Reaction: bot.Unknown}
	case 40001, 40014, 42001: // token refused, and so was the next one
		return bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute, Alarm: true}
	case 40013, 40125, 40164, 41002, 41004, 89503, 89506:
		// App ID or secret wrong, our address not on the white list or not yet
		// confirmed by the account's owner: an operator must act, a repeat won't.
		return bot.SendError{Reaction: bot.SwitchOff, Alarm: true}
	case 40003, 43004, 50005: // no such openid, or it does not follow
		return bot.SendError{Reaction: bot.Unreachable}
	case 43019, 48002: // blocked, or the user refuses messages
		return bot.SendError{Reaction: bot.Unreachable, Blocked: true}
	case 43101: // no subscription consent left
		return bot.SendError{Reaction: bot.NoWindow}
	case 43107: // the account's notices are banned
		return bot.SendError{Reaction: bot.SwitchOff, Alarm: true}
	case 43108: // another notice to this user is under way
		return bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute}
	case 43117: // too frequent for this user
		return bot.SendError{Reaction: bot.RetryLater, RetryAfter: 10 * time.Minute}
	case 45002: // too long: Fit's limit is wrong, which someone should know
		return bot.SendError{Reaction: bot.GiveUp, Alarm: true}
	case 45009: // the day's quota
		return bot.SendError{Reaction: bot.RetryLater, RetryAfter: untilQuota(now), Alarm: true}
	case 45028: // no mass message left today
		return bot.SendError{Reaction: bot.RetryLater, RetryAfter: untilQuota(now), Alarm: true}
	case 45066: // the same mass message again within a minute: the one before counts
		return bot.SendError{Reaction: bot.Unknown, RetryAfter: time.Minute}
	case 45011: // the minute's quota
		return bot.SendError{Reaction: bot.RetryLater, RetryAfter: time.Minute}
	case 45015, 45047: // the 48 h are over, or the window's five messages sent
		return bot.SendError{Reaction: bot.NoWindow}
	case 48001, 48004, 50002: // no permission, banned, limited
		return bot.SendError{Reaction: bot.SwitchOff, Alarm: true}
	default:
		return bot.SendError{Reaction: bot.GiveUp, Alarm: true}
	}
}

// tokenCode says whether an errcode is about the token alone.
func tokenCode(code int64) bool { return code == 40001 || code == 40014 || code == 42001 }

// untilQuota is the time to the next day in Beijing, and five minutes, for the
// counters are not reset to the second.
func untilQuota(now time.Time) time.Duration {
	there := now.In(beijing())
	next := time.Date(there.Year(), there.Month(), there.Day()+1, 0, 5, 0, 0, there.Location())
	return next.Sub(now)
}

// classify turns any fault of a call into the decision the sender acts on. Codes
// that are not WeChat's are words: http_502, network, timeout.
func classify(err error, now time.Time) *bot.SendError {
	var known *bot.SendError
	if errors.As(err, &known) {
		return known
	}
	var unmade *tokenError
	if errors.As(err, &unmade) {
		return harmless(unmade.err, now)
	}
	var coded *codeError
	var wire *wireError
	var broken *brokenError
	switch {
	case errors.As(err, &coded):
		e := decide(coded.code, now)
		e.Code, e.Err = strconv.FormatInt(coded.code, 10), err
		return &e
	case errors.As(err, &wire) && wire.written:
		// It may have arrived; whether a repeat is a second message, the way
		// it went knows.
		return &bot.SendError{Code: "timeout", Reaction: bot.Unknown, Err: err}
	case errors.As(err, &wire):
		return &bot.SendError{Code: "network", Reaction: bot.RetryLater, Err: err}
	case errors.As(err, &broken) && broken.cut:
		return &bot.SendError{Code: "broken_answer", Reaction: bot.Unknown, Err: err}
	case errors.As(err, &broken):
		return &bot.SendError{Code: "http_" + strconv.Itoa(broken.status), Reaction: bot.RetryLater, Err: err}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &bot.SendError{Code: "canceled", Reaction: bot.RetryLater, Err: err}
	default:
		return &bot.SendError{Code: "internal", Reaction: bot.GiveUp, Alarm: true, Err: err}
	}
}

// harmless is classify for calls that put nothing before a person: what may have
// been carried out can be repeated.
func harmless(err error, now time.Time) *bot.SendError {
	e := *classify(err, now)
	if e.Reaction == bot.Unknown {
		e.Reaction = bot.RetryLater
	}
	return &e
}

// fault is harmless for callers that are not the sender, which would have raised
// the alarm.
func (c *Channel) fault(ctx context.Context, err error) error {
	e := harmless(err, c.opts.Clock.Now())
	if e.Alarm {
		c.opts.Alarm(ctx, "wechat_"+e.Code, e.Error())
	}
	return e
}
