package wechat

import (
	"net/http"
	"strings"
)

// Receipts that WeChat sends when it is done with what it had taken.
const (
	eventMass     = "MASSSENDJOBFINISH"
	eventTemplate = "TEMPLATESENDJOBFINISH"
)

// receipt takes an event that is no person's doing; false for any other.
func (h *webhook) receipt(w http.ResponseWriter, r *http.Request, p *push) bool {
	var err error
	switch {
	case p.massID == "":
		return false
	case p.event == eventMass && h.opts.Massed != nil:
		err = h.opts.Massed(r.Context(), p.massReport())
	case p.event == eventTemplate && h.opts.Undelivered != nil && openID(p.from):
		// Status is "success", "failed:user block" or "failed: system failed".
		if !strings.EqualFold(strings.TrimSpace(p.status), "success") {
			err = h.opts.Undelivered(r.Context(), "wechat:"+p.from, p.massID, shorten(p.status, 60))
		}
	default:
		return false
	}
	if err != nil {
		h.opts.Log.Warn("wechat: a receipt was not kept; WeChat tells it again", "event", p.event, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return true
	}
	h.success(w)
	return true
}
