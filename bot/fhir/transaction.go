package fhir

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"zhenban/models"
)

// maxEntries bounds a Bundle.
const maxEntries = 500

type bundleAnswer struct {
	header
	Type  string        `json:"type"`
	Entry []answerEntry `json:"entry,omitempty"`
}

type answerEntry struct {
	Response answerResponse `json:"response"`
}

type answerResponse struct {
	Status   string            `json:"status"`
	Location string            `json:"location,omitempty"`
	Outcome  *operationOutcome `json:"outcome,omitempty"`
}

// bundle keeps a transaction, all or nothing, or a batch, each entry by itself.
func (s *server) bundle(c *call, root elem) (result, error) {
	res := result{kind: "Bundle"}
	root.only("identifier type timestamp total link entry signature")
	kind := ""
	if root.need("type") {
		if kind = root.text("type"); kind != "transaction" && kind != "batch" {
			root.bad("type", "%q: only a transaction or a batch is taken", label(kind))
		}
	}
	entries := root.list("entry")
	if len(entries) > maxEntries {
		root.d.add(badRule, "too-costly", root.at("entry"), "more than %d entries", maxEntries)
	}
	if kind == "batch" && root.d.status == 0 {
		res.body, res.count = s.batch(c, entries), len(entries)
		return res, nil
	}
	var list []*draft
	urls := map[string]bool{}
	for _, e := range entries {
		d := c.entry(e)
		if d == nil {
			continue
		}
		if d.fullURL != "" && urls[d.fullURL] {
			e.bad("fullUrl", "stands here twice (bdl-7)")
		}
		urls[d.fullURL] = true
		list = append(list, d)
	}
	if err := errors.Join(c.failed, root.d.fault()); err != nil {
		return res, err
	}
	if err := s.keep(c, root.d, list); err != nil {
		return res, err
	}
	out := &bundleAnswer{header: header{ResourceType: "Bundle"}, Type: "transaction-response"}
	for _, d := range list {
		out.Entry = append(out.Entry, d.answer())
	}
	res.body, res.count = out, len(list)
	return res, nil
}

// batch keeps each entry by itself. Faults at the root were told before; those
// of an entry's JSON belong to it.
func (s *server) batch(c *call, entries []elem) *bundleAnswer {
	out := &bundleAnswer{header: header{ResourceType: "Bundle"}, Type: "batch-response"}
	for _, e := range entries {
		e.d = &doc{zone: e.d.zone}
		c.failed = nil
		e.d.hygiene(e.m, e.path, 0)
		d := c.entry(e)
		err := errors.Join(c.failed, e.d.fault())
		if err == nil {
			err = s.keep(c, e.d, []*draft{d})
		}
		if err == nil {
			out.Entry = append(out.Entry, d.answer())
			continue
		}
		f := s.known(err)
		out.Entry = append(out.Entry, answerEntry{answerResponse{Status: statusLine(f.status), Outcome: f.outcome()}})
	}
	return out
}

// entry reads one entry of a Bundle.
func (c *call) entry(e elem) *draft {
	r, ok := e.object("request")
	if !ok {
		e.need("request")
		return nil
	}
	method, url := r.text("method"), r.text("url")
	if method != http.MethodPost {
		r.bad("method", "%q: only POST is taken", label(method))
		return nil
	}
	body, ok := e.object("resource")
	if !ok {
		e.need("resource")
		return nil
	}
	if name := body.text("resourceType"); url != name {
		r.bad("url", "%q is not the type of the resource, %q", label(url), label(name))
		return nil
	}
	d := c.draft(body)
	d.fullURL, d.ifNoneExist = e.text("fullUrl"), r.text("ifNoneExist")
	return d
}

func (d *draft) answer() answerEntry {
	status := http.StatusOK
	if d.fate == models.FateNew {
		status = http.StatusCreated
	}
	out := answerEntry{answerResponse{Status: statusLine(status), Location: d.kind + "/" + d.id}}
	for _, n := range d.e.d.notes {
		if strings.HasPrefix(n.Expression[0], d.e.path+".") {
			if out.Response.Outcome == nil {
				out.Response.Outcome = &operationOutcome{header: header{ResourceType: "OperationOutcome"}}
			}
			out.Response.Outcome.Issue = append(out.Response.Outcome.Issue, n)
		}
	}
	return out
}

func statusLine(status int) string { return strconv.Itoa(status) + " " + http.StatusText(status) }
