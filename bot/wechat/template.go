package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// form is one of the account's own templates, as WeChat lists them.
type form struct {
	ID      string
	Title   string
	Content string
}

var placeForm = regexp.MustCompile(`\{\{\s*([A-Za-z_]+[0-9]*)\.DATA\s*\}\}`)

// CheckTemplate looks up a template message's mapping in the account: the
// template is there, every place of it is filled, and none that it has not.
// It gives the template's title.
func (c *Channel) CheckTemplate(ctx context.Context, m Mapping) (title string, err error) {
	r, err := c.call(ctx, request{path: "/cgi-bin/template/get_all_private_template"})
	if err != nil {
		return "", c.fault(ctx, err)
	}
	var list struct {
		Templates []struct {
			ID      string `json:"template_id"`
			Title   string `json:"title"`
			Content string `json:"content"`
		} `json:"template_list"`
	}
	if err := json.Unmarshal(r.body, &list); err != nil {
		return "", &brokenError{status: r.status}
	}
	var forms []form
	for _, t := range list.Templates {
		forms = append(forms, form{t.ID, t.Title, t.Content})
	}
	return m.against(forms)
}

// CheckSubscription does the same for a subscription notice's mapping.
func (c *Channel) CheckSubscription(ctx context.Context, m Mapping) (title string, err error) {
	r, err := c.call(ctx, request{path: "/wxaapi/newtmpl/gettemplate"})
	if err != nil {
		return "", c.fault(ctx, err)
	}
	var list struct {
		Data []struct {
			ID      string `json:"priTmplId"`
			Title   string `json:"title"`
			Content string `json:"content"`
		} `json:"data"`
	}
	if err := json.Unmarshal(r.body, &list); err != nil {
		return "", &brokenError{status: r.status}
	}
	var forms []form
	for _, t := range list.Data {
		forms = append(forms, form{t.ID, t.Title, t.Content})
	}
	return m.against(forms)
}

// against compares a mapping with the account's templates, every fault at once.
func (m Mapping) against(forms []form) (title string, err error) {
	i := slices.IndexFunc(forms, func(f form) bool { return f.ID == m.Template })
	if i < 0 {
		return "", fmt.Errorf("the account has no template %s", m.Template)
	}
	var places []string
	for _, found := range placeForm.FindAllStringSubmatch(forms[i].Content, -1) {
		places = append(places, found[1])
	}
	var faults []error
	for _, place := range slices.Sorted(maps.Keys(m.Fields)) {
		if !slices.Contains(places, place) {
			faults = append(faults, fmt.Errorf("the template has no place %s; it has %s", place, strings.Join(places, ", ")))
		}
	}
	for _, place := range places {
		if m.Fields[place] == "" {
			faults = append(faults, fmt.Errorf("nothing fills the place %s", place))
		}
	}
	return forms[i].Title, errors.Join(faults...)
}
