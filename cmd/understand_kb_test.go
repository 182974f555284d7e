package cmd

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A base that somebody brings along: what its lines may be, and what is said
// of those that are none.
func TestReadBase(t *testing.T) {
	read := func(text string) (*base, error) {
		t.Helper()
		file := filepath.Join(t.TempDir(), "kb.jsonl")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return readBase(file)
	}
	var bad, many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&bad, "row %d\n", i)
	}
	for i := range 20_000 {
		fmt.Fprintf(&many, `{"id":%d,"question":"第%d号柜台几点开门","answer":"九点"}`+"\n", i, i)
	}
	for _, c := range []struct{ name, text, fault string }{
		{"bad JSON", "{\"id\":1,\"question\":\"a\"}\n{\"id\":2,\n", "line 2: unexpected end"},
		{"no id", `{"question":"a"}`, `line 1: "id" is missing`},
		{"no text or number", `{"id":{"a":1},"question":"a"}`, `line 1: "id" is missing`},
		{"no question", "\n{\"id\":\"x\",\"question\":\" \"}", `line 2: "question" is missing`},
		{"a list", `["id","question"]`, "line 1: json: cannot unmarshal array"},
		{"no JSON at all", bad.String(), "more than 20 lines are faulty"},
		{"a line without end", `{"id":1,"question":"` + strings.Repeat("啊", 2<<20) + `"}`, "line 1: bufio.Scanner: token too long"},
	} {
		_, err := read(c.text)
		if err == nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %v, want %q", c.name, err, c.fault)
		} else if n := strings.Count(err.Error(), "\n"); n > faultsShown {
			t.Errorf("%s: %d lines of faults", c.name, n)
		}
	}
	if _, err := readBase(filepath.Join(t.TempDir(), "none.jsonl")); err == nil || !strings.Contains(err.Error(), "none.jsonl") {
		t.Errorf("no file: %v", err)
	}
	for _, c := range []struct{ name, text, asked, want string }{
		{"empty", "", "几点开门", `{"ranked":[],"answer":null}`},
		{"a mark at the start, blank lines, no end of line", "\ufeff\n{\"id\":\"a\",\"question\":\"图书可以续借吗\"}", "图书可以续借吗", `"answer":"a"`},
		{"an id is kept as it was written", `{"id":1e2,"question":"图书可以续借吗"}`, "圖書可以續借嗎", `"answer":1e2`},
		{"one id twice: two ways to ask", "{\"id\":7,\"question\":\"图书可以续借吗\"}\n{\"id\":7,\"question\":\"能不能晚几天再还\"}", "能不能晚几天再还", `"answer":7`},
		{"many", many.String(), "第777号柜台几点开门", `{"ranked":[{"id":777,`},
		{"a question of nothing", `{"id":1,"question":"。"}`, "。", `{"ranked":[],"answer":null}`},
	} {
		b, err := read(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, err := json.Marshal(b.search(c.asked))
		if err != nil || !strings.Contains(string(got), c.want) {
			t.Errorf("%s: %s, %v, want %s", c.name, got, err, c.want)
		}
	}
}
