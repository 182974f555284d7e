package wechattest

import (
	"net/http"
)

// MaxText is how many bytes a text may have.
const MaxText = 2048

// customSend is POST /cgi-bin/message/custom/send.
func (s *Server) customSend(r *http.Request) (any, error) {
	var in struct {
		ToUser  string `json:"touser"`
		MsgType string `json:"msgtype"`
		Text    *struct {
			Content string `json:"content"`
		} `json:"text"`
		Image *struct {
			MediaID string `json:"media_id"`
		} `json:"image"`
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	out := Received{Via: Custom, OpenID: in.ToUser, Type: in.MsgType}
	switch {
	case in.MsgType == "text" && in.Text != nil && in.Image == nil:
		if in.Text.Content == "" {
			return nil, refuse(44004, "empty content")
		}
		if len(in.Text.Content) > MaxText {
			return nil, refuse(45002, "content size out of limit")
		}
		if err := out.read(in.Text.Content); err != nil {
			return nil, s.violate("customer-service message: %w", err)
		}
	case in.MsgType == "image" && in.Image != nil && in.Text == nil:
		s.mu.Lock()
		file, found := s.media[in.Image.MediaID]
		s.mu.Unlock()
		if !found {
			return nil, refuse(40007, "invalid media_id")
		}
		out.MediaID, out.Media = in.Image.MediaID, file.data
	default:
		return nil, refuse(40008, "invalid message type")
	}
	// A passive answer that is already on the wire is read first.
	err := s.wait(r.Context(), func() bool {
		c := s.contacts[in.ToUser]
		return c == nil || c.pushing == 0
	})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.reach(in.ToUser)
	if err != nil {
		return nil, err
	}
	if err := c.use(s.clock.Now()); err != nil {
		return nil, err
	}
	s.deliver(c, out)
	return ok(), nil
}
