package client

import (
	"context"
	"strings"

	"zhenban/bot"
	"zhenban/config"
)

// Language sets what the assistant speaks. Arg of /language: a language's tag.
type Language struct{}

// Name implements bot.Flow.
func (Language) Name() string { return "language" }

// Step implements bot.Flow.
func (Language) Step(_ context.Context, t *bot.Turn) error {
	for _, l := range config.Languages() {
		if !strings.EqualFold(t.Arg, string(l)) {
			continue
		}
		t.Lang, t.Contact.Language = l, string(l)
		t.Hub()
		t.Say("language.set", nil, t.Option("menu.menu", nil, "/menu"))
		return nil
	}
	var options []bot.Option
	for _, l := range config.Languages() { // each in its own name, whatever is spoken now
		options = append(options, bot.Option{Label: t.TextIn(l, "language.name", nil), Value: "/language " + string(l)})
	}
	t.Hub()
	t.Say("language.ask", nil, options...)
	return nil
}

// languageWords name a language, or the wish to change it.
var languageWords = map[string]string{
	"语言": "/language", "語言": "/language", "切换语言": "/language", "language": "/language",
	"english": "/language en", "英文": "/language en", "英语": "/language en", "in english please": "/language en",
	"简体": "/language zh-Hans", "简体中文": "/language zh-Hans", "中文": "/language zh-Hans", "chinese": "/language zh-Hans",
	"繁体": "/language zh-Hant", "繁体中文": "/language zh-Hant", "繁體": "/language zh-Hant", "繁體中文": "/language zh-Hant",
}

// Words takes the words that are commands of the clients' conversations.
func Words(text string) (command string, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if command, ok = languageWords[text]; ok {
		return command, true
	}
	command, ok = languageWords[plainWords(text)]
	return command, ok
}
