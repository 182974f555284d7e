package client

import (
	"context"
	"errors"
	"slices"

	"zhenban/config"
	"zhenban/models"
)

// alarm tells staff of the first red flag as soon as it is answered: somebody
// who does not send the form needs them just as much. What leads on to something else
// (the questions before a visit) or is sent with its last answer is judged there.
func (f *filling) alarm() error {
	t := f.t
	if f.s.Then != "" || f.form.Direct || errors.Is(t.Failed, models.ErrGone) {
		return nil
	}
	around, err := f.around()
	if err != nil {
		return err
	}
	all, err := f.form.Flags(f.s.Answers, around)
	if err != nil {
		return err
	}
	flags := f.fresh(all)
	if len(flags) == 0 {
		return nil
	}
	list, err := f.asked()
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(q *config.FormItem) bool { _, ok := f.s.Answers[q.LinkID]; return !ok })
	r := f.response(models.ResponseInProgress)
	r.Flag = string(config.FlagRed)
	t.Write(func(_ context.Context, tx *models.Tx) error { return tx.SaveResponse(r) })
	if err := f.openCase(r, all, list); err != nil {
		return err
	}
	known := len(f.s.Raised) > 0
	f.raised(flags)
	if known {
		return nil
	}
	advice, err := f.advice(flags)
	if err != nil {
		return err
	}
	data := map[string]any{"Phone": t.Clinic.Phone, "Advice": advice, "Address": nil}
	if len(t.Clinic.Branches) > 0 {
		data["Address"] = t.Clinic.Branches[0].Address
	}
	t.Say("form.alarm", data)
	return nil
}

// raised keeps what staff were told of.
func (f *filling) raised(flags []config.FormRule) {
	for _, rule := range flags {
		f.s.Raised = append(f.s.Raised, rule.Reason.In(f.t.Clinic.Language))
	}
}

// raisedBefore finds what staff were told of before the form was put aside.
func (f *filling) raisedBefore() error {
	around, err := f.around()
	if err != nil {
		return err
	}
	flags, err := f.form.Flags(f.s.Answers, around)
	if err != nil {
		return err
	}
	f.raised(f.fresh(flags))
	return nil
}

// fresh are the red flags that staff do not know of.
func (f *filling) fresh(flags []config.FormRule) []config.FormRule {
	return slices.DeleteFunc(slices.Clone(flags), func(rule config.FormRule) bool {
		return rule.Flag != config.FlagRed || slices.Contains(f.s.Raised, rule.Reason.In(f.t.Clinic.Language))
	})
}

// retell brings the case that was opened while the form was filled in up to
// date. Staff were told once; the next to be told reads all of it.
func (f *filling) retell(c models.Case) {
	f.t.Write(func(_ context.Context, tx *models.Tx) error { return tx.RetellCase(c.Key, c.Details) })
}
