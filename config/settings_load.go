package config

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// The prefix of every variable, and of those that only tests read.
const (
	envPrefix     = "ZHENBAN_"
	envTestPrefix = "ZHENBAN_TEST_"
)

// LoadSettings reads the YAML file ("" for none), lets variables of environ
// ("NAME=value", as os.Environ gives them) win, reads secrets from the files
// that *_FILE names, and validates the whole. A variable set to nothing counts
// as not set. The error is Faults: everything wrong, each with file, line and
// key or with the variable's name.
func LoadSettings(file string, environ []string) (Settings, error) {
	s := DefaultSettings()
	doc, faults := &document{}, Faults(nil)
	if file != "" {
		doc.file = file
		faults = readSettings(doc, &s)
	}
	vars := settingVariables(&s)
	values, more := readEnviron(environ, vars)
	faults = append(faults, more...)
	faults = append(faults, applyEnviron(&s, values)...)

	unread := map[string]bool{} // variables whose value could not be had: nothing more is said of them
	for _, f := range faults {
		name := variableOf(strings.TrimPrefix(f.Key, envPrefix))
		if base := strings.TrimSuffix(name, "_FILE"); vars[base].secret {
			name = base
		}
		unread[name] = true
	}
	s.PublicURL = strings.TrimRight(s.PublicURL, "/")
	var wrong Faults
	if err := s.Validate(); errors.As(err, &wrong) {
		wrong = slices.DeleteFunc(wrong, func(f Fault) bool { return unread[variableOf(f.Key)] })
		for i, f := range wrong {
			variable := variableOf(f.Key)
			if section, _, _ := strings.Cut(f.Key, "."); values[variable] != "" || !doc.has(section) {
				wrong[i].Key = variable
			} else {
				wrong[i].File = doc.file
				wrong[i].Line, wrong[i].Column = doc.locate(f.Key)
			}
		}
		faults = append(faults, wrong...)
	}
	return s, faults.err()
}

func readSettings(doc *document, s *Settings) Faults {
	data, err := os.ReadFile(doc.file)
	if err != nil {
		return Faults{{File: doc.file, Message: unreadable(err)}}
	}
	parsed, err := parseDocument(doc.file, data)
	if err != nil {
		var faults Faults
		errors.As(err, &faults)
		return faults
	}
	*doc = *parsed
	d := &decoder{doc: doc, secret: readSecret}
	return d.decode(s)
}

func readSecret(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err == nil && len(data) > maxFile {
		err = errors.New("larger than 1 MiB")
	}
	return strings.TrimRight(string(data), "\r\n"), err
}

// variable is one setting as the environment names it.
type variable struct{ secret bool }

// settingVariables lists every variable that Settings knows.
func settingVariables(s *Settings) map[string]variable {
	out := map[string]variable{}
	var walk func(t reflect.Type, prefix string)
	walk = func(t reflect.Type, prefix string) {
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Type.Kind() == reflect.Struct {
				walk(f.Type, prefix+f.Tag.Get("envPrefix"))
			} else if f.Tag.Get("env") != "-" {
				out[prefix+f.Tag.Get("env")] = variable{secret: f.Tag.Get("secret") != ""}
			}
		}
	}
	walk(reflect.TypeOf(*s), envPrefix)
	return out
}

// variableOf is the variable of a YAML key: wechat.app_id, ZHENBAN_WECHAT_APP_ID.
func variableOf(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// readEnviron picks the known variables, secrets in files read.
func readEnviron(environ []string, vars map[string]variable) (map[string]string, Faults) {
	values, from, faults := map[string]string{}, map[string]string{}, Faults(nil)
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) || strings.HasPrefix(name, envTestPrefix) || value == "" {
			continue
		}
		base, isFile := strings.CutSuffix(name, "_FILE")
		_, known := vars[name]
		switch {
		case known:
			base = name
		case isFile && vars[base].secret:
			text, err := readSecret(value)
			if err != nil {
				faults.add(name, "%s %s", value, unreadable(err))
				continue
			}
			value = text
		default:
			faults.add(name, "is no setting%s", didYouMean(name, variableNames(vars)))
			continue
		}
		if other := from[base]; other != "" && other != name {
			faults.add(name, "stands beside %s: keep one of them", other)
			continue
		}
		values[base], from[base] = value, name
	}
	return values, faults
}

func variableNames(vars map[string]variable) []string {
	var names []string
	for n, v := range vars {
		names = append(names, n)
		if v.secret {
			names = append(names, n+"_FILE")
		}
	}
	return sortedStrings(names)
}

// applyEnviron lets the variables win over what s holds.
func applyEnviron(s *Settings, values map[string]string) Faults {
	err := env.ParseWithOptions(s, env.Options{Environment: values, Prefix: envPrefix})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return nil
	}
	var faults Faults
	for _, one := range all.Errors {
		var parse env.ParseError
		if errors.As(one, &parse) { // its text repeats the value: name the variable only
			faults.add(envPrefix+strings.ToUpper(parse.Name), "cannot be read as %s", parse.Type)
		} else {
			faults.add(envPrefix, "%v", one)
		}
	}
	return faults
}

func sortedStrings(s []string) []string {
	slices.Sort(s)
	return s
}
