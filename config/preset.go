package config

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

//go:embed presets
var presets embed.FS

// Presets lists the names of the built-in profiles.
func Presets() []string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return names
}

// Preset is the text of a built-in profile: vet, general, dental, aesthetics
// or surgery.
func Preset(name string) ([]byte, error) {
	if !slices.Contains(Presets(), name) {
		return nil, fmt.Errorf("no preset %q%s: there are %s", name, didYouMean(name, Presets()), strings.Join(Presets(), ", "))
	}
	sub, err := fs.Sub(presets, "presets/"+name)
	if err != nil {
		return nil, err
	}
	data, err := joinFolder(sub)
	if err != nil {
		return nil, err
	}
	for _, part := range borrowed(Kind(name)) {
		more, err := presets.ReadFile("presets/" + part)
		if err != nil {
			return nil, err
		}
		data = append(append(data, partMark+part+"\n"...), more...)
	}
	return data, nil
}

// borrowed are the parts that a preset takes from another one: what a
// laboratory measures in people is the same wherever they are treated.
func borrowed(kind Kind) []string {
	switch kind {
	case Dental, Aesthetics, Surgery:
		return []string{"general/analytes.yaml"}
	}
	return nil
}

// LoadProfile reads the profile that the setting "clinic" names: a preset, or
// the path of a file or of a folder of files. It also returns the bytes read, for a fingerprint of
// what is in force. Faults name the file, or "preset:vet" and the like.
func LoadProfile(source string) (*Profile, []byte, error) {
	if source == "" {
		return nil, nil, Faults{{Key: "clinic", Message: "is missing: name a preset (" + strings.Join(Presets(), ", ") + ") or the path of a profile"}}
	}
	if data, err := Preset(source); err == nil {
		p, err := ParseProfile("preset:"+source, data)
		return p, data, err
	}
	data, err := readProfile(source)
	if err != nil {
		return nil, nil, Faults{{File: source, Message: unreadable(err) + didYouMean(source, Presets())}}
	}
	p, err := ParseProfile(source, data)
	return p, data, err
}

// unreadable says why a file could not be read, without repeating its name.
func unreadable(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return "cannot be read: " + err.Error()
}
