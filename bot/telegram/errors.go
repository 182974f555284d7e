package telegram

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
)

// rule is one line of the table of refusals: an HTTP code and a part of the
// description, lower case; the first line that fits decides.
type rule struct {
	code     int
	text     string
	reaction bot.Reaction
	blocked  bool
	alarm    bool
}

// rules returns the table. The Bot API documents codes but not descriptions;
// these are its server's words (tdlib/telegram-bot-api, Client.cpp).
func rules() []rule {
	return []rule{
		{code: http.StatusForbidden, text: "blocked by the user", reaction: bot.Unreachable, blocked: true},
		{code: http.StatusForbidden, reaction: bot.Unreachable}, // deactivated, never started, kicked

		{code: http.StatusBadRequest, text: "chat not found", reaction: bot.Unreachable},
		{code: http.StatusBadRequest, text: "user not found", reaction: bot.Unreachable},
		{code: http.StatusBadRequest, text: "peer_id_invalid", reaction: bot.Unreachable},
		{code: http.StatusBadRequest, text: "chat_write_forbidden", reaction: bot.Unreachable},
		{code: http.StatusBadRequest, text: "logged out", reaction: bot.SwitchOff, alarm: true}, // moved to another Bot API server
		{code: http.StatusBadRequest, reaction: bot.GiveUp},                                     // too long, empty, keyboard, entities
		{code: http.StatusRequestEntityTooLarge, reaction: bot.GiveUp},

		{code: http.StatusUnauthorized, reaction: bot.SwitchOff, alarm: true}, // token revoked
		{code: http.StatusNotFound, reaction: bot.SwitchOff, alarm: true},     // token malformed: the path is not found
		{code: http.StatusConflict, reaction: bot.RetryLater, alarm: true},    // another program polls with this token
		{code: http.StatusTooManyRequests, reaction: bot.RetryLater},
	}
}

// classify turns any failure of a call into the decision it asks for.
func (c *Channel) classify(err error) *bot.SendError {
	var refused *apiError
	if errors.As(err, &refused) {
		return classifyRefusal(refused)
	}
	var foreign *foreignError
	if errors.As(err, &foreign) {
		// A gateway between us and Telegram: the Bot API took nothing. Below
		// 500 it will not heal by itself (a proxy, a wrong API base).
		return &bot.SendError{
			Code: strconv.Itoa(foreign.Status), Reaction: bot.RetryLater,
			Alarm: foreign.Status < http.StatusInternalServerError && foreign.Status != http.StatusTooManyRequests,
			Err:   foreign,
		}
	}
	var transport *transportError
	if errors.As(err, &transport) {
		e := &bot.SendError{Code: "not_sent", Reaction: bot.RetryLater, Err: transport}
		if transport.Left {
			// The Bot API has no idempotency key: repeating could say it twice.
			e.Code, e.Reaction = "no_answer", bot.Unknown
		}
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &bot.SendError{Code: "not_sent", Reaction: bot.RetryLater, Err: c.wire.redact(err)}
	}
	return &bot.SendError{Code: "unknown", Reaction: bot.Unknown, Err: c.wire.redact(err)}
}

func classifyRefusal(refused *apiError) *bot.SendError {
	e := &bot.SendError{Code: strconv.Itoa(refused.Code), Reaction: bot.GiveUp, Err: refused}
	if refused.RetryAfter > 0 {
		// Whatever the code: Telegram says when. Values of hours occur.
		e.Reaction, e.RetryAfter = bot.RetryLater, time.Duration(refused.RetryAfter)*time.Second
		return e
	}
	if refused.Code >= http.StatusInternalServerError {
		e.Reaction = bot.RetryLater
		return e
	}
	text := strings.ToLower(refused.Text)
	for _, r := range rules() {
		if r.code == refused.Code && strings.Contains(text, r.text) {
			e.Reaction, e.Blocked, e.Alarm = r.reaction, r.blocked, r.alarm
			break
		}
	}
	return e
}
