package client

import (
	"testing"

	"zhenban/bot/nlu"
)

// What is looked up in simplified script and lower case must be written so.
func TestSpokenWordsAreFolded(t *testing.T) {
	for w := range spokenWords() {
		if plainWords(w) != w {
			t.Errorf("%q is looked up as %q", w, plainWords(w))
		}
		if in, ok := nlu.Command(w); ok {
			t.Errorf("%q is a command of nlu already: %s", w, in)
		}
	}
}

func TestMaskPhone(t *testing.T) {
	for phone, want := range map[string]string{"+8613800138000": "+86138****8000", "12345": "12345", "": ""} {
		if got := maskPhone(phone); got != want {
			t.Errorf("%q: %q, want %q", phone, got, want)
		}
	}
}
