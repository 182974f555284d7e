package staff

import (
	"regexp"
	"strings"
)

// paperNumber is the number of a consent: T12345678.
var paperNumber = regexp.MustCompile(`^t\d{8}$`)

// papers puts something to a client: 发同意书 B1234567 麻醉 800元, 治疗方案 B1234567.
var papers = regexp.MustCompile(`^(?:(?:发|发送|请签|补)?(?:知情)?(同意书)|(?:send )?(consent)(?: form)?|(?:发|写|发送|出)?(?:治疗)?(方案)|(?:treatment )?(options|plans))\s*[:：]?\s*([a-z]\d{2,})\s*([\s\S]*)$`)

// paperWords reads what is said to put a consent or a choice to a client; said
// is as it was written.
func paperWords(said, text string) (string, bool) {
	m := papers.FindStringSubmatchIndex(text)
	if m == nil || paperNumber.MatchString(text[m[10]:m[11]]) {
		return "", false
	}
	line, command := text[m[12]:], "/sheet "
	if len(said) == len(text) {
		line = said[m[12]:]
	}
	if m[6] >= 0 || m[8] >= 0 {
		command = "/offer "
	}
	return strings.TrimSpace(command + strings.ToUpper(text[m[10]:m[11]]) + " " + line), true
}
