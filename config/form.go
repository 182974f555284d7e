package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Form is a structured form in the terms of FHIR's Questionnaire: an intake, a
// check-in, a risk score. It is asked one question at a time.
type Form struct {
	ID       string     `yaml:"id"`
	Title    Text       `yaml:"title"`
	Intro    Text       `yaml:"intro"` // said before the first question
	Done     Text       `yaml:"done"`  // said when it was sent
	Items    []FormItem `yaml:"item"`
	Rules    []FormRule `yaml:"rules"`
	Score    Expr       `yaml:"score"`    // a number computed from the answers, "" for none
	Source   string     `yaml:"source"`   // where questions, rules and score come from
	Approved bool       `yaml:"approved"` // false: still needs the clinic's approval
	Direct   bool       `yaml:"direct"`   // sent with the last answer, without an overview: where time presses

	// Of a form that comes to a score and can be asked for by its name.
	Bands   []Band   `yaml:"bands"`   // what the score means
	Words   []string `yaml:"words"`   // how people ask for it, beside its title
	Species []string `yaml:"species"` // animals it is for; empty: all
	Service string   `yaml:"service"` // what to book about it
}

// ItemType is what answers a question takes; the names are FHIR's.
type ItemType string

// The types of question.
const (
	ItemChoice     ItemType = "choice"
	ItemOpenChoice ItemType = "open-choice" // a choice, or a line in one's own words
	ItemBoolean    ItemType = "boolean"
	ItemInteger    ItemType = "integer"
	ItemDecimal    ItemType = "decimal"
	ItemDate       ItemType = "date"
	ItemString     ItemType = "string"     // a line
	ItemText       ItemType = "text"       // several
	ItemAttachment ItemType = "attachment" // a photo or a file
	ItemDisplay    ItemType = "display"    // said, not asked
)

func itemTypes() []ItemType {
	return []ItemType{ItemChoice, ItemOpenChoice, ItemBoolean, ItemInteger, ItemDecimal, ItemDate, ItemString, ItemText, ItemAttachment, ItemDisplay}
}

// FormItem is one question.
type FormItem struct {
	LinkID     string         `yaml:"linkId"` // names the answer in rules: a-z, 0-9 and _
	Text       Text           `yaml:"text"`
	Short      Text           `yaml:"shortText"` // names it in the overview; default: the beginning of text
	Type       ItemType       `yaml:"type"`
	Required   bool           `yaml:"required"`     // cannot be skipped
	Repeats    bool           `yaml:"repeats"`      // several answers
	Options    []AnswerOption `yaml:"answerOption"` // of a choice; of a number, what words stand for which value
	EnableWhen Expr           `yaml:"enableWhen"`   // asked only when true of the answers so far
	Unit       string         `yaml:"unit"`         // of a number: °C, kg, 次 …
	Min        Decimal        `yaml:"minValue"`     // of a number, inclusive
	Max        Decimal        `yaml:"maxValue"`
	MaxLength  int            `yaml:"maxLength"` // of a line or text, in characters; default 200 or 1000
}

// AnswerOption is one answer of a choice.
type AnswerOption struct {
	Value string   `yaml:"value"` // what rules compare with
	Text  Text     `yaml:"text"`
	Words []string `yaml:"words"` // how else people say it
	Score int      `yaml:"score"` // of a score by addition
	Alone bool     `yaml:"alone"` // of several answers: none of the others goes with it
}

// FormRule says what an answer, or a course of answers, calls for.
type FormRule struct {
	When     Expr   `yaml:"when"`
	Flag     Flag   `yaml:"flag"`
	Reason   Text   `yaml:"reason"`   // told to staff: 体温 39.5 以上
	Isolate  bool   `yaml:"isolate"`  // it may be contagious: the person comes in apart, staff prepare a room
	Advice   Text   `yaml:"advice"`   // told to the client at once; never a diagnosis
	Source   string `yaml:"source"`   // of the advice
	Approved bool   `yaml:"approved"` // false: the advice is not said before the clinic approves it
}

// Kinds of the approvals that forms need.
const (
	FormTexts  = "form"        // the questions, and what is said around them
	FormAdvice = "form-advice" // what a rule tells the client
)

// Hash names the wording of a rule's advice: an approval is of this wording.
func (r *FormRule) Hash() string { return hashText(string(r.When)+" "+r.Source, r.Advice) }

// AdviceID names a rule's advice for its approval: the same wherever the rule
// stands.
func (f *Form) AdviceID(r *FormRule) string { return f.ID + "-" + r.Hash()[:8] }

// Hash names the wording of a form: an approval is of this wording.
func (f *Form) Hash() string {
	texts := []Text{f.Title, f.Intro, f.Done}
	for i := range f.Items {
		texts = append(texts, f.Items[i].Text, f.Items[i].Short)
		for _, o := range f.Items[i].Options {
			texts = append(texts, o.Text)
		}
	}
	return hashText(f.Source, texts...)
}

// Flag is how much a rule presses.
type Flag string

// The flags.
const (
	FlagRed    Flag = "red"    // the doctor is paged now
	FlagYellow Flag = "yellow" // staff look at it today
)

// Decimal is a number that may be absent, written 38.5.
type Decimal struct {
	Value float64
	Set   bool
}

// UnmarshalText reads a number.
func (d *Decimal) UnmarshalText(b []byte) error {
	v, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("%q is no number", b)
	}
	*d = Decimal{v, true}
	return nil
}

