package bot

import (
	"strings"
	"unicode"

	"zhenban/bot/nlu"
	"zhenban/config"
)

// guessLanguage reads a platform's language tag: zh_TW, zh-hant, en-GB …
func guessLanguage(tag string, fallback config.Language) config.Language {
	t := strings.ToLower(strings.ReplaceAll(tag, "_", "-"))
	switch {
	case strings.HasPrefix(t, "zh-hant"), t == "zh-tw", t == "zh-hk", t == "zh-mo":
		return config.Hant
	case strings.HasPrefix(t, "zh"):
		return config.Hans
	case t != "":
		return config.English
	}
	return fallback
}

// followLanguage changes the language when a text plainly is in another: any
// traditional character, Chinese to somebody spoken to in English, or an
// English sentence. One Latin word (a pet's name, a code) changes nothing,
// except a command as the very first thing a person says.
func followLanguage(lang config.Language, text string, first bool) config.Language {
	switch {
	case nlu.IsTraditional(text):
		return config.Hant
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		if lang == config.English {
			return config.Hans
		}
	case nlu.IsEnglish(text):
		_, command := nlu.Command(text)
		if words := len(strings.Fields(text)); words >= 3 || first && (words >= 2 || command) {
			return config.English
		}
	}
	return lang
}
