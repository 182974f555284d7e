package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Language is a BCP 47 tag of a language the product speaks.
type Language string

// The languages every text for people exists in.
const (
	Hans    Language = "zh-Hans" // simplified Chinese, the default
	Hant    Language = "zh-Hant" // traditional Chinese
	English Language = "en"
)

// Languages lists every supported language, the default first.
func Languages() []Language { return []Language{Hans, Hant, English} }

// large marks a language spoken in large print: short lines, plain words.
const large = "-x-large"

// Large is the language in large print. A text that has no wording for it is
// said as it is to everybody.
func (l Language) Large() Language {
	if base, is := l.Base(); is || base == "" {
		return l
	}
	return l + large
}

// Base is the language itself, and whether it is spoken in large print.
func (l Language) Base() (base Language, isLarge bool) {
	s, is := strings.CutSuffix(string(l), large)
	return Language(s), is
}

// Text is one wording in up to three languages. In YAML it is a plain string
// (simplified Chinese) or a map of language to string.
type Text map[Language]string

// In returns the wording in lang, or the nearest there is: Hant falls back to
// Hans, English to Hans, Hans to whatever exists. Empty when there is none.
func (t Text) In(lang Language) string {
	lang, _ = lang.Base()
	if s := t[lang]; s != "" {
		return s
	}
	for _, l := range Languages() {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// hashText names a wording in all its languages and where it comes from, so
// that an approval is of exactly this.
func hashText(source string, texts ...Text) string {
	h := sha256.New()
	for _, t := range texts {
		for _, l := range Languages() {
			fmt.Fprintf(h, "%q ", t.In(l))
		}
	}
	fmt.Fprintf(h, "%q", source)
	return hex.EncodeToString(h.Sum(nil))
}

// UnmarshalYAML reads a plain string or a map of language to string.
func (t *Text) UnmarshalYAML(unmarshal func(any) error) error {
	var plain string
	if err := unmarshal(&plain); err == nil {
		*t = Text{Hans: plain}
		return nil
	}
	var m map[Language]string
	if err := unmarshal(&m); err != nil {
		return err
	}
	for l := range m {
		if l != Hans && l != Hant && l != English {
			return fmt.Errorf("unknown language %q: use zh-Hans, zh-Hant or en", l)
		}
	}
	*t = m
	return nil
}
