package config

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds on a file before it is given to the YAML parser, which recurses:
// far above any real profile, far below what would exhaust the stack.
const (
	maxFile   = 1 << 20 // bytes
	maxLine   = 8 << 10 // bytes
	maxNested = 200     // open brackets
)

// document is one parsed YAML file, kept to find where a value stands.
type document struct {
	file string
	root ast.Node // nil for an empty file
}

// parseDocument reads the one YAML document in data.
func parseDocument(file string, data []byte) (doc *document, err error) {
	fault := func(line, column int, format string, args ...any) error {
		return Faults{{File: file, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}}
	}
	if line, why := outOfBounds(data); why != "" {
		return nil, fault(line, min(line, 1), "%s", why)
	}
	// The parser is a foreign library fed with foreign bytes.
	defer func() {
		if r := recover(); r != nil {
			doc, err = nil, fault(0, 0, "is no YAML that can be read: %v", r)
		}
	}()
	tree, err := parser.ParseBytes(bytes.TrimPrefix(data, []byte("\ufeff")), 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
			return nil, fault(at.GetToken().Position.Line, at.GetToken().Position.Column, "is no valid YAML: %s", at.GetMessage())
		}
		return nil, fault(0, 0, "is no valid YAML: %s", strings.SplitN(err.Error(), "\n", 2)[0])
	}
	doc = &document{file: file}
	for _, d := range tree.Docs {
		if d == nil || d.Body == nil || d.Body.Type() == ast.CommentType {
			continue
		}
		if doc.root != nil {
			line, column := position(d.Body)
			return nil, fault(line, column, "holds a second YAML document: keep one")
		}
		doc.root = d.Body
	}
	return doc, nil
}

func outOfBounds(data []byte) (line int, why string) {
	if len(data) > maxFile {
		return 0, fmt.Sprintf("is larger than %d KiB", maxFile>>10)
	}
	nested := 0
	for text := range bytes.Lines(data) {
		line++
		if len(text) > maxLine {
			return line, fmt.Sprintf("has a line of more than %d bytes", maxLine)
		}
		if nested += bytes.Count(text, []byte("[")) + bytes.Count(text, []byte("{")); nested > maxNested {
			return line, fmt.Sprintf("has more than %d brackets open", maxNested)
		}
		nested = max(0, nested-bytes.Count(text, []byte("]"))-bytes.Count(text, []byte("}")))
	}
	return 0, ""
}

// locate finds the line and column of a key path, or of the nearest thing
// around it that the file does hold.
func (d *document) locate(path string) (line, column int) {
	n := d.root
	if n == nil {
		return 0, 0
	}
	line, column = position(n)
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		switch t := bare(n).(type) {
		case *ast.MappingNode:
			n = nil
			for _, kv := range t.Values {
				if keyOf(kv) == step {
					n = kv.Value
					line, column = position(kv.Key)
					break
				}
			}
		case *ast.SequenceNode:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(t.Values) {
				return line, column
			}
			n = t.Values[i]
			line, column = position(n)
		default:
			return line, column
		}
		if n == nil {
			return line, column
		}
	}
	return line, column
}

// has reports whether a key stands at the top of the file.
func (d *document) has(key string) bool {
	m, ok := bare(d.root).(*ast.MappingNode)
	return ok && slices.ContainsFunc(m.Values, func(kv *ast.MappingValueNode) bool { return keyOf(kv) == key })
}

// place fills in file, line and column of faults that only know their key.
func (d *document) place(faults Faults) Faults {
	for i := range faults {
		if faults[i].File == "" {
			faults[i].File = d.file
			faults[i].Line, faults[i].Column = d.locate(faults[i].Key)
		}
	}
	return faults
}

// bare strips tags and anchors, and gives a lone pair the form of a mapping.
func bare(n ast.Node) ast.Node {
	for {
		switch t := n.(type) {
		case *ast.AnchorNode:
			n = t.Value
		case *ast.TagNode:
			n = t.Value
		case *ast.MappingValueNode:
			return &ast.MappingNode{BaseNode: &ast.BaseNode{}, Start: t.Start, Values: []*ast.MappingValueNode{t}}
		default:
			return n
		}
	}
}

func keyOf(kv *ast.MappingValueNode) string {
	if kv == nil || kv.Key == nil {
		return ""
	}
	key := bare(kv.Key)
	if m, ok := key.(*ast.MappingKeyNode); ok {
		key = bare(m.Value)
	}
	s, _ := scalar(key)
	return s
}

// scalar is the text of a plain value as it was written.
func scalar(n ast.Node) (string, bool) {
	switch t := n.(type) {
	case *ast.StringNode:
		return t.Value, true
	case *ast.LiteralNode:
		if t.Value == nil {
			return "", true
		}
		return t.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		if tk := t.GetToken(); tk != nil {
			return tk.Value, true
		}
	}
	return "", false
}

// position is where a node begins; a mapping begins at its first key, which
// the library's own token (the colon) does not say.
func position(n ast.Node) (line, column int) {
	switch t := n.(type) {
	case nil:
		return 0, 0
	case *ast.MappingNode:
		if len(t.Values) > 0 && !t.IsFlowStyle {
			return position(t.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return position(t.Key)
	}
	if tk := n.GetToken(); tk != nil && tk.Position != nil {
		return tk.Position.Line, tk.Position.Column
	}
	return 0, 0
}
