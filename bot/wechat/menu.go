package wechat

import (
	"context"
	"errors"
	"fmt"

	"github.com/silenceper/wechat/v2/officialaccount/menu"
)

// Limits of the menu below the chat.
const (
	maxButtons    = 3
	maxSubButtons = 5
	maxButtonName = 16 // bytes; of a sub-button 60
	maxSubName    = 60
	maxButtonKey  = 128
	maxButtonURL  = 1024
)

// MenuButton is one button of the menu below the chat: it holds either others,
// or a key, a command word that comes back as if the person had typed it, or
// the address of a page.
type MenuButton struct {
	Name string
	Key  string
	URL  string
	Sub  []MenuButton
}

// CreateMenu replaces the account's menu. Every fault of the buttons is told at
// once, before WeChat is asked.
func (c *Channel) CreateMenu(ctx context.Context, buttons []MenuButton) error {
	if len(buttons) == 0 || len(buttons) > maxButtons {
		return fmt.Errorf("wechat: menu: 1 to %d buttons, not %d", maxButtons, len(buttons))
	}
	var faults []error
	list := make([]*menu.Button, 0, len(buttons))
	for _, b := range buttons {
		faults = append(faults, b.faults(maxButtonName)...)
		out := b.button()
		if len(b.Sub) > maxSubButtons {
			faults = append(faults, fmt.Errorf("wechat: menu: %s: at most %d sub-buttons", b.Name, maxSubButtons))
		}
		for _, s := range b.Sub {
			faults = append(faults, s.faults(maxSubName)...)
			if len(s.Sub) > 0 {
				faults = append(faults, fmt.Errorf("wechat: menu: %s: two levels at most", s.Name))
			}
			out.SubButtons = append(out.SubButtons, s.button())
		}
		list = append(list, out)
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	body, err := marshal(map[string]any{"button": list})
	if err != nil {
		return err
	}
	if _, err := c.call(ctx, request{path: "/cgi-bin/menu/create", body: body, kind: jsonBody}); err != nil {
		return c.fault(ctx, err)
	}
	return nil
}

func (b *MenuButton) faults(maxName int) (faults []error) {
	does := 0
	for _, set := range []bool{b.Key != "", b.URL != "", len(b.Sub) > 0} {
		if set {
			does++
		}
	}
	if b.Name == "" || len(b.Name) > maxName {
		faults = append(faults, fmt.Errorf("wechat: menu: the name %q has not 1 to %d bytes", b.Name, maxName))
	}
	if does != 1 {
		faults = append(faults, fmt.Errorf("wechat: menu: %s: one of key, address and sub-buttons", b.Name))
	}
	if len(b.Key) > maxButtonKey || len(b.URL) > maxButtonURL {
		faults = append(faults, fmt.Errorf("wechat: menu: %s: key over %d or address over %d bytes", b.Name, maxButtonKey, maxButtonURL))
	}
	return faults
}

func (b *MenuButton) button() *menu.Button {
	out := new(menu.Button)
	switch {
	case b.Key != "":
		return out.SetClickButton(b.Name, b.Key)
	case b.URL != "":
		return out.SetViewButton(b.Name, b.URL)
	default:
		return out.SetSubButton(b.Name, nil)
	}
}
