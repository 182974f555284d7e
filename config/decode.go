package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// maxNodes bounds what aliases can unfold to.
const maxNodes = 100_000

// decoder fills Go values from a document. Unlike the library's own decoder it
// goes on after a fault, so that all are told at once, and it knows the place
// of each. Keys that no field has are faults.
type decoder struct {
	doc     *document
	faults  Faults
	nodes   int
	anchors map[string]ast.Node
	fields  map[reflect.Type]map[string]int
	secret  func(path string) (string, error) // reads KEY_file for a field tagged secret; nil: no such keys
}

// decode fills the struct that into points to.
func (d *decoder) decode(into any) Faults {
	d.anchors, d.fields = map[string]ast.Node{}, map[reflect.Type]map[string]int{}
	if d.doc.root != nil {
		d.value("", d.doc.root, reflect.ValueOf(into).Elem())
	}
	return d.faults
}

func (d *decoder) fault(n ast.Node, key, format string, args ...any) {
	line, column := position(n)
	d.faults = append(d.faults, Fault{d.doc.file, line, column, key, fmt.Sprintf(format, args...)})
}

func (d *decoder) value(key string, n ast.Node, v reflect.Value) {
	if d.nodes++; d.nodes > maxNodes {
		if d.nodes == maxNodes+1 {
			d.fault(n, key, "the file unfolds to more than %d values", maxNodes)
		}
		return
	}
	switch t := n.(type) {
	case nil, *ast.NullNode:
		return
	case *ast.AnchorNode:
		d.value(key, t.Value, v)
		if t.Name != nil && t.Name.GetToken() != nil {
			d.anchors[t.Name.GetToken().Value] = t.Value
		}
		return
	case *ast.AliasNode:
		target, ok := ast.Node(nil), false
		if t.Value != nil && t.Value.GetToken() != nil {
			target, ok = d.anchors[t.Value.GetToken().Value]
		}
		if !ok {
			d.fault(n, key, "names an anchor that does not stand before it")
			return
		}
		d.value(key, target, v)
		return
	}
	n = bare(n)
	if t, ok := v.Addr().Interface().(*Text); ok {
		d.text(key, n, t)
		return
	}
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if s, ok := d.scalar(key, n, "one value"); ok {
			if err := t.UnmarshalText([]byte(s)); err != nil {
				d.fault(n, key, "%v", err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(key, n, v)
	case reflect.Slice:
		d.slice(key, n, v)
	case reflect.Map:
		d.texts(key, n, v)
	case reflect.String:
		if s, ok := d.scalar(key, n, "a text"); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		if s, ok := d.scalar(key, n, "true or false"); ok {
			if s != "true" && s != "false" {
				d.fault(n, key, "%.40q is neither true nor false", s)
			}
			v.SetBool(s == "true")
		}
	case reflect.Int:
		if s, ok := d.scalar(key, n, "a whole number"); ok {
			i, err := strconv.ParseInt(s, 10, 32)
			if err != nil {
				d.fault(n, key, "%.40q is no whole number", s)
				return
			}
			v.SetInt(i)
		}
	default:
		panic("config: no decoding into " + v.Type().String()) // a field of ours, not what was written
	}
}

func (d *decoder) scalar(key string, n ast.Node, want string) (string, bool) {
	s, ok := scalar(n)
	if !ok {
		d.fault(n, key, "must be %s, not %s", want, kindOf(n))
	}
	return s, ok
}

func (d *decoder) slice(key string, n ast.Node, v reflect.Value) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fault(n, key, "must be a list, not %s", kindOf(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, item := range list.Values {
		at := key + "[" + strconv.Itoa(i) + "]"
		if _, null := item.(*ast.NullNode); null || item == nil {
			d.fault(list, at, "is empty")
			continue
		}
		d.value(at, item, v.Index(i))
	}
}

// texts fills a map of texts, whose keys are the writer's own.
func (d *decoder) texts(key string, n ast.Node, v reflect.Value) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.fault(n, key, "must be a map of keys, not %s", kindOf(n))
		return
	}
	out := reflect.MakeMap(v.Type())
	for _, kv := range m.Values {
		name := keyOf(kv)
		at := join(key, name)
		if out.MapIndex(reflect.ValueOf(name)).IsValid() {
			d.fault(kv.Key, at, "stands here twice")
			continue
		}
		one := reflect.New(v.Type().Elem()).Elem()
		d.value(at, kv.Value, one)
		out.SetMapIndex(reflect.ValueOf(name), one)
	}
	v.Set(out)
}

func (d *decoder) structure(key string, n ast.Node, v reflect.Value) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.fault(n, key, "must be a map of keys, not %s", kindOf(n))
		return
	}
	fields := d.fieldsOf(v.Type())
	seen := make(map[string]bool, len(m.Values))
	for _, kv := range m.Values {
		name := keyOf(kv)
		at := join(key, name)
		if seen[name] {
			d.fault(kv.Key, at, "stands here twice")
			continue
		}
		seen[name] = true
		i, known := fields[name]
		if !known {
			if !d.secretFile(at, name, kv, fields, seen, v) {
				d.fault(kv.Key, at, "is no key here%s", didYouMean(name, keysOf(fields)))
			}
			continue
		}
		d.value(at, kv.Value, v.Field(i))
	}
}

