package wechat

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"zhenban/bot"
)

type trivial struct{}

func (trivial) Receive(_ context.Context, in bot.Inbound) (bot.Reply, error) {
	return bot.Reply{Seq: 1, Inline: []bot.Message{{Text: "您好，请选择：", Options: []bot.Option{
		{Label: "预约", Value: "/book", Ref: "/book"}, {Label: "报告", Value: "/reports", Ref: "/reports"}, {Label: "人工", Value: "/agent", Ref: "/agent"},
	}}}}, nil
}

func (trivial) Late(context.Context, bot.Reply) error { return nil }

// sink is a ResponseWriter that keeps nothing.
type sink struct {
	header http.Header
	status int
	n      int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(b []byte) (int, error) { s.n += len(b); return len(b), nil }
func (s *sink) WriteHeader(status int)      { s.status = status }

// rewind is a body that can be read again and again.
type rewind struct{ bytes.Reader }

func (*rewind) Close() error { return nil }

// BenchmarkHandler is a whole push, from the request to the bytes of the answer,
// without the HTTP server around it.
func BenchmarkHandler(b *testing.B) {
	for _, mode := range []string{"plain", "safe"} {
		b.Run(mode, func(b *testing.B) {
			o := Options{AppID: testApp, Secret: "s", Token: "tokentoken", Clock: clockwork.NewRealClock()}
			if mode == "safe" {
				o.AESKey = testKey
			}
			c, err := New(o)
			if err != nil {
				b.Fatal(err)
			}
			handler := c.Handler(trivial{})
			body, query := benchPush(c)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				reader := new(rewind)
				r := httptest.NewRequest(http.MethodPost, "/wechat?"+query, http.NoBody)
				r.Body, r.ContentLength = reader, int64(len(body))
				w := &sink{header: http.Header{}}
				for pb.Next() {
					reader.Reset(body)
					w.status, w.n = 0, 0
					handler.ServeHTTP(w, r)
					if w.status != 0 || w.n < 200 {
						b.Errorf("status %d, %d bytes", w.status, w.n)
						return
					}
				}
			})
		})
	}
}

func benchPush(c *Channel) (body []byte, query string) {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	text := fmt.Sprintf("<xml><ToUserName><![CDATA[gh_zhenban00001]]></ToUserName>\n<FromUserName><![CDATA[oLVPpjqs9BhvzwPj5A-vTYAX3GLc]]></FromUserName>\n<CreateTime>%s</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[我想预约明天下午的口腔检查]]></Content>\n<MsgId>7000000000000001</MsgId>\n</xml>", now)
	signature := sign(c.opts.Token, now, "123456")
	query = "signature=" + string(signature[:]) + "&timestamp=" + now + "&nonce=123456&openid=oLVPpjqs9BhvzwPj5A-vTYAX3GLc"
	if len(c.keys) == 0 {
		return []byte(text), query
	}
	sealed := string(c.keys[0].seal(nil, []byte(text), c.opts.AppID))
	signature = sign(c.opts.Token, now, "123456", sealed)
	return []byte("<xml><ToUserName><![CDATA[gh_zhenban00001]]></ToUserName><Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>"),
		query + "&encrypt_type=aes&msg_signature=" + string(signature[:])
}

func BenchmarkDecodePush(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodePush([]byte(pushes[0])); err != nil {
			b.Fatal(err)
		}
	}
}
