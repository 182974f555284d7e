package config

import (
	"slices"
	"strings"
)

// What WeChat allows of a custom menu: 3 buttons of 16 bytes, each with up to
// 5 below it of 60 bytes (developers.weixin.qq.com, 自定义菜单创建接口).
const (
	maxButtons, maxButtonBytes       = 3, 16
	maxSubButtons, maxSubButtonBytes = 5, 60
)

// Commands lists the words that are understood anywhere in a conversation, in
// simplified Chinese; a menu button says one of them, or asks for one of the
// facts that follow.
func Commands() []string {
	return []string{
		"菜单", "预约", "我的预约", "报告", "打卡", "知识", "会员", "投诉", "评价", "人工", "取消", "返回", "退订", "隐私", "帮助",
		"价格", "营业时间", "地址",
	}
}

func (v *validator) menu() {
	if len(v.Menu) > maxButtons {
		v.add(at("menu", maxButtons), "is one too many: WeChat shows %d buttons", maxButtons)
	}
	for i, b := range v.Menu {
		key := at("menu", i)
		if len(b.Buttons) == 0 {
			v.button(key, b, maxButtonBytes)
			continue
		}
		v.buttonName(key+".name", b.Name, maxButtonBytes)
		if b.Command != "" || b.URL != "" {
			v.add(key, "opens other buttons, so it has no command and no url")
		}
		if len(b.Buttons) > maxSubButtons {
			v.add(at(key+".buttons", maxSubButtons), "is one too many: WeChat shows %d below a button", maxSubButtons)
		}
		for j, sub := range b.Buttons {
			v.button(at(key+".buttons", j), sub, maxSubButtonBytes)
			if len(sub.Buttons) > 0 {
				v.add(at(key+".buttons", j)+".buttons", "is a third level: WeChat has two")
			}
		}
	}
}

func (v *validator) button(key string, b MenuButton, most int) {
	v.buttonName(key+".name", b.Name, most)
	switch {
	case (b.Command == "") == (b.URL == "") && len(b.Buttons) == 0:
		v.add(key, "needs a command or a url, one of them")
	case b.URL != "":
		v.link(key+".url", b.URL)
	case b.Command != "" && !slices.Contains(Commands(), b.Command):
		v.add(key+".command", "%q is no command: use %s", b.Command, strings.Join(Commands(), " "))
	}
}

func (v *validator) buttonName(key string, name Text, most int) {
	v.text(key, name)
	for _, lang := range Languages() {
		if n := len(name[lang]); n > most {
			v.add(key, "in %s is %d bytes long, and WeChat shows %d", lang, n, most)
		}
	}
}