// String writes the number, "" when it is absent.
func (d Decimal) String() string {
	if !d.Set {
		return ""
	}
	return strconv.FormatFloat(d.Value, 'f', -1, 64)
}

// MarshalText writes the number.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// TriageForm is the ID of the form that is asked before a visit for an illness,
// if the profile has one.
const TriageForm = "triage"

// IntakeForm is the ID of the form that is asked before a visit; its questions
// complaint, allergies and medication are known by these names.
const IntakeForm = "intake"

// Form finds a form by ID; nil when there is none.
func (p *Profile) Form(id string) *Form {
	i := slices.IndexFunc(p.Forms, func(f Form) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return &p.Forms[i]
}

// Item finds a question by its linkId; nil when there is none.
func (f *Form) Item(linkID string) *FormItem {
	i := slices.IndexFunc(f.Items, func(q FormItem) bool { return q.LinkID == linkID })
	if i < 0 {
		return nil
	}
	return &f.Items[i]
}

// Option finds an answer of a choice by its value; nil when there is none.
func (q *FormItem) Option(value string) *AnswerOption {
	i := slices.IndexFunc(q.Options, func(o AnswerOption) bool { return o.Value == value })
	if i < 0 {
		return nil
	}
	return &q.Options[i]
}

func (f *Form) setDefaults() {
	for i := range f.Items {
		q := &f.Items[i]
		switch q.Type {
		case ItemString:
			q.MaxLength = orElse(q.MaxLength, 200)
		case ItemText, ItemOpenChoice:
			q.MaxLength = orElse(q.MaxLength, 1000)
		}
	}
}

// form checks one form: every expression compiles against the answers that are
// there, every question can be answered.
func (v *validator) form(key string, f *Form) {
	v.text(key+".title", f.Title)
	if len(f.Items) == 0 {
		v.add(key+".item", "is missing: at least one question is needed")
	}
	if strings.TrimSpace(f.Source) == "" {
		v.add(key+".source", "is missing: say where the questions and rules come from")
	}
	seen := ids{}
	for i := range f.Items {
		v.formItem(at(key+".item", i), f, &f.Items[i], seen)
	}
	env := f.sample()
	for i := range f.Rules {
		r, key := &f.Rules[i], at(key+".rules", i)
		v.expr(key+".when", r.When, env, false)
		if r.When == "" {
			v.add(key+".when", missing)
		}
		if r.Flag != FlagRed && r.Flag != FlagYellow {
			v.add(key+".flag", "%q is neither red nor yellow", r.Flag)
		}
		v.text(key+".reason", r.Reason)
		if len(r.Advice) > 0 && strings.TrimSpace(r.Source) == "" {
			v.add(key+".source", "is missing: say where the advice comes from")
		}
	}
	v.expr(key+".score", f.Score, env, true)
	v.score(key, f)
}

func (v *validator) formItem(key string, f *Form, q *FormItem, seen ids) {
	switch {
	case q.LinkID == "":
		v.add(key+".linkId", missing)
	case !wellFormedLink(q.LinkID):
		v.add(key+".linkId", "%q is no linkId: use a letter, then up to 31 of a-z, 0-9 and _", q.LinkID)
	case seen[q.LinkID]:
		v.add(key+".linkId", "%q stands here twice", q.LinkID)
	}
	seen[q.LinkID] = true
	v.text(key+".text", q.Text)
	if !slices.Contains(itemTypes(), q.Type) {
		v.add(key+".type", "%q is no type: use choice, open-choice, boolean, integer, decimal, date, string, text, attachment or display", q.Type)
	}
	if q.Type == ItemChoice && len(q.Options) < 2 {
		v.add(key+".answerOption", "a choice has at least two")
	}
	if q.Type == ItemOpenChoice && (len(q.Options) == 0 || q.Repeats) {
		v.add(key+".answerOption", "an open choice has at least one, and takes one answer")
	}
	values := ids{}
	for i, o := range q.Options {
		at := at(key+".answerOption", i)
		switch {
		case q.Type == ItemInteger || q.Type == ItemDecimal:
			if _, err := strconv.ParseFloat(o.Value, 64); err != nil || len(o.Words) == 0 {
				v.add(at+".value", "of a number is a number, with the words that mean it")
			}
			continue
		case q.Type != ItemChoice && q.Type != ItemOpenChoice:
			v.add(at, "is for a choice or a number, and type is %q", q.Type)
		case o.Value == "" || values[o.Value]:
			v.add(at+".value", "is missing, or stands here twice")
		}
		values[o.Value] = true
		v.text(at+".text", o.Text)
	}
	number := q.Type == ItemInteger || q.Type == ItemDecimal
	if number && (!q.Min.Set || !q.Max.Set || q.Min.Value >= q.Max.Value) {
		v.add(key+".minValue", "a number has minValue and maxValue, so that a slip is noticed")
	}
	if q.EnableWhen != "" {
		v.expr(key+".enableWhen", q.EnableWhen, f.sample(), false)
	}
}

func wellFormedLink(s string) bool {
	for i, r := range s {
		if (r < 'a' || r > 'z') && (i == 0 || (r < '0' || r > '9') && r != '_') {
			return false
		}
	}
	return len(s) <= 32 && !slices.Contains([]string{"day", "before", "given", "score", "species", "nil", "true", "false", "and", "or", "not", "in"}, s)
}
