package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"zhenban/config"
	"zhenban/models"
)

// importClinic makes a profile the one in force. Running copies see it by
// themselves, see app.watchClinic.
func importClinic(ctx context.Context, w World, o importOptions) error {
	next, body, err := config.LoadProfile(o.file)
	if err != nil {
		return err
	}
	store, err := w.openStore(ctx, o.settings)
	if err != nil {
		return err
	}
	defer store.Close()
	kept, err := store.CurrentProfile(ctx)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return err
	}
	before := &config.Profile{}
	if kept.Version > 0 {
		// One that an older program accepted may be none any more: then all is new.
		if p, err := config.ParseProfile(kept.Source, kept.Body); err == nil {
			before = p
		}
	}
	changes := compareProfiles(before, next)
	describeProfile(w.Out, next)
	if kept.Version > 0 {
		printChanges(w.Out, changes)
	}
	if o.dryRun {
		lost, err := stranded(ctx, store, next)
		if err != nil {
			return err
		}
		if len(lost) > 0 {
			return lost
		}
		fmt.Fprintln(w.Out, "dry run: nothing was written")
		return nil
	}
	if err := putClinic(ctx, store, o.file, body); err != nil {
		return err
	}
	n, err := store.ProfileNumber(ctx)
	if err != nil {
		return err
	}
	if n == kept.Version {
		fmt.Fprintf(w.Out, "version %d stays in force\n", n)
		return nil
	}
	fmt.Fprintf(w.Out, "version %d is in force; running copies take it over by themselves\n", n)
	return nil
}

func describeProfile(out io.Writer, p *config.Profile) {
	fmt.Fprintf(out, "%s (%s): %d branches, %d departments, %d services, %d practitioners, %d resources\n",
		p.Name.In(p.Language), p.Kind, len(p.Branches), len(p.Departments), len(p.Services), len(p.Practitioners), len(p.Resources))
}

func printChanges(out io.Writer, changes []string) {
	if len(changes) == 0 {
		fmt.Fprintln(out, "nothing changes")
	}
	for _, c := range changes {
		fmt.Fprintln(out, " ", c)
	}
}

// compareProfiles tells what differs, in the order of the file: of lists the
// entries added, removed and changed by ID, of the rest the section's name.
func compareProfiles(a, b *config.Profile) []string {
	var out []string
	va, vb := reflect.ValueOf(a).Elem(), reflect.ValueOf(b).Elem()
	for i := range va.NumField() {
		name := va.Type().Field(i).Tag.Get("yaml")
		fa, fb := va.Field(i), vb.Field(i)
		if fa.Kind() == reflect.Slice && fa.Type().Elem().Kind() == reflect.Struct && hasID(fa.Type().Elem()) {
			out = append(out, compareLists(name, fa, fb)...)
		} else if !reflect.DeepEqual(fa.Interface(), fb.Interface()) {
			out = append(out, "changed "+name)
		}
	}
	return out
}

func hasID(t reflect.Type) bool {
	_, ok := t.FieldByName("ID")
	return ok
}

func compareLists(name string, a, b reflect.Value) []string {
	index := func(v reflect.Value) (ids []string, byID map[string]any) {
		byID = map[string]any{}
		for i := range v.Len() {
			id := v.Index(i).FieldByName("ID").String()
			ids, byID[id] = append(ids, id), v.Index(i).Interface()
		}
		return ids, byID
	}
	was, before := index(a)
	is, after := index(b)
	var added, removed, changed []string
	for _, id := range is {
		if old, ok := before[id]; !ok {
			added = append(added, id)
		} else if !reflect.DeepEqual(old, after[id]) {
			changed = append(changed, id)
		}
	}
	for _, id := range was {
		if _, ok := after[id]; !ok {
			removed = append(removed, id)
		}
	}
	var out []string
	for _, part := range []struct {
		verb string
		ids  []string
	}{{"added", added}, {"removed", removed}, {"changed", changed}} {
		if len(part.ids) > 0 {
			out = append(out, fmt.Sprintf("%s %s: %s", part.verb, name, strings.Join(part.ids, ", ")))
		}
	}
	if len(out) == 0 && !reflect.DeepEqual(was, is) {
		out = append(out, "changed the order of "+name)
	}
	return out
}
