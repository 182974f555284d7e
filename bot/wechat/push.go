package wechat

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// push is what WeChat sends, outer envelope and message alike: the elements
// right under <xml> that the channel reads.
type push struct {
	to, from, kind   string
	created          string
	msgID            string
	content          string
	menuID           string // bizmsgmenuid: which tappable line was tapped
	mediaID, picURL  string
	format           string
	recognition      string
	title, desc, url string
	label            string
	lat, lon         string
	event, eventKey  string
	encrypt          string
	massID, status   string // of a mass message's receipt
	total, filtered  string
	sent, failed     string
	lists            string // what stood in nested <List>s: a line of name=value pairs for each
}

// errXML is any fault of the XML. What it was stays unsaid: it might quote.
var errXML = errors.New("wechat: broken XML")

// maxDepth bounds nesting. WeChat's deepest is pic_sysphoto's
// xml/SendPicsInfo/PicList/item/PicMd5Sum.
const maxDepth = 8

// maxLists bounds what is kept of nested lists, in bytes.
const maxLists = 8 << 10

// listed keeps a pair of a nested list, as subscribe_msg_* events have them:
// xml/SubscribeMsgPopupEvent/List/TemplateId.
func (p *push) listed(depth int, name string, text []byte) {
	switch {
	case len(p.lists) > maxLists:
	case depth == 4 && (name == "TemplateId" || name == "SubscribeStatusString" || name == "ErrorCode"):
		if value := string(text); templateShape(value) {
			p.lists += name + "=" + value + " "
		}
	case depth == 3 && name == "List":
		p.lists += "\n"
	}
}

// templateShape: letters, digits, _ and -, as IDs, states and codes are.
func templateShape(s string) bool { return openID(s) }

// field gives where an element's text belongs, nil for those we do not read.
func (p *push) field(name string) *string {
	switch name {
	case "ToUserName":
		return &p.to
	case "FromUserName":
		return &p.from
	case "CreateTime":
		return &p.created
	case "MsgType":
		return &p.kind
	case "MsgId":
		return &p.msgID
	case "Content":
		return &p.content
	case "bizmsgmenuid":
		return &p.menuID
	case "MediaId":
		return &p.mediaID
	case "PicUrl":
		return &p.picURL
	case "Format":
		return &p.format
	case "Recognition":
		return &p.recognition
	case "Title":
		return &p.title
	case "Description":
		return &p.desc
	case "Url":
		return &p.url
	case "Label":
		return &p.label
	case "Location_X":
		return &p.lat
	case "Location_Y":
		return &p.lon
	case "Event":
		return &p.event
	case "EventKey":
		return &p.eventKey
	case "MsgID":
		return &p.massID
	case "Status":
		return &p.status
	case "TotalCount":
		return &p.total
	case "FilterCount":
		return &p.filtered
	case "SentCount":
		return &p.sent
	case "ErrorCount":
		return &p.failed
	case "Encrypt":
		return &p.encrypt
	}
	return nil
}

// decodePush reads one push.
func decodePush(body []byte) (*push, error) {
	p, ok := scanPush(body)
	if !ok {
		var err error
		if p, err = decodeXML(body); err != nil {
			return nil, err
		}
	}
	p.encrypt = strings.TrimSpace(p.encrypt)
	return p, nil
}

// decodeXML reads a push of any form, strictly: UTF-8, one root named xml, no
// DTD, no entities beyond XML's own five (so no entity bombs), no namespaces,
// bounded depth, nothing after the end, no element twice. It walks tokens:
// reflection into a struct lets more through.
func decodeXML(body []byte) (*push, error) { //nolint:gocyclo // a walk over tokens, one case after another
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = true
	var (
		p     push
		text  []byte
		at    *string // where the text of the open element goes
		depth int
		done  bool
	)
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && done {
			return &p, nil
		}
		if err != nil {
			return nil, errXML
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			if done || depth > maxDepth || t.Name.Space != "" || (depth == 1 && t.Name.Local != "xml") {
				return nil, errXML
			}
			if depth == 2 {
				text = text[:0]
				at = p.field(t.Name.Local)
				if at != nil && *at != "" {
					return nil, errXML
				}
			}
			if depth == 4 && len(p.lists) < maxLists {
				text = text[:0]
			}
		case xml.CharData:
			switch {
			case depth == 2 && at != nil, depth == 4:
				text = append(text, t...)
			case depth < 2 && len(bytes.TrimSpace(t)) > 0:
				return nil, errXML
			}
		case xml.EndElement:
			if depth == 2 && at != nil {
				*at, at = string(text), nil
			}
			p.listed(depth, t.Name.Local, text)
			depth--
			done = depth == 0
		case xml.Directive:
			return nil, errXML // <!DOCTYPE …>
		case xml.ProcInst:
			if t.Target != "xml" || depth > 0 || done {
				return nil, errXML
			}
		}
	}
}
