package telegramtest

import (
	"encoding/json"
	"net/url"
	"strings"
)

// Button is one key of an inline keyboard.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data"`
	URL  string `json:"url"`
}

// Keyboard is a reply keyboard: it stands where the person types, until it is
// replaced or removed.
type Keyboard struct {
	Keys    [][]Key
	OneTime bool
	Folded  bool // used once: folded away, but still there
}

// Key is one key of a reply keyboard.
type Key struct {
	Text           string `json:"text"`
	RequestContact bool   `json:"request_contact"`
}

type markup struct {
	inline [][]Button
	reply  *Keyboard
	remove bool
}

func parseMarkup(text string) (markup, error) {
	var k markup
	if text == "" {
		return k, nil
	}
	var fields struct {
		Inline   *[][]json.RawMessage `json:"inline_keyboard"`
		Keyboard *[][]json.RawMessage `json:"keyboard"`
		OneTime  bool                 `json:"one_time_keyboard"`
		Remove   bool                 `json:"remove_keyboard"`
		Force    bool                 `json:"force_reply"`
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return k, bad("object expected as reply markup")
	}
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		return k, bad("can't parse reply keyboard markup JSON object")
	}
	var err error
	switch {
	case fields.Inline != nil:
		k.inline, err = inlineRows(*fields.Inline)
	case fields.Keyboard != nil:
		k.reply, err = replyRows(*fields.Keyboard)
		if k.reply != nil {
			k.reply.OneTime = fields.OneTime
		}
	case fields.Remove:
		k.remove = true
	case fields.Force:
	default:
		return k, bad("can't parse reply markup")
	}
	return k, err
}

func inlineRows(raw [][]json.RawMessage) ([][]Button, error) {
	var rows [][]Button
	total := 0
	for _, r := range raw {
		if len(r) > 8 {
			return nil, bad("too many buttons in a row")
		}
		var row []Button
		for _, text := range r {
			b, err := inlineButton(text)
			if err != nil {
				return nil, err
			}
			row = append(row, b)
			total++
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	if total > 100 {
		return nil, bad("reply markup is too long")
	}
	return rows, nil
}

func inlineButton(text json.RawMessage) (Button, error) {
	var b Button
	var actions map[string]json.RawMessage
	if json.Unmarshal(text, &actions) != nil || json.Unmarshal(text, &b) != nil {
		return b, bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
	}
	if strings.TrimSpace(b.Text) == "" {
		return b, bad("can't parse inline keyboard button: Field \"text\" must be non-empty")
	}
	_, hasData := actions["callback_data"]
	_, hasURL := actions["url"]
	if hasData == hasURL { // "you must use exactly one of the optional fields"
		return b, bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	}
	if hasData && (len(b.Data) < 1 || len(b.Data) > 64) {
		return b, bad("BUTTON_DATA_INVALID")
	}
	if hasURL {
		u, err := url.Parse(b.URL)
		if err != nil || u.Scheme != "tg" && (u.Scheme != "http" && u.Scheme != "https" || !strings.Contains(u.Host, ".")) {
			return b, bad("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
		}
	}
	return b, nil
}

func replyRows(raw [][]json.RawMessage) (*Keyboard, error) {
	k := &Keyboard{}
	total := 0
	for _, r := range raw {
		var row []Key
		for _, text := range r {
			var key Key
			if json.Unmarshal(text, &key.Text) != nil && json.Unmarshal(text, &key) != nil {
				return nil, bad("can't parse keyboard button: KeyboardButton must be a String or an Object")
			}
			if strings.TrimSpace(key.Text) == "" {
				return nil, bad("keyboard button text must be non-empty")
			}
			row = append(row, key)
			total++
		}
		if len(row) > 0 {
			k.Keys = append(k.Keys, row)
		}
	}
	if total == 0 || total > 300 {
		return nil, bad("reply keyboard has a wrong number of keys")
	}
	return k, nil
}