// secretFile handles KEY_file beside a field tagged secret:"true".
func (d *decoder) secretFile(at, name string, kv *ast.MappingValueNode, fields map[string]int, seen map[string]bool, v reflect.Value) bool {
	base, isFile := strings.CutSuffix(name, "_file")
	i, known := fields[base]
	if d.secret == nil || !isFile || !known || v.Type().Field(i).Tag.Get("secret") == "" {
		return false
	}
	if seen[base] || v.Field(i).String() != "" {
		d.fault(kv.Key, at, "stands beside %s: keep one of them", base)
		return true
	}
	if path, ok := d.scalar(at, bare(kv.Value), "the path of a file"); ok {
		text, err := d.secret(path)
		if err != nil {
			d.fault(kv.Value, at, "%s %s", path, unreadable(err))
		}
		v.Field(i).SetString(text)
	}
	return true
}

func (d *decoder) text(key string, n ast.Node, into *Text) {
	if s, ok := scalar(n); ok {
		*into = Text{Hans: s}
		return
	}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.fault(n, key, "must be a text, or a map of zh-Hans, zh-Hant and en, not %s", kindOf(n))
		return
	}
	out := make(Text, len(m.Values))
	for _, kv := range m.Values {
		lang := Language(keyOf(kv))
		at := join(key, string(lang))
		if lang != Hans && lang != Hant && lang != English {
			d.fault(kv.Key, at, "is no language: use zh-Hans, zh-Hant and en")
			continue
		}
		if _, twice := out[lang]; twice {
			d.fault(kv.Key, at, "stands here twice")
			continue
		}
		var s string
		d.value(at, kv.Value, reflect.ValueOf(&s).Elem())
		out[lang] = s
	}
	for _, lang := range Languages() {
		if strings.TrimSpace(out[lang]) == "" {
			d.fault(n, key, "has no wording in %s: give all three languages, or one plain text", lang)
		}
	}
	*into = out
}

func (d *decoder) fieldsOf(t reflect.Type) map[string]int {
	if f, ok := d.fields[t]; ok {
		return f
	}
	f := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" && name != "-" {
			f[name] = i
		}
	}
	d.fields[t] = f
	return f
}

func keysOf(fields map[string]int) []string {
	keys := make([]string, 0, len(fields))
	for k := range fields {
		keys = append(keys, k)
	}
	return sortedStrings(keys)
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

func kindOf(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode:
		return "a map"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AliasNode, *ast.MergeKeyNode:
		return "an alias"
	}
	return "a single value" // not repeated: it may be a secret
}
