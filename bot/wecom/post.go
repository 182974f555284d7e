package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"zhenban/bot"
)

// minute is how long to wait after 45009: the robot takes 20 messages a minute.
const minute = time.Minute

// post makes the call; nil when the group has the message. WeCom answers
// almost everything with HTTP 200: the errcode decides.
func (c *Channel) post(ctx context.Context, body []byte) error {
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(info httptrace.WroteRequestInfo) { left.Store(info.Err == nil) },
	})
	address := c.opt.APIBase + "/cgi-bin/webhook/send?key=" + url.QueryEscape(c.opt.Key)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return failure("address", bot.GiveUp, errors.New("bad address"))
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		var ue *url.Error
		if errors.As(err, &ue) {
			err = ue.Err // the address around it holds the key
		}
		if left.Load() {
			return failure("no_answer", bot.Unknown, err)
		}
		return failure("not_sent", bot.RetryLater, err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	var result struct {
		Code *int   `json:"errcode"`
		Text string `json:"errmsg"`
	}
	if err != nil || json.Unmarshal(answer, &result) != nil || result.Code == nil {
		if resp.StatusCode < http.StatusMultipleChoices {
			return failure("no_answer", bot.Unknown, errors.New("the answer is cut or not WeCom's"))
		}
		e := failure(strconv.Itoa(resp.StatusCode), bot.RetryLater, fmt.Errorf("HTTP %d", resp.StatusCode))
		e.Alarm = resp.StatusCode < http.StatusInternalServerError
		return e
	}
	if *result.Code == 0 {
		return nil
	}
	return classify(*result.Code)
}

// classify is the table of errcodes. The errmsg is left out: it quotes hints
// with the caller's address.
func classify(code int) *bot.SendError {
	e := failure(strconv.Itoa(code), bot.GiveUp, fmt.Errorf("errcode %d", code))
	switch code {
	case -1: // busy
		e.Reaction = bot.RetryLater
	case 45009: // api freq out of limit: 20 a minute for one robot
		e.Reaction, e.RetryAfter = bot.RetryLater, minute
	case 45033: // too many calls at once
		e.Reaction, e.RetryAfter = bot.RetryLater, time.Second
	case 93000, // invalid webhook url or key
		93004, // robot is switched off
		93008, // robot is not in the group
		93017, // robot is not for this kind of group
		40014: // invalid token
		e.Reaction, e.Alarm = bot.SwitchOff, true
	case 40008, 40058, 44004, 45002: // type, parameter, empty, too long
	default:
		e.Alarm = true // a code that this table does not know: someone should look
	}
	return e
}

func failure(code string, reaction bot.Reaction, err error) *bot.SendError {
	return &bot.SendError{Code: code, Reaction: reaction, Err: err}
}
