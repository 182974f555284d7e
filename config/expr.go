package config

import (
	"fmt"
	"math"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// Expr is an expression over the answers of a form, in the language of
// github.com/expr-lang/expr: pain >= 7, appetite == "none" and before.appetite
// == "none". A number that was not given is neither above nor below any other;
// a choice or a text that was not given is "", a yes or no is no. Besides the
// answers there are given (given.pain: it was answered), score (the points of
// the options chosen, added), day (of the plan), species, and before: the
// answers of the check-in before.
type Expr string

// compile makes an expression ready, judged against sample answers.
func (e Expr) compile(sample map[string]any, number bool) (*vm.Program, error) {
	options := []expr.Option{expr.Env(sample), expr.AsBool()}
	if number {
		options = []expr.Option{expr.Env(sample), expr.AsFloat64()}
	}
	return expr.Compile(string(e), options...)
}

// Answers are what was answered, by linkId: bool, float64, string (of a choice
// its value), or []string of one that repeats.
type Answers map[string]any

// Around is what expressions know besides the answers.
type Around struct {
	Day     int    // of the plan, from 0
	Species string // of the patient, "" for a person
	Before  Answers
}

// zero is what an unanswered question reads as. Not-a-number compares false
// with everything, so that no rule fires on a temperature that nobody took.
func (q *FormItem) zero() any {
	switch {
	case q.Repeats:
		return []string{}
	case q.Type == ItemInteger || q.Type == ItemDecimal:
		return math.NaN()
	case q.Type == ItemBoolean:
		return false
	}
	return ""
}

// sample is an environment of the right types, for compiling.
func (f *Form) sample() map[string]any {
	return f.env(nil, Around{})
}

// env is what an expression sees. given tells the answers that are there from
// those that read as zero: given.temperature.
func (f *Form) env(a Answers, r Around) map[string]any {
	env := map[string]any{"day": r.Day, "species": r.Species, "score": f.added(a)}
	before, given := map[string]any{}, map[string]bool{}
	for i := range f.Items {
		q := &f.Items[i]
		if q.Type == ItemDisplay {
			continue
		}
		env[q.LinkID], before[q.LinkID] = q.zero(), q.zero()
		if v, ok := a[q.LinkID]; ok {
			env[q.LinkID], given[q.LinkID] = v, true
		}
		if v, ok := r.Before[q.LinkID]; ok {
			before[q.LinkID] = v
		}
	}
	env["before"], env["given"] = before, given
	return env
}

// Holds reports whether an expression is true of answers; "" always is.
func (f *Form) Holds(e Expr, a Answers, r Around) (bool, error) {
	if e == "" {
		return true, nil
	}
	program, err := e.compile(f.sample(), false)
	if err != nil {
		return false, fmt.Errorf("form %s: %w", f.ID, err)
	}
	out, err := expr.Run(program, f.env(a, r))
	if err != nil {
		return false, fmt.Errorf("form %s: %s: %w", f.ID, e, err)
	}
	yes, _ := out.(bool)
	return yes, nil
}

// Flags lists the rules that answers call for, in the order of the form.
func (f *Form) Flags(a Answers, r Around) ([]FormRule, error) {
	var out []FormRule
	for _, rule := range f.Rules {
		yes, err := f.Holds(rule.When, a, r)
		if err != nil {
			return nil, err
		}
		if yes {
			out = append(out, rule)
		}
	}
	return out, nil
}

// Points adds the scores of the options chosen, or computes the form's score
// where it has one.
func (f *Form) Points(a Answers, r Around) (float64, error) {
	if f.Score == "" {
		return float64(f.added(a)), nil
	}
	program, err := f.Score.compile(f.sample(), true)
	if err != nil {
		return 0, fmt.Errorf("form %s: score: %w", f.ID, err)
	}
	out, err := expr.Run(program, f.env(a, r))
	if err != nil {
		return 0, fmt.Errorf("form %s: score: %w", f.ID, err)
	}
	n, _ := out.(float64)
	return n, nil
}

// added is the sum of the scores of the options chosen.
func (f *Form) added(a Answers) int {
	sum := 0
	for i := range f.Items {
		q := &f.Items[i]
		chosen, _ := a[q.LinkID].([]string)
		if v, ok := a[q.LinkID].(string); ok {
			chosen = []string{v}
		}
		for _, v := range chosen {
			if o := q.Option(v); o != nil {
				sum += o.Score
			}
		}
	}
	return sum
}

func (v *validator) expr(key string, e Expr, sample map[string]any, number bool) {
	if e == "" {
		return
	}
	if _, err := e.compile(sample, number); err != nil {
		v.add(key, "%s", strings.SplitN(err.Error(), "\n", 2)[0])
	}
}
