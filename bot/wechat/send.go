package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"

	"github.com/silenceper/wechat/v2/officialaccount/material"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"zhenban/bot"
)

// Send delivers one fitted message as a customer-service message (客服消息),
// which WeChat carries for 48 h after the person wrote, five of them, or for a
// minute after a follow, a scan or a menu click, three of them. WeChat gives no
// receipt and knows no key against doubles. While the person waits for a passive
// reply, what is sent waits behind it (so a Receiver must not call Send).
//
// A picture goes up as temporary media first. Other files WeChat cannot carry
// this way; they are given up with code "file", for the sender to record and
// staff to see. Fit has parted them from their text, which goes out.
func (c *Channel) Send(ctx context.Context, address string, m bot.Message, _ string) (string, error) {
	if !openID(address) {
		return "", &bot.SendError{Code: "40003", Reaction: bot.Unreachable, Err: errors.New("not an openid")}
	}
	var out *message.CustomerMessage
	switch {
	case m.Media != nil && (m.Text != "" || len(m.Options) > 0):
		return "", &bot.SendError{Code: "unfitted", Reaction: bot.GiveUp, Alarm: true, Err: errors.New("picture and text in one")}
	case m.Media != nil:
		id, err := c.upload(ctx, m.Media)
		if err != nil {
			return "", harmless(err, c.opts.Clock.Now())
		}
		out = message.NewCustomerImgMessage(address, id)
	default:
		text := render(m)
		if text == "" {
			return "", &bot.SendError{Code: "empty", Reaction: bot.GiveUp, Alarm: true, Err: errors.New("nothing to send")}
		}
		if len(text) > MaxText {
			return "", &bot.SendError{Code: "45002", Reaction: bot.GiveUp, Alarm: true, Err: fmt.Errorf("%d bytes, not fitted", len(text))}
		}
		out = message.NewCustomerTextMessage(address, text)
	}
	body, err := marshal(out)
	if err != nil {
		return "", classify(err, c.opts.Clock.Now())
	}
	c.afterTurn(ctx, address)
	if _, err := c.call(ctx, request{path: "/cgi-bin/message/custom/send", body: body, kind: jsonBody}); err != nil {
		return "", classify(err, c.opts.Clock.Now())
	}
	return "", nil
}

// maxPicture is WeChat's limit for a picture as temporary media.
const maxPicture = 10 << 20

// upload puts a picture up as temporary media, which lives three days.
func (c *Channel) upload(ctx context.Context, m *bot.Media) (string, error) {
	if len(m.Data) == 0 || len(m.Data) > maxPicture {
		return "", &bot.SendError{Code: "picture", Reaction: bot.GiveUp, Err: fmt.Errorf("%d bytes; WeChat takes 1 to %d", len(m.Data), maxPicture)}
	}
	// What the bytes are, not what they were called: WeChat looks as well.
	kind := http.DetectContentType(m.Data)
	name := map[string]string{"image/png": "picture.png", "image/jpeg": "picture.jpg", "image/gif": "picture.gif"}[kind]
	if name == "" {
		return "", &bot.SendError{Code: "file", Reaction: bot.GiveUp, Err: fmt.Errorf("%s cannot be sent in WeChat", kind)}
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", `form-data; name="media"; filename="`+name+`"`)
	header.Set("Content-Type", kind)
	part, err := w.CreatePart(header)
	if err != nil {
		return "", fmt.Errorf("wechat: upload: %w", err)
	}
	_, _ = part.Write(m.Data) // into memory
	if err := w.Close(); err != nil {
		return "", fmt.Errorf("wechat: upload: %w", err)
	}
	r, err := c.call(ctx, request{path: "/cgi-bin/media/upload", query: "type=image", body: body.Bytes(), kind: w.FormDataContentType()})
	if err != nil {
		return "", err
	}
	var media material.Media
	if err := json.Unmarshal(r.body, &media); err != nil || media.MediaID == "" {
		return "", &brokenError{status: r.status}
	}
	return media.MediaID, nil
}

// Fileless implements bot.Fileless: WeChat's customer-service messages know pictures, voice and
// video, but no files.
func (c *Channel) Fileless() {}
