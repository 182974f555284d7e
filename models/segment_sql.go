package models

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/expr-lang/expr/ast"
)

// scope is whom a condition is asked about: a contact c, or a client k of whom
// no contact may be known.
type scope int

const (
	byContact scope = iota
	byClient
)

// condition is SQL with its arguments.
type condition struct {
	sql  string
	args []any
}

func (c condition) not() condition { return condition{"NOT (" + c.sql + ")", c.args} }

func join(with string, list ...condition) condition {
	var parts []string
	var args []any
	for _, c := range list {
		parts = append(parts, c.sql)
		args = append(args, c.args...)
	}
	return condition{"(" + strings.Join(parts, " "+with+" ") + ")", args}
}

// aboutPatients are the fields that one patient must have together.
func aboutPatients(uses map[string]bool) bool {
	return uses["species"] || uses["age"] || uses["condition"]
}

// where is the expression over contacts c, or clients k.
func (g *Segment) where(of scope) (condition, error) {
	if g.node == nil {
		return condition{sql: "1 = 1"}, nil
	}
	if len(g.uses) == 0 { // the first look finds which fields there are
		w := walker{g: g, of: of}
		if _, err := w.boolean(g.node); err != nil {
			return condition{}, err
		}
	}
	w := walker{g: g, of: of, patient: aboutPatients(g.uses)}
	c, err := w.boolean(g.node)
	if err != nil || !w.patient {
		return c, err
	}
	if of == byClient {
		return condition{"EXISTS (SELECT 1 FROM patients p WHERE p.client_id = k.id AND p.deceased_at = 0 AND " + c.sql + ")", c.args}, nil
	}
	own := condition{"EXISTS (SELECT 1 FROM patients p WHERE p.client_id = c.client_id AND c.client_id <> '' AND p.deceased_at = 0 AND " + c.sql + ")", c.args}
	bound := condition{`EXISTS (SELECT 1 FROM bindings b JOIN patients p ON p.client_id = b.client_id WHERE b.contact_id = c.id
		AND (b.patient_id = '' OR b.patient_id = p.id) AND p.deceased_at = 0 AND ` + c.sql + ")", c.args}
	return join("OR", bound, own), nil
}

// walker translates the tree node by node: what it does not know is a fault.
type walker struct {
	g       *Segment
	of      scope
	patient bool // a patient p is at hand
}

func fault(code string, n ast.Node, near string) *SegmentFault {
	return &SegmentFault{Code: code, At: n.Location().From, Near: near}
}

func (w *walker) boolean(n ast.Node) (condition, error) {
	switch x := n.(type) {
	case *ast.BinaryNode:
		switch x.Operator {
		case "and", "&&", "or", "||":
			left, err := w.boolean(x.Left)
			if err != nil {
				return left, err
			}
			right, err := w.boolean(x.Right)
			with := "AND"
			if x.Operator == "or" || x.Operator == "||" {
				with = "OR"
			}
			return join(with, left, right), err
		}
		return w.comparison(x)
	case *ast.UnaryNode:
		if x.Operator != "not" && x.Operator != "!" {
			return condition{}, fault("operator", n, x.Operator)
		}
		c, err := w.boolean(x.Node)
		return c.not(), err
	case *ast.IdentifierNode:
		if _, ok := fieldOf(w.g.v.Fold(x.Value)); ok {
			f := fault("syntax", n, x.Value) // a field alone says nothing
			f.Field = x.Value
			return condition{}, f
		}
		return condition{}, unknownField(n, x.Value)
	}
	return condition{}, fault("syntax", n, "")
}

func (w *walker) comparison(x *ast.BinaryNode) (condition, error) {
	left, right, op := x.Left, x.Right, x.Operator
	if u, ok := left.(*ast.UnaryNode); ok && (u.Operator == "not" || u.Operator == "!") { // not a == b binds as (not a) == b
		c, err := w.comparison(&ast.BinaryNode{Left: u.Node, Right: right, Operator: op})
		return c.not(), err
	}
	field, name, ok := w.field(left)
	if !ok { // 7 <= age
		if field, name, ok = w.field(right); ok {
			left, right = right, left
			op = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}[op]
			if op == "" {
				op = x.Operator
			}
		}
	}
	if !ok {
		if id, is := left.(*ast.IdentifierNode); is {
			return condition{}, unknownField(left, id.Value)
		}
		return condition{}, fault("syntax", left, "")
	}
	w.g.uses[field.name] = true
	c, err := w.compare(field, op, right)
	if f, is := asFault(err); is && f.Field == "" {
		f.Field = name
		if f.Code == "operator" {
			f.At, f.Near = x.Location().From, x.Operator
		}
	}
	return c, err
}

func asFault(err error) (*SegmentFault, bool) {
	f, ok := err.(*SegmentFault) //nolint:errorlint // made here, never wrapped
	return f, ok
}

func (w *walker) field(n ast.Node) (segmentField, string, bool) {
	id, ok := n.(*ast.IdentifierNode)
	if !ok {
		return segmentField{}, "", false
	}
	f, ok := fieldOf(w.g.v.Fold(id.Value))
	return f, id.Value, ok
}

