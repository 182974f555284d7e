package wechattest

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// What the account may send to many: calls a day, messages a person and month,
// and how long a clientmsgid is remembered.
const (
	massPerDay   = 100
	massPerMonth = 4
	massOnce     = 24 * time.Hour
	massLeast    = 2
	massMost     = 10_000
)

// massJob is one mass message that was taken.
type massJob struct {
	id                            int64
	at                            time.Time
	total, filtered, sent, failed int
	told                          bool
}

func beijing(t time.Time) time.Time { return t.In(time.FixedZone("CST", 8*60*60)) }

// massSend is POST /cgi-bin/message/mass/send of a text.
func (s *Server) massSend(r *http.Request) (any, error) {
	var in struct {
		ToUser  []string `json:"touser"`
		MsgType string   `json:"msgtype"`
		Text    *struct {
			Content string `json:"content"`
		} `json:"text"`
		ClientMsgID string `json:"clientmsgid"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	switch {
	case in.MsgType != "text" || in.Text == nil:
		return nil, refuse(40008, "invalid message type")
	case in.Text.Content == "":
		return nil, refuse(44004, "empty content")
	case len(in.Text.Content) > MaxText:
		return nil, refuse(45002, "content size out of limit")
	case !utf8.ValidString(in.Text.Content) || strings.Contains(in.Text.Content, "<a "):
		return nil, s.violate("mass message: a link that is no page")
	case len(in.ToUser) < massLeast || len(in.ToUser) > massMost:
		return nil, refuse(40130, "invalid openid list size, at least two openid")
	case in.ClientMsgID == "" || len(in.ClientMsgID) > 64:
		return nil, refuse(45067, "clientmsgid size out of limit")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if job, ok := s.masses[in.ClientMsgID]; ok && now.Sub(job.at) < massOnce {
		return map[string]any{"errcode": 45065, "errmsg": "clientmsgid exist rid: 0-0-0", "msg_id": job.id}, nil
	}
	today := 0
	for _, job := range s.masses {
		if beijing(job.at).Format(time.DateOnly) == beijing(now).Format(time.DateOnly) {
			today++
		}
	}
	if today >= massPerDay {
		return nil, refuse(45028, "has no masssend quota")
	}
	named := map[string]bool{}
	for _, id := range in.ToUser {
		if named[id] {
			return nil, refuse(40003, "invalid openid: named twice")
		}
		if named[id] = true; s.contacts[id] == nil {
			return nil, refuse(40003, "invalid openid")
		}
	}
	s.serial++
	job := &massJob{id: s.serial, at: now, total: len(in.ToUser)}
	for _, id := range in.ToUser {
		c, month := s.contacts[id], beijing(now).Format("2006-01")
		switch {
		case !c.following:
			job.filtered++
			job.failed++
		case c.mass[month] < massPerMonth:
			c.mass[month]++
			job.filtered++
			job.sent++
			s.deliver(c, Received{Via: Mass, OpenID: id, Type: "text", Raw: in.Text.Content, Text: in.Text.Content})
		}
	}
	s.masses[in.ClientMsgID] = job
	return map[string]any{"errcode": 0, "errmsg": "send job submission success", "msg_id": job.id, "msg_data_id": job.id + 1}, nil
}

// massSpeed is POST /cgi-bin/message/mass/speed/get.
func (s *Server) massSpeed() (any, error) {
	return map[string]any{"speed": 0, "realspeed": 80}, nil
}

// usersGet is POST /cgi-bin/user/info/batchget.
func (s *Server) usersGet(r *http.Request) (any, error) {
	var in struct {
		List []struct {
			OpenID string `json:"openid"`
			Lang   string `json:"lang"`
		} `json:"user_list"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(in.List) == 0 || len(in.List) > 100 {
		return nil, refuse(40130, "invalid openid list size")
	}
	var out []map[string]any
	for _, u := range in.List {
		c := s.contacts[u.OpenID]
		if c == nil {
			return nil, refuse(40003, "invalid openid")
		}
		is := map[string]any{"subscribe": 0, "openid": u.OpenID}
		if c.following {
			is["subscribe"] = 1
		}
		out = append(out, is)
	}
	return map[string]any{"user_info_list": out}, nil
}

// TellMass pushes the receipts of mass messages that were not told of yet to
// the webhook. With a fault WeChat stopped them in its review, after the call.
func (s *Server) TellMass(ctx context.Context, webhook, fault string) error {
	s.mu.Lock()
	var jobs []*massJob
	for _, job := range s.masses {
		if !job.told {
			job.told = true
			jobs = append(jobs, job)
		}
	}
	s.mu.Unlock()
	c := &Client{OpenID: "mphelper", server: s, webhook: webhook}
	for _, job := range jobs {
		status, filtered, sent, failed := "send success", job.filtered, job.sent, job.failed
		if fault != "" {
			status, filtered, sent, failed = fault, 0, 0, 0
		}
		p := c.Event("MASSSENDJOBFINISH", "", Field{"MsgID", strconv.FormatInt(job.id, 10), true}, Field{"Status", status, false},
			Field{"TotalCount", strconv.Itoa(job.total), true}, Field{"FilterCount", strconv.Itoa(filtered), true},
			Field{"SentCount", strconv.Itoa(sent), true}, Field{"ErrorCount", strconv.Itoa(failed), true})
		if _, err := c.Push(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
