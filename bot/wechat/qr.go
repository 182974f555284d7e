package wechat

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
	"github.com/skip2/go-qrcode"
)

// maxQRLife is the longest life of a temporary code.
const maxQRLife = 2_592_000 * time.Second

// QRCode is a code that, scanned, opens the account and brings its scene along
// (as EventFollow or EventScan).
type QRCode struct {
	URL     string    // what the picture says
	Ticket  string    // for mp.weixin.qq.com/cgi-bin/showqrcode
	Expires time.Time // zero: never
}

// QR makes a code for a scene of 1 to 64 bytes: temporary for a ttl of up to 30
// days, permanent for 0. An account has 100,000 permanent ones and cannot
// delete any.
func (c *Channel) QR(ctx context.Context, scene string, ttl time.Duration) (QRCode, error) {
	if scene == "" || len(scene) > 64 {
		return QRCode{}, fmt.Errorf("wechat: QR: a scene has 1 to 64 bytes, not %d", len(scene))
	}
	var ask *basic.Request
	switch {
	case ttl == 0:
		ask = basic.NewLimitQrRequest(scene)
	case ttl < time.Second || ttl > maxQRLife:
		return QRCode{}, fmt.Errorf("wechat: QR: a life of 1 s to %v, not %v", maxQRLife, ttl)
	default:
		ask = basic.NewTmpQrRequest(ttl, scene)
	}
	body, err := marshal(ask)
	if err != nil {
		return QRCode{}, err
	}
	now := c.opts.Clock.Now()
	r, err := c.call(ctx, request{path: "/cgi-bin/qrcode/create", body: body, kind: jsonBody})
	if err != nil {
		return QRCode{}, c.fault(ctx, err)
	}
	var ticket basic.Ticket
	if err := json.Unmarshal(r.body, &ticket); err != nil || ticket.URL == "" {
		return QRCode{}, c.fault(ctx, &brokenError{status: r.status})
	}
	code := QRCode{URL: ticket.URL, Ticket: ticket.Ticket}
	if ttl > 0 {
		code.Expires = now.Add(time.Duration(ticket.ExpireSeconds) * time.Second)
	}
	return code, nil
}

// PNG draws the code, side pixels wide. It is drawn here, so that the picture
// needs no further call.
func (q QRCode) PNG(side int) ([]byte, error) {
	png, err := qrcode.Encode(q.URL, qrcode.Medium, side)
	if err != nil {
		return nil, fmt.Errorf("wechat: QR: %w", err)
	}
	return png, nil
}
