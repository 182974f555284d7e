package templates

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhenban/config"
)

// aboutHealth finds words that belong into a clinic's profile, where they have
// a source and an approval, and not into the program's own texts.
var aboutHealth = regexp.MustCompile(`毫克|\bmg\b|服用|禁食|禁水|空腹|冰敷|热敷|消毒|止血|退烧|止痛|止疼|抗生素|伤口|体温|喂药|肿|发烧|呕吐|症状|停药|剂量|换药|拆线|创口|忌口`)

// namesHealth are the texts that name such a thing without advising anything:
// they ask, give an example, or send to the doctor.
func namesHealth() []string {
	return []string{
		"bill.ask_lines", // an example of a line
		"discharge.book", // a visit
		"discharge.text", // headings, and a date that the doctor decides about
		"dose.stopped",   // whether to stop is the doctor's to say
		"entries.part",   // headings
	}
}

// The program itself says nothing medical: no advice without a source stands
// in its texts.
func TestNothingMedicalInTexts(t *testing.T) {
	named := namesHealth()
	seen := map[string]bool{}
	list, err := fs.Glob(files, "text/"+string(config.Hans)+"/*.yaml")
	if err != nil || len(list) == 0 {
		t.Fatal("no texts", err)
	}
	for _, file := range list {
		data, err := fs.ReadFile(files, file)
		if err != nil {
			t.Fatal(err)
		}
		group := strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".yaml")
		key := ""
		for line := range strings.SplitSeq(string(data), "\n") {
			if name, _, ok := strings.Cut(line, ":"); ok && name != "" && !strings.HasPrefix(line, " ") {
				key = group + "." + name
			}
			word := aboutHealth.FindString(line)
			if word == "" {
				continue
			}
			seen[key] = true
			if !slices.Contains(named, key) {
				t.Errorf("%s says %q: advice belongs into the profile, with its source; a text that only asks is listed in this file", key, word)
			}
		}
	}
	for _, key := range named {
		if !seen[key] {
			t.Errorf("%s is listed and names nothing", key)
		}
	}
}
