package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/silenceper/wechat/v2/util"
)

// Media downloads a picture or a voice that a person sent; WeChat keeps it for
// three days. It gives the bytes and their content type. A video comes as an
// address instead, and is refused.
func (c *Channel) Media(ctx context.Context, id string) ([]byte, string, error) {
	if id == "" {
		return nil, "", errors.New("wechat: media: no id")
	}
	r, err := c.call(ctx, request{path: "/cgi-bin/media/get", query: "media_id=" + url.QueryEscape(id), media: true})
	if err != nil {
		return nil, "", c.fault(ctx, err)
	}
	var other struct {
		util.CommonError
		VideoURL string `json:"video_url"`
	}
	if json.Unmarshal(r.body, &other) == nil {
		return nil, "", errors.New("wechat: media: not a picture or a voice")
	}
	return r.body, r.kind, nil
}

// Check tries the credentials: it fetches a token, if none is at hand, and asks
// for WeChat's own addresses, the cheapest call there is.
func (c *Channel) Check(ctx context.Context) error {
	if _, err := c.call(ctx, request{path: "/cgi-bin/getcallbackip"}); err != nil {
		return harmless(err, c.opts.Clock.Now())
	}
	return nil
}
