package webchat

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzClean(f *testing.F) {
	f.Add("预约\r\n明天\x00 ", 5)
	f.Add("\xff\xfe", 1)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = min(max(limit, 1), MaxText)
		got, cut := clean(s, limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit || strings.ContainsAny(got, "\x00\x1b\r") {
			t.Fatalf("clean(%q, %d) = %q", s, limit, got)
		}
		if again, _ := clean(got, limit); !cut && again != got {
			t.Fatalf("not settled: %q, then %q", got, again)
		}
	})
}

func FuzzFileName(f *testing.F) {
	f.Add(`C:\a\..\豆豆.png`)
	f.Add("../../etc/passwd")
	f.Fuzz(func(t *testing.T, s string) {
		got := fileName(s)
		if strings.ContainsAny(got, `/\:*?"<>|`+"\x00\n") || got == "." || got == ".." || utf8.RuneCountInString(got) > maxFileName || !utf8.ValidString(got) {
			t.Fatalf("fileName(%q) = %q", s, got)
		}
	})
}

func FuzzSplit(f *testing.F) {
	f.Add("a\nb\nc", 3)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = min(max(limit, 1), 1000)
		for _, p := range split(s, limit) {
			if utf8.RuneCountInString(p) > limit {
				t.Fatalf("split(%q, %d) has %q", s, limit, p)
			}
		}
	})
}
