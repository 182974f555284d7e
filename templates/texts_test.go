package templates

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"

	"github.com/google/go-cmp/cmp"

	"zhenban/config"
)

func load(t *testing.T) *Book {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every text exists in every language and is filled from the same fields.
func TestSameInEveryLanguage(t *testing.T) {
	b := load(t)
	want := b.texts[config.Hans]
	for _, lang := range config.Languages()[1:] {
		have := b.texts[lang]
		for key, text := range want {
			other, ok := have[key]
			if !ok {
				t.Errorf("%s lacks %s", lang, key)
				continue
			}
			if diff := cmp.Diff(fields(t, text), fields(t, other)); diff != "" {
				t.Errorf("%s of %s is filled from other fields (-zh-Hans +%s):\n%s", key, lang, lang, diff)
			}
		}
		for key := range have {
			if _, ok := want[key]; !ok {
				t.Errorf("%s has %s, which zh-Hans lacks", lang, key)
			}
		}
	}
}

// root is a text's parsed template.
func root(t *testing.T, x text) parse.Node {
	t.Helper()
	tmpl, err := x.tmpl()
	if err != nil {
		t.Fatal(err)
	}
	return tmpl.Root
}

// fields lists the fields a template names, sorted.
func fields(t *testing.T, x text) []string {
	t.Helper()
	if x.tmpl == nil {
		return nil
	}
	found := map[string]bool{}
	walk(root(t, x), func(n parse.Node) {
		switch n := n.(type) {
		case *parse.FieldNode:
			found[strings.Join(n.Ident, ".")] = true
		case *parse.VariableNode:
			if len(n.Ident) > 1 && n.Ident[0] == "$" {
				found[strings.Join(n.Ident[1:], ".")] = true
			}
		}
	})
	return slices.Sorted(maps.Keys(found))
}

func walk(n parse.Node, visit func(parse.Node)) {
	branch := func(b *parse.BranchNode) {
		walk(b.Pipe, visit)
		walk(b.List, visit)
		if b.ElseList != nil {
			walk(b.ElseList, visit)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, c := range n.Nodes {
			walk(c, visit)
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			for _, a := range c.Args {
				walk(a, visit)
			}
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	}
	visit(n)
}

// maxStatic leaves room for what is filled in and for the numbered options in
// one passive reply of WeChat, which ends at 2,048 bytes.
const maxStatic = 600

func TestFitsAPhone(t *testing.T) {
	for lang, texts := range load(t).texts {
		for key, x := range texts {
			n := len(x.plain)
			if x.tmpl != nil {
				n = longest(root(t, x))
			}
			if n > maxStatic {
				t.Errorf("%s %s says %d bytes by itself, at most %d", lang, key, n, maxStatic)
			}
		}
	}
}

// longest is how many bytes a template can say without what is filled in.
func longest(n parse.Node) int {
	branch := func(b *parse.BranchNode) int {
		m := longest(b.List)
		if b.ElseList != nil {
			m = max(m, longest(b.ElseList))
		}
		return m
	}
	switch n := n.(type) {
	case *parse.TextNode:
		return len(n.Text)
	case *parse.ListNode:
		sum := 0
		for _, c := range n.Nodes {
			sum += longest(c)
		}
		return sum
	case *parse.IfNode:
		return branch(&n.BranchNode)
	case *parse.WithNode:
		return branch(&n.BranchNode)
	case *parse.RangeNode:
		return branch(&n.BranchNode)
	}
	return 0
}

// Every text named in the code exists, and every text is named in the code:
// whole, or by the part before a variable end ("hours.weekday_").
func TestNamedInTheCode(t *testing.T) {
	b := load(t)
	groups := map[string]bool{}
	for key := range b.texts[config.Hans] {
		group, _, _ := strings.Cut(key, ".")
		groups[group] = true
	}
	whole, parts := namedKeys(t, groups)
	for key, file := range whole {
		if !b.Has(key) {
			t.Errorf("%s names %s, which is not there", file, key)
		}
	}
	// Kept on purpose: the notice for a text that was cut is said once the
	// channels cut; the other two are booking's to drop or to say.
	kept := []string{"book.confirm_yes", "book.confirm_move_yes"}
	for key := range b.texts[config.Hans] {
		if slices.Contains(kept, key) {
			continue
		}
		if base, is := strings.CutSuffix(key, Large); is && b.Has(base) { // said instead of it in large print
			for _, f := range fields(t, b.texts[config.Hans][key]) {
				if !slices.Contains(fields(t, b.texts[config.Hans][base]), f) {
					t.Errorf("%s is filled from %s, which %s is not", key, f, base)
				}
			}
			continue
		}
		if whole[key] != "" || strings.HasSuffix(key, ".title") { // the engine names titles by their conversation
			continue
		}
		if !slices.ContainsFunc(parts, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("%s is not used", key)
		}
	}
}

var (
	wholeKey = regexp.MustCompile(`^([a-z]+)\.[a-z][a-z0-9_]*[a-z0-9]$`)
	partKey  = regexp.MustCompile(`^([a-z]+)\.([a-z][a-z0-9_]*_)?$`)
	lastKey  = regexp.MustCompile(`^\.[a-z][a-z0-9_]*$`)
)

// namedKeys finds the strings of the code that are keys: whole ones, parts of
// one ("notice." + kind), and ends of one (group + ".passed").
func namedKeys(t *testing.T, groups map[string]bool) (whole map[string]string, parts []string) {
	t.Helper()
	whole = map[string]string{}
	files := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && slices.Contains([]string{"config", "models", "text"}, d.Name()) {
			return filepath.SkipDir // below the texts: whatever looks like a key there is none
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			s, err := strconv.Unquote(lit.Value)
			if err != nil {
				return true
			}
			if m := wholeKey.FindStringSubmatch(s); m != nil && groups[m[1]] && !strings.HasSuffix(s, ".db") {
				whole[s] = path
			} else if m := partKey.FindStringSubmatch(s); m != nil && groups[m[1]] {
				parts = append(parts, s)
			} else if lastKey.MatchString(s) {
				for g := range groups {
					parts = append(parts, g+s)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return whole, parts
}

// What people read has no Latin punctuation between Chinese characters, no
// chains of exclamation marks, and no simplified quotation marks in the
// traditional texts.
func TestPunctuation(t *testing.T) {
	b := load(t)
	latin := regexp.MustCompile(`\p{Han}[,;:!?]`)
	for lang, texts := range b.texts {
		for key, x := range texts {
			source := x.plain
			if lang != config.English && latin.MatchString(source) && x.tmpl == nil {
				t.Errorf("%s %s has Latin punctuation: %s", lang, key, source)
			}
			if strings.Contains(source, "！！") || strings.Contains(source, "!!") {
				t.Errorf("%s %s shouts: %s", lang, key, source)
			}
			if lang == config.Hant && strings.ContainsAny(source, "“”") {
				t.Errorf("%s %s has simplified quotation marks: %s", lang, key, source)
			}
		}
	}
}
