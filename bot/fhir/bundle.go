package fhir

import "net/url"

type bundle struct {
	header
	Type  string  `json:"type"`
	Link  []link  `json:"link,omitempty"`
	Entry []entry `json:"entry,omitempty"`
}

type link struct {
	Relation string `json:"relation"`
	URL      string `json:"url"`
}

type entry struct {
	FullURL  string       `json:"fullUrl"`
	Resource instance     `json:"resource"`
	Search   *entrySearch `json:"search"`
}

type entrySearch struct {
	Mode string `json:"mode"`
}

// searchset is a page of a search, with the link to the next one.
func searchset(c *call, kind string, q *query, p page) *bundle {
	root := c.base + "/fhir/" + kind
	b := &bundle{header: header{ResourceType: "Bundle"}, Type: "searchset"}
	b.Link = append(b.Link, link{"self", withQuery(root, q.plain)})
	if p.next != nil {
		values := url.Values{}
		for k, v := range q.plain {
			values[k] = v
		}
		values.Set(pageParam, writeCursor(p.next...))
		b.Link = append(b.Link, link{"next", withQuery(root, values)})
	}
	for _, i := range p.items {
		b.Entry = append(b.Entry, entry{root + "/" + i.head().ID, i, &entrySearch{"match"}})
	}
	return b
}

func withQuery(root string, values url.Values) string {
	if len(values) == 0 {
		return root
	}
	return root + "?" + values.Encode()
}
