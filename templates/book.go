// Package templates is what is said: message texts by language, and their
// rendering. A text lives in text/<language>/<conversation>.yaml under a key
// of its own and is named "<conversation>.<key>" in the code.
package templates

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
	"text/template"

	"github.com/goccy/go-yaml"

	"zhenban/config"
)

//go:embed text
var files embed.FS

// Large ends the key of the wording that is said, where there is one, to who
// reads large print: short lines, plain words, the same fields or fewer.
const Large = "_large"

// Book holds every text in every language.
type Book struct {
	texts map[config.Language]map[string]text
}

// text is a plain string or, where it has something to fill in, a template
// that is parsed when it is first said: most never are, and all of them parsed
// are a tenth of an idle program's memory.
type text struct {
	plain string
	tmpl  func() (*template.Template, error) // nil: plain
}

// Load reads the texts built into the program. Errors name file and key; that
// every template can be parsed is for the tests to show.
func Load() (*Book, error) {
	b := &Book{texts: map[config.Language]map[string]text{}}
	for _, lang := range config.Languages() {
		b.texts[lang] = map[string]text{}
		dir := "text/" + string(lang)
		entries, err := files.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if err := b.read(lang, path.Join(dir, e.Name())); err != nil {
				return nil, err
			}
		}
	}
	return b, nil
}

func (b *Book) read(lang config.Language, file string) error {
	data, err := files.ReadFile(file)
	if err != nil {
		return err
	}
	var keys map[string]string
	if err := yaml.Unmarshal(data, &keys); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	group := strings.TrimSuffix(path.Base(file), ".yaml")
	for key, source := range keys {
		source = strings.TrimRight(source, "\n")
		t := text{plain: source}
		if strings.Contains(source, "{{") {
			name := group + "." + key
			t.tmpl = sync.OnceValues(func() (*template.Template, error) {
				return template.New(name).Funcs(funcs(lang)).Option("missingkey=error").Parse(source)
			})
		}
		b.texts[lang][group+"."+key] = t
	}
	return nil
}

// Has reports whether a text exists.
func (b *Book) Has(key string) bool {
	_, ok := b.texts[config.Hans][key]
	return ok
}

// Render fills a text. An unknown language speaks simplified Chinese; an
// unknown key or a field that the data lacks is an error naming it.
func (b *Book) Render(lang config.Language, key string, data any) (string, error) {
	lang, large := lang.Base()
	texts, ok := b.texts[lang]
	if !ok {
		texts = b.texts[config.Hans]
	}
	t, ok := texts[key]
	if short, plainer := texts[key+Large]; large && plainer {
		t = short
	}
	if !ok {
		return "", fmt.Errorf("text %s/%s does not exist", lang, key)
	}
	if t.tmpl == nil {
		return t.plain, nil
	}
	tmpl, err := t.tmpl()
	if err != nil {
		return "", fmt.Errorf("text %s/%s: %w", lang, key, err)
	}
	var sb strings.Builder
	if err := tmpl.Execute(&sb, data); err != nil {
		return "", fmt.Errorf("text %s/%s: %w", lang, key, err)
	}
	return strings.TrimRight(sb.String(), "\n"), nil
}
