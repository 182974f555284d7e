package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/silenceper/wechat/v2/util"

	"zhenban/bot"
)

// The errcodes of a picture that WeChat does not give out any more, or never
// had, and of an account that may not ask.
const (
	invalidMedia = 40007
	unauthorized = 48001
)

// Fetch implements bot.Fetcher. A picture has an address besides its id, which
// an account without the right to download (48001) is left with; only WeChat's
// own hosts are asked.
func (c *Channel) Fetch(ctx context.Context, m *bot.Media) ([]byte, error) {
	data, _, err := c.Media(ctx, m.ID)
	var code *codeError
	switch {
	case err == nil:
		return data, nil
	case errors.As(err, &code) && code.code == invalidMedia:
		return nil, fmt.Errorf("%w: %w", bot.ErrFileGone, err)
	case errors.As(err, &code) && code.code == unauthorized || m.ID == "":
		return c.picture(ctx, m.URL)
	}
	return nil, err
}

// pictureHosts are where PicUrl leads.
var pictureHosts = [...]string{"mmbiz.qpic.cn", "mmsns.qpic.cn"}

// picture downloads a PicUrl, which needs no token.
func (c *Channel) picture(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !slices.Contains(pictureHosts[:], u.Host) && !strings.HasPrefix(address, c.base+"/") {
		return nil, bot.ErrFileGone
	}
	ctx, cancel := context.WithTimeout(ctx, callWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, bot.ErrFileGone
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("wechat: picture: %w", c.redact(err, ""))
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end or given up
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: HTTP %d", bot.ErrFileGone, resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxMedia+1))
	if err != nil {
		return nil, fmt.Errorf("wechat: picture: %w", c.redact(err, ""))
	}
	if len(data) > maxMedia {
		return nil, bot.ErrFileTooLarge
	}
	return data, nil
}

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
