package wechattest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// Forgery is a push that WeChat would never send.
type Forgery string

// The forgeries. Each is right in everything but what it is named for.
const (
	BadSignature  Forgery = "bad signature"
	BadToken      Forgery = "signed with another token"
	Stale         Forgery = "stale"
	Future        Forgery = "from the future"
	NoNonce       Forgery = "no nonce"
	NoTimestamp   Forgery = "no timestamp"
	Oversized     Forgery = "oversized"
	EntityBomb    Forgery = "entity bomb"
	ExternalDTD   Forgery = "external DTD"
	Deep          Forgery = "deep nesting"
	Garbage       Forgery = "garbage"
	Truncated     Forgery = "truncated"
	TwoRoots      Forgery = "two roots"
	NoSender      Forgery = "no sender"
	NoMsgID       Forgery = "no MsgId"
	PlainInSafe   Forgery = "plain in safe mode"
	PlainAsSafe   Forgery = "plain, said to be encrypted"
	BadEnvelope   Forgery = "bad msg_signature"
	OtherApp      Forgery = "another account's app ID"
	OtherKey      Forgery = "another key"
	CutEnvelope   Forgery = "ciphertext cut short"
	EncryptedHere Forgery = "encrypted in plain mode"
)

// otherKey is an AES key that nobody configured.
const otherKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

// Forge posts a forgery of a text message and gives the status it met.
func (c *Client) Forge(ctx context.Context, f Forgery, words string) (int, error) {
	s := c.server
	p := c.Message("text", Field{"Content", words, false})
	at := s.clock.Now()
	switch f {
	case Stale:
		at = at.Add(-301 * time.Second)
	case Future:
		at = at.Add(301 * time.Second)
	}
	body := f.spoil(p)
	s.mu.Lock()
	key := s.cfg.AESKey
	s.mu.Unlock()
	e := s.signAt(at)
	e.body, e.key = body, key
	appID := s.cfg.AppID
	switch f {
	case OtherApp:
		appID = "wx0000000000000000"
	case OtherKey, EncryptedHere:
		e.key = otherKey
	case BadToken:
		e.signature = util.Signature("another", e.timestamp, e.nonce)
	}
	if e.key != "" && f != PlainInSafe && f != PlainAsSafe {
		if err := s.encrypt(&e, body, s.cfg.Account, appID); err != nil {
			return 0, err
		}
	}
	if f == CutEnvelope && e.key != "" {
		// Signed rightly, as one who knows the token but not the key could.
		head, rest, _ := strings.Cut(e.body, "<Encrypt><![CDATA[")
		sealed, tail, _ := strings.Cut(rest, "]]>")
		sealed = sealed[:len(sealed)-24]
		e.msgSignature = util.Signature(s.cfg.Token, e.timestamp, e.nonce, sealed)
		e.body = head + "<Encrypt><![CDATA[" + sealed + "]]>" + tail
	}
	query, body := f.tamper(e, c.OpenID)
	status, _, err := c.post(ctx, query, body)
	return status, err
}

// spoil writes the message, with the fault that lies in its XML.
func (f Forgery) spoil(p Push) string {
	drop := map[Forgery]string{NoSender: "FromUserName", NoMsgID: "MsgId"}[f]
	kept := p
	kept.Fields = nil
	for _, field := range p.Fields {
		if field.Name != drop {
			kept.Fields = append(kept.Fields, field)
		}
	}
	body := kept.xml()
	switch f {
	case Oversized:
		return strings.Replace(body, "</xml>", "<Pad>"+strings.Repeat("x", 1<<20)+"</Pad></xml>", 1)
	case EntityBomb:
		return `<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` +
			strings.Replace(body, "</xml>", "<Pad>&b;</Pad></xml>", 1)
	case ExternalDTD:
		return `<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd">` + body
	case Deep:
		return strings.Replace(body, "</xml>", strings.Repeat("<a>", 1000)+strings.Repeat("</a>", 1000)+"</xml>", 1)
	case Garbage:
		return "{\"not\": \"xml\"}"
	case Truncated:
		return body[:len(body)-8]
	case TwoRoots:
		return body + body
	}
	return body
}

// tamper spoils what lies outside the message.
func (f Forgery) tamper(e envelope, openID string) (query, body string) {
	body = e.body
	switch f {
	case BadSignature:
		e.signature = flip(e.signature)
	case BadEnvelope:
		e.msgSignature = flip(e.msgSignature)
	case PlainAsSafe:
		e.msgSignature = util.Signature("x")
	}
	values, _ := url.ParseQuery(e.query(openID))
	switch f {
	case NoNonce:
		values.Del("nonce")
	case NoTimestamp:
		values.Del("timestamp")
	}
	return values.Encode(), body
}

// flip changes the last digit of a signature.
func flip(signature string) string {
	if signature == "" {
		return signature
	}
	last := "0"
	if strings.HasSuffix(signature, "0") {
		last = "1"
	}
	return signature[:len(signature)-1] + last
}

// CheckAddress does what WeChat does when the address is typed into its console.
// forged signs with another token.
func (s *Server) CheckAddress(ctx context.Context, webhook string, forged bool) (int, error) {
	e := s.signAt(s.clock.Now())
	if forged {
		e.signature = flip(e.signature)
	}
	echo := nonce()
	values := url.Values{"signature": {e.signature}, "timestamp": {e.timestamp}, "nonce": {e.nonce}, "echostr": {echo}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, webhook+"?"+values.Encode(), http.NoBody)
	if err != nil {
		return 0, fmt.Errorf("wechattest: %w", err)
	}
	resp, err := s.pusher.Do(req)
	if err != nil {
		return 0, fmt.Errorf("wechattest: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4096))
	if err != nil {
		return resp.StatusCode, fmt.Errorf("wechattest: %w", err)
	}
	if resp.StatusCode == http.StatusOK && string(body) != echo {
		return resp.StatusCode, s.violate("the address check was not echoed")
	}
	return resp.StatusCode, nil
}
