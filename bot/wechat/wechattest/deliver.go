package wechattest

import (
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// errAnswer marks an answer that came, but against the rules.
var errAnswer = errors.New("wechattest: bad answer")

// envelope is one signed delivery, before it is posted.
type envelope struct {
	timestamp, nonce, signature string
	msgSignature                string // safe mode
	body                        string
	key                         string // the AES key in force
}

// query writes the delivery's parameters.
func (e *envelope) query(openID string) string {
	q := url.Values{"signature": {e.signature}, "timestamp": {e.timestamp}, "nonce": {e.nonce}, "openid": {openID}}
	if e.msgSignature != "" {
		q.Set("encrypt_type", "aes")
		q.Set("msg_signature", e.msgSignature)
	}
	return q.Encode()
}

// wrap signs a message for now, and encrypts it in safe mode.
func (s *Server) wrap(message, account string) (envelope, error) {
	s.mu.Lock()
	key := s.cfg.AESKey
	s.mu.Unlock()
	e := s.signAt(s.clock.Now())
	e.body, e.key = message, key
	if key == "" {
		return e, nil
	}
	return e, s.encrypt(&e, message, account, s.cfg.AppID)
}

func (s *Server) signAt(at time.Time) envelope {
	e := envelope{timestamp: strconv.FormatInt(at.Unix(), 10), nonce: nonce()}
	e.signature = util.Signature(s.cfg.Token, e.timestamp, e.nonce)
	return e
}

func (s *Server) encrypt(e *envelope, message, account, appID string) error {
	random := make([]byte, 16)
	rand.Read(random) //nolint:errcheck // never fails since Go 1.24
	sealed, err := util.EncryptMsg(random, []byte(message), appID, e.key)
	if err != nil {
		return fmt.Errorf("wechattest: %w", err)
	}
	e.msgSignature = util.Signature(s.cfg.Token, e.timestamp, e.nonce, string(sealed))
	e.body = "<xml><ToUserName><![CDATA[" + account + "]]></ToUserName><Encrypt><![CDATA[" + string(sealed) + "]]></Encrypt></xml>"
	return nil
}

func nonce() string {
	var b [4]byte
	rand.Read(b[:]) //nolint:errcheck // never fails since Go 1.24
	return strconv.Itoa(int(b[0])<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3]))
}

// deliver pushes once and reads the answer.
func (c *Client) deliver(ctx context.Context, p Push) (int, *Received, error) {
	e, err := c.server.wrap(p.xml(), c.server.cfg.Account)
	if err != nil {
		return 0, nil, err
	}
	c.server.pushed(c.OpenID, 1)
	defer c.server.pushed(c.OpenID, -1)
	status, body, err := c.post(ctx, e.query(c.OpenID), e.body)
	if err != nil {
		return status, nil, err
	}
	if status != http.StatusOK {
		return status, nil, fmt.Errorf("wechattest: status %d", status)
	}
	got, err := c.answer(e, body)
	if err != nil {
		return status, nil, c.server.violate("%w: %w", errAnswer, err)
	}
	return status, got, c.took(p, got)
}

// post sends one request and hangs up after 5 s of the server's clock.
func (c *Client) post(ctx context.Context, query, body string) (int, string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	timer := c.server.clock.AfterFunc(hangUp, cancel)
	defer timer.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.webhook+"?"+query, strings.NewReader(body))
	if err != nil {
		return 0, "", fmt.Errorf("wechattest: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml")
	resp, err := c.server.pusher.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("wechattest: no answer: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	text, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if err != nil {
		return 0, "", fmt.Errorf("wechattest: no answer: %w", err)
	}
	return resp.StatusCode, string(text), nil
}

// answer reads a 200: success, nothing, or a passive reply; in safe mode only an
// encrypted one, under the key the question came with.
func (c *Client) answer(e envelope, body string) (*Received, error) {
	if body == "" || body == "success" {
		return nil, nil
	}
	if e.msgSignature != "" {
		var outer struct {
			XMLName      xml.Name `xml:"xml"`
			Encrypt      string
			MsgSignature string
			TimeStamp    string
			Nonce        string
		}
		if err := xml.Unmarshal([]byte(body), &outer); err != nil || outer.Encrypt == "" {
			return nil, errors.New("not an encrypted answer")
		}
		if outer.MsgSignature != util.Signature(c.server.cfg.Token, outer.TimeStamp, outer.Nonce, outer.Encrypt) {
			return nil, errors.New("wrong MsgSignature")
		}
		_, plain, err := util.DecryptMsg(c.server.cfg.AppID, outer.Encrypt, e.key)
		if err != nil {
			return nil, fmt.Errorf("answer under another key: %w", err)
		}
		body = string(plain)
	}
	var inner struct {
		XMLName      xml.Name `xml:"xml"`
		ToUserName   string
		FromUserName string
		CreateTime   int64
		MsgType      string
		Content      string
		Other        []struct {
			XMLName xml.Name
		} `xml:",any"`
	}
	if err := xml.Unmarshal([]byte(body), &inner); err != nil {
		return nil, errors.New("answer is not XML")
	}
	age := c.server.clock.Now().Unix() - inner.CreateTime
	switch {
	case inner.ToUserName != c.OpenID || inner.FromUserName != c.server.cfg.Account:
		return nil, errors.New("answer to someone else")
	case age > 60 || age < -60:
		return nil, errors.New("answer with a wrong CreateTime")
	case inner.MsgType != "text" || inner.Content == "" || len(inner.Other) > 0:
		return nil, errors.New("answer of a kind not known here, or empty")
	}
	got := &Received{Via: Passive, OpenID: c.OpenID, Type: "text", At: c.server.clock.Now()}
	return got, got.read(inner.Content)
}

// took files an answer. However often a message is delivered, the person sees
// its first answer only, and the others must not differ.
func (c *Client) took(p Push, got *Received) error {
	if got == nil {
		return nil
	}
	s := c.server
	s.mu.Lock()
	box := s.contact(c.OpenID)
	before, again := box.answers[p.ID]
	if !again {
		box.answers[p.ID] = got.Raw
		s.deliver(box, *got)
	}
	s.mu.Unlock()
	if again && before != got.Raw {
		return s.violate("%w: another answer to the same message", errAnswer)
	}
	return nil
}
