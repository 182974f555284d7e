package wechattest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// onceFor is how long a client_msg_id is remembered.
const onceFor = 10 * time.Minute

// form is a template of the account: a template message's or a notice's.
type form struct {
	id, title, content string
	places             []string
}

var placeForm = regexp.MustCompile(`\{\{([a-z_]+[0-9]*)\.DATA\}\}`)

func newForm(id, title, content string) form {
	f := form{id: id, title: title, content: content}
	for _, m := range placeForm.FindAllStringSubmatch(content, -1) {
		f.places = append(f.places, m[1])
	}
	return f
}

// AddTemplate gives the account a template message: content as WeChat shows
// it, "服务：{{thing1.DATA}}\n时间：{{time2.DATA}}".
func (s *Server) AddTemplate(id, title, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forms[id] = newForm(id, title, content)
}

// AddSubscription gives the account a subscription notice.
func (s *Server) AddSubscription(id, title, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices[id] = newForm(id, title, content)
}

type placed map[string]struct {
	Value string `json:"value"`
	Color string `json:"color"`
}

// templateSend is POST /cgi-bin/message/template/send. It needs no window.
func (s *Server) templateSend(r *http.Request) (any, error) {
	var in struct {
		ToUser      string         `json:"touser"`
		TemplateID  string         `json:"template_id"`
		URL         string         `json:"url"`
		Miniprogram map[string]any `json:"miniprogram"`
		ClientMsgID string         `json:"client_msg_id"`
		Data        placed         `json:"data"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	words, err := fillForm(s.forms, in.TemplateID, in.Data)
	if err != nil {
		return nil, err
	}
	c, err := s.reach(in.ToUser)
	if err != nil {
		return nil, err
	}
	s.serial++
	if in.ClientMsgID != "" {
		key, now := in.ToUser+" "+in.ClientMsgID, s.clock.Now()
		if seen, ok := s.seen[key]; ok && now.Sub(seen) < onceFor {
			return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": s.serial}, nil
		}
		s.seen[key] = now
	}
	s.deliver(c, Received{Via: Template, OpenID: in.ToUser, Type: "template", Text: words})
	return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": s.serial}, nil
}

// TellTemplate pushes the receipt of a template message: status is success,
// failed:user block or failed: system failed.
func (c *Client) TellTemplate(ctx context.Context, msgID, status string) (Answer, error) {
	return c.Push(ctx, c.Event("TEMPLATESENDJOBFINISH", "", Field{"MsgID", msgID, true}, Field{"Status", status, false}))
}

// noticeSend is POST /cgi-bin/message/subscribe/bizsend: one for each consent,
// and no protection against doubles.
func (s *Server) noticeSend(r *http.Request) (any, error) {
	var in struct {
		ToUser      string         `json:"touser"`
		TemplateID  string         `json:"template_id"`
		Page        string         `json:"page"`
		Miniprogram map[string]any `json:"miniprogram"`
		Data        placed         `json:"data"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	words, err := fillForm(s.notices, in.TemplateID, in.Data)
	if err != nil {
		return nil, err
	}
	c, err := s.reach(in.ToUser)
	if err != nil {
		return nil, err
	}
	if c.consents[in.TemplateID] <= 0 {
		return nil, refuse(43101, "user refuse to accept the msg")
	}
	c.consents[in.TemplateID]--
	s.deliver(c, Received{Via: Subscription, OpenID: in.ToUser, Type: "subscribe", Text: words})
	return ok(), nil
}

// fillForm judges a template's data: each place filled, none that it has not,
// each value of the sort its place takes.
func fillForm(forms map[string]form, id string, data placed) (string, error) {
	f, found := forms[id]
	if !found {
		return "", refuse(40037, "invalid template_id")
	}
	text := f.content
	for name, v := range data {
		if !slices.Contains(f.places, name) || !fits(name, v.Value) {
			return "", refuse(47003, "argument invalid! data."+name+".value is invalid")
		}
		text = strings.ReplaceAll(text, "{{"+name+".DATA}}", v.Value)
	}
	if len(data) != len(f.places) {
		return "", refuse(47003, "argument invalid! data lacks a place")
	}
	return text, nil
}

var (
	timeForm  = regexp.MustCompile(`^(\d{4}年\d{1,2}月\d{1,2}日 )?\d{1,2}:\d{2}$`)
	dateForm  = regexp.MustCompile(`^\d{4}年\d{1,2}月\d{1,2}日$`)
	phoneForm = regexp.MustCompile(`^[0-9+-]{1,17}$`)
)

// fits: 订阅消息参数值内容限制, which template messages took over in 2023.
func fits(place, v string) bool {
	n := utf8.RuneCountInString(v)
	every := func(f func(rune) bool) bool { return strings.IndexFunc(v, func(r rune) bool { return !f(r) }) < 0 }
	ascii := func(r rune) bool { return r > ' ' && r < 0x7f }
	if n == 0 || strings.ContainsAny(v, "\n\r") {
		return false
	}
	switch strings.TrimRight(place, "0123456789") {
	case "time":
		return timeForm.MatchString(v) || dateForm.MatchString(v)
	case "date":
		return dateForm.MatchString(v)
	case "phone_number":
		return phoneForm.MatchString(v)
	case "character_string":
		return n <= 32 && every(ascii)
	case "phrase":
		return n <= 5 && every(func(r rune) bool { return unicode.Is(unicode.Han, r) })
	case "name":
		return n <= 10 || n <= 20 && every(func(r rune) bool { return r < 0x7f })
	}
	return n <= 20
}

// templateList is GET /cgi-bin/template/get_all_private_template.
func (s *Server) templateList() (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []map[string]any{}
	for _, id := range slices.Sorted(maps.Keys(s.forms)) {
		f := s.forms[id]
		list = append(list, map[string]any{"template_id": id, "title": f.title, "content": f.content, "example": "", "primary_industry": "医疗", "deputy_industry": "宠物"})
	}
	return map[string]any{"template_list": list}, nil
}

// noticeList is GET /wxaapi/newtmpl/gettemplate.
func (s *Server) noticeList() (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []map[string]any{}
	for _, id := range slices.Sorted(maps.Keys(s.notices)) {
		f := s.notices[id]
		list = append(list, map[string]any{"priTmplId": id, "title": f.title, "content": f.content, "example": "", "type": 2})
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "data": list}, nil
}

// Agree answers the question for notices of some templates: one each is agreed
// to, or all are refused. The account is told by an event.
func (c *Client) Agree(ctx context.Context, accept bool, templates ...string) (Answer, error) {
	status := "reject"
	if accept {
		status = "accept"
	}
	c.server.mu.Lock()
	person := c.server.contact(c.OpenID)
	for _, id := range templates {
		if accept {
			person.consents[id]++
		}
	}
	c.server.mu.Unlock()
	var lists strings.Builder
	for _, id := range templates {
		fmt.Fprintf(&lists, "<List><TemplateId><![CDATA[%s]]></TemplateId><SubscribeStatusString><![CDATA[%s]]></SubscribeStatusString><PopupScene>2</PopupScene></List>", id, status)
	}
	return c.Push(ctx, c.Event("subscribe_msg_popup_event", "", Field{"SubscribeMsgPopupEvent", lists.String(), true}))
}

// Withdraw takes every consent back without the account hearing of it.
func (c *Client) Withdraw() {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.server.contact(c.OpenID).consents = map[string]int{}
}