func (w *walker) compare(f segmentField, op string, value ast.Node) (condition, error) {
	if f.number {
		n, err := number(value)
		if err != nil {
			return condition{}, err
		}
		if f.name == "age" {
			return w.age(op, n, value)
		}
		return w.lastVisit(op, n, value)
	}
	_, isList := value.(*ast.ArrayNode)
	if isList != (op == "in") || op != "==" && op != "!=" && op != "in" {
		return condition{}, fault("operator", value, op)
	}
	values, err := w.values(f, value)
	if err != nil {
		return condition{}, err
	}
	if op == "!=" {
		return w.one(f.name, values).not(), nil
	}
	return w.one(f.name, values), nil
}

// values are the words compared with, as they are kept.
func (w *walker) values(f segmentField, n ast.Node) ([]any, error) {
	if list, ok := n.(*ast.ArrayNode); ok {
		var out []any
		for _, m := range list.Nodes {
			v, err := w.value(f, m)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		if len(out) == 0 {
			return nil, fault("type", n, "")
		}
		return out, nil
	}
	v, err := w.value(f, n)
	return []any{v}, err
}

func (w *walker) value(f segmentField, n ast.Node) (string, error) {
	var word string
	switch x := n.(type) {
	case *ast.StringNode:
		word = x.Value
	case *ast.IdentifierNode: // 物种 == 狗
		word = x.Value
	default:
		return "", fault("type", n, "")
	}
	known := f.words(w.g.v)
	if f.name == "condition" {
		return w.g.s.seal.Index("tag", TagWord(w.g.v.Fold(word))), nil
	}
	if f.name == "tier" {
		return tierWord(w.g.v.Fold(word)), nil
	}
	if known == nil {
		return word, nil
	}
	id, ok := known[w.g.v.Fold(strings.TrimSpace(word))]
	if !ok {
		bad := fault("value", n, word)
		bad.Meant = nearest(w.g.v.Fold(word), known)
		return "", bad
	}
	return id, nil
}

func number(n ast.Node) (float64, error) {
	switch x := n.(type) {
	case *ast.IntegerNode:
		return float64(x.Value), nil
	case *ast.FloatNode:
		return x.Value, nil
	case *ast.UnaryNode:
		if v, err := number(x.Node); err == nil && x.Operator == "-" {
			return -v, nil
		}
	case *ast.StringNode: // 年龄 >= "7"
		if v, err := strconv.ParseFloat(x.Value, 64); err == nil {
			return v, nil
		}
	}
	return 0, fault("type", n, "")
}

// canonical writes a tree that boolean has accepted.
func (w *walker) canonical(n ast.Node) string {
	switch x := n.(type) {
	case *ast.UnaryNode:
		return "not (" + w.canonical(x.Node) + ")"
	case *ast.BinaryNode:
		switch x.Operator {
		case "and", "&&":
			return "(" + w.canonical(x.Left) + " and " + w.canonical(x.Right) + ")"
		case "or", "||":
			return "(" + w.canonical(x.Left) + " or " + w.canonical(x.Right) + ")"
		}
		if u, ok := x.Left.(*ast.UnaryNode); ok && (u.Operator == "not" || u.Operator == "!") {
			return "not (" + w.canonical(&ast.BinaryNode{Left: u.Node, Right: x.Right, Operator: x.Operator}) + ")"
		}
		f, _, ok := w.field(x.Left)
		if !ok {
			f, _, _ = w.field(x.Right)
			return w.literal(f, x.Left) + " " + x.Operator + " " + f.name
		}
		return f.name + " " + x.Operator + " " + w.literal(f, x.Right)
	}
	return ""
}

func (w *walker) literal(f segmentField, n ast.Node) string {
	switch x := n.(type) {
	case *ast.ArrayNode:
		var list []string
		for _, m := range x.Nodes {
			list = append(list, w.literal(f, m))
		}
		return "[" + strings.Join(list, ", ") + "]"
	case *ast.StringNode, *ast.IdentifierNode:
		if f.number {
			v, _ := number(n)
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		word := wordOf(n)
		if f.name == "condition" {
			return quoted(TagWord(w.g.v.Fold(word)))
		}
		if f.name == "tier" {
			return quoted(tierWord(w.g.v.Fold(word)))
		}
		if id, ok := f.words(w.g.v)[w.g.v.Fold(strings.TrimSpace(word))]; ok {
			word = id
		}
		return quoted(word)
	}
	v, _ := number(n)
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// quoted leaves out what would need an escape: no word on record has it.
func quoted(word string) string {
	return `"` + strings.Map(func(r rune) rune {
		if r == '"' || r == '\\' || unicode.IsControl(r) {
			return -1
		}
		return r
	}, word) + `"`
}

func wordOf(n ast.Node) string {
	switch x := n.(type) {
	case *ast.StringNode:
		return x.Value
	case *ast.IdentifierNode:
		return x.Value
	}
	return ""
}
