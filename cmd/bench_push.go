package cmd

import (
	"bufio"
	"bytes"
	"crypto/sha1" //nolint:gosec // WeChat's own scheme
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pusher is one person's line to a webhook: one connection kept alive, requests
// written beforehand, answers read without net/http, because the load shares
// the processors with what it measures.
type pusher struct {
	person  string
	b       *benchWorld
	conn    net.Conn
	in      *bufio.Reader
	body    []byte
	prepped map[string]*preparedPush
}

// preparedPush is a whole signed request; only its MsgId changes.
type preparedPush struct {
	request []byte
	id      []byte // the digits of its MsgId, within request
	until   time.Time
}

const digitsOfID = 16

// signedFor is how long a prepared signature is used: WeChat's are refused
// after 300 s.
const signedFor = 2 * time.Minute

func (b *benchWorld) dial(address, person string) (*pusher, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &pusher{person: person, b: b, conn: conn, in: bufio.NewReaderSize(conn, 16<<10), prepped: map[string]*preparedPush{}}, nil
}

func (p *pusher) close() { _ = p.conn.Close() }

// say pushes a text and gives the body of the answer, valid until the next call.
func (p *pusher) say(text string) ([]byte, error) {
	r := p.prepped[text]
	if now := p.b.w.Clock.Now(); r == nil || now.After(r.until) {
		r = p.prepare(text, now)
		p.prepped[text] = r
	}
	strconv.AppendInt(r.id[:0], p.b.pushID.Add(1), 10)
	return p.send(r.request)
}

// follow pushes the event of somebody who follows the account.
func (p *pusher) follow() ([]byte, error) {
	now := p.b.w.Clock.Now()
	return p.send(p.request(now, "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event><EventKey></EventKey>"))
}

func (p *pusher) prepare(text string, now time.Time) *preparedPush {
	id := strings.Repeat("0", digitsOfID)
	r := &preparedPush{until: now.Add(signedFor)}
	r.request = p.request(now, "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA["+text+"]]></Content><MsgId>"+id+"</MsgId>")
	at := bytes.LastIndex(r.request, []byte("<MsgId>")) + len("<MsgId>")
	r.id = r.request[at : at+digitsOfID]
	return r
}

func (p *pusher) request(now time.Time, inner string) []byte {
	body := "<xml><ToUserName><![CDATA[gh_bench]]></ToUserName><FromUserName><![CDATA[" + p.person + "]]></FromUserName><CreateTime>" +
		strconv.FormatInt(now.Unix(), 10) + "</CreateTime>" + inner + "</xml>"
	timestamp, nonce := strconv.FormatInt(now.Unix(), 10), strconv.FormatInt(now.UnixNano()%1_000_000_007, 10)
	return fmt.Appendf(nil, "POST /wechat?signature=%s&timestamp=%s&nonce=%s&openid=%s HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s",
		pushSignature(benchToken, timestamp, nonce), timestamp, nonce, p.person, len(body), body)
}

// pushSignature is sha1 over token, timestamp and nonce, sorted and joined.
func pushSignature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, ""))) //nolint:gosec // see above
	return hex.EncodeToString(sum[:])
}

var errPush = errors.New("bench: push not taken")

// send writes a request and reads its answer: a status line, headers, a body of
// the length they name.
func (p *pusher) send(request []byte) ([]byte, error) {
	if _, err := p.conn.Write(request); err != nil {
		return nil, err
	}
	line, err := p.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	ok := bytes.HasPrefix(line, []byte("HTTP/1.1 200"))
	status := ""
	if !ok {
		status = string(bytes.TrimSpace(line))
	}
	length := 0
	for {
		if line, err = p.in.ReadSlice('\n'); err != nil {
			return nil, err
		}
		if len(line) <= 2 {
			break
		}
		if v, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return nil, err
			}
		}
	}
	if cap(p.body) < length {
		p.body = make([]byte, length)
	}
	p.body = p.body[:length]
	if _, err := io.ReadFull(p.in, p.body); err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%w: %s", errPush, status)
	}
	return p.body, nil
}
