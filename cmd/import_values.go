package cmd

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"

	"zhenban/config"
	"zhenban/handlers/client"
)

// line accepts one line of text up to a length in characters.
func line(most int) func(*clientsImport, cell) (string, error) {
	return func(_ *clientsImport, c cell) (string, error) {
		if n := utf8.RuneCountInString(c.text); n > most {
			return "", fmt.Errorf("%d characters are too long: at most %d", n, most)
		}
		for _, r := range c.text {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				return "", errors.New("has an invisible character in it")
			}
		}
		return strings.Join(strings.Fields(c.text), " "), nil
	}
}

// digits is a number that a spreadsheet showed as 1.38E+10, written out.
func digits(c cell) string {
	s := c.text
	if f, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, "eE") {
		if exact, err := strconv.ParseFloat(c.raw, 64); err == nil {
			f = exact
		}
		if f == math.Trunc(f) && math.Abs(f) < 1e15 {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	return s
}

func parseIdentifier(_ *clientsImport, c cell) (string, error) {
	s := digits(c)
	if len(s) > 64 || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return "", fmt.Errorf("%.40q is no number of a record: at most 64 bytes, no spaces", s)
	}
	return s, nil
}

func parsePhone(_ *clientsImport, c cell) (string, error) {
	if phone, ok := client.ParsePhone(digits(c)); ok {
		return phone, nil
	}
	return "", fmt.Errorf("%.40q is no phone number", c.text)
}

// word is a text as words are compared.
func word(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' || r == '_' {
			return -1
		}
		return r
	}, s))
}

// wordList is words of a meaning, separated by spaces.
type wordList struct{ meaning, words string }

func oneOfWords(list []wordList) func(*clientsImport, cell) (string, error) {
	return func(_ *clientsImport, c cell) (string, error) {
		var known []string
		for _, w := range list {
			fields := strings.Fields(w.words)
			if slices.Contains(fields, word(c.text)) {
				return w.meaning, nil
			}
			known = append(known, fields[0])
		}
		return "", fmt.Errorf("%.40q is none of %s", c.text, strings.Join(known, ", "))
	}
}

func languageWords() []wordList {
	return []wordList{
		{string(config.Hans), "简体中文 简体 中文 汉语 普通话 国语 zh zhcn zhhans chinese mandarin"},
		{string(config.Hant), "繁體中文 繁体中文 繁体 繁體 正體 zhtw zhhk zhhant cantonese"},
		{string(config.English), "english 英文 英语 英語 en enus engb"},
	}
}

func sexWords() []wordList {
	return []wordList{
		{"male", "公 雄 雄性 男 男性 弟弟 male m boy ♂"},
		{"female", "母 雌 雌性 女 女性 妹妹 female f girl ♀"},
		{"", "未知 不详 不明 unknown ?"},
	}
}

func neuteredWords() []wordList {
	return []wordList{
		{"yes", "是 已绝育 已絕育 已 有 yes y true 1 √ neutered spayed"},
		{"no", "否 未绝育 未絕育 未 无 没有 no n false 0 × intact"},
		{"", "未知 不详 不明 unknown ?"},
	}
}

func relationWords() []wordList {
	return []wordList{
		{"self", "本人 自己 self"},
		{"child", "子女 儿子 女儿 孩子 兒子 女兒 child son daughter"},
		{"parent", "父母 父亲 母亲 爸爸 妈妈 父親 母親 媽媽 parent father mother"},
		{"spouse", "配偶 丈夫 妻子 爱人 夫妻 愛人 spouse husband wife"},
		{"sibling", "兄弟姐妹 兄弟 姐妹 哥哥 弟弟 姐姐 妹妹 sibling brother sister"},
		{"grandparent", "祖父母 爷爷 奶奶 外公 外婆 grandparent grandfather grandmother"},
		{"grandchild", "孙子女 孙子 孙女 外孙 外孙女 grandchild grandson granddaughter"},
		{"other", "其他 其它 亲属 亲戚 other relative"},
	}
}

func parseNeeds(_ *clientsImport, c cell) (string, error) {
	one := oneOfWords([]wordList{
		{"child", "儿童 兒童 孩子 child children"},
		{"elderly", "老人 老年 老年人 elderly senior"},
		{"disabled", "残疾 残障 残疾人 殘疾 殘障 disabled disability"},
		{"", "无 無 none"},
	})
	var out []string
	for _, part := range strings.FieldsFunc(c.text, func(r rune) bool { return strings.ContainsRune(",，、;；/|", r) }) {
		need, err := one(nil, cell{text: part})
		if err != nil {
			return "", err
		}
		if need != "" && !slices.Contains(out, need) {
			out = append(out, need)
		}
	}
	slices.Sort(out)
	return strings.Join(out, ","), nil
}

func parseSpecies(im *clientsImport, c cell) (string, error) {
	if id, ok := im.species[word(c.text)]; ok {
		return id, nil
	}
	if len(im.species) == 0 {
		return "", errors.New("this clinic treats no animals: leave the column out")
	}
	var known []string
	for i := range im.clinic.Species {
		known = append(known, im.clinic.Species[i].Name.In(im.clinic.Language))
	}
	return "", fmt.Errorf("%.40q is no species of the clinic's profile: %s", c.text, strings.Join(known, ", "))
}

// parseBirth reads a day, a month or a year, in the forms people and
// spreadsheets write them; day/month/year is refused, nobody knows which is which.
func parseBirth(im *clientsImport, c cell) (string, error) {
	if serial, err := strconv.ParseFloat(c.raw, 64); err == nil && serial >= 10000 && serial < 100000 {
		if t, err := excelize.ExcelDateToTime(serial, im.date1904); err == nil {
			return im.plausibleBirth(t, time.DateOnly)
		}
	}
	s := strings.NewReplacer("年", "-", "月", "-", "日", "", "号", "", "/", "-", ".", "-").Replace(width.Fold.String(c.text))
	s, _, _ = strings.Cut(s, " ") // a time of day
	s, _, _ = strings.Cut(s, "T")
	for _, layout := range []struct{ read, write string }{
		{"2006-1-2", time.DateOnly}, {"20060102", time.DateOnly}, {"2006-1", "2006-01"}, {"2006", "2006"},
	} {
		if t, err := time.Parse(layout.read, strings.TrimSuffix(s, "-")); err == nil {
			return im.plausibleBirth(t, layout.write)
		}
	}
	return "", fmt.Errorf("%.40q is no date: write 2022-05-01, 2022-05 or 2022", c.text)
}

const maxAge = 130 // years; some tortoises live so long, no person did

func (im *clientsImport) plausibleBirth(t time.Time, layout string) (string, error) {
	switch {
	case t.After(im.now.AddDate(0, 0, 1)):
		return "", fmt.Errorf("%s lies in the future", t.Format(layout))
	case t.Before(im.now.AddDate(-maxAge, 0, 0)):
		return "", fmt.Errorf("%s is more than %d years ago", t.Format(layout), maxAge)
	}
	return t.Format(layout), nil
}

// maxWeight is what no patient of a kind weighs, in kg: beyond it somebody
// wrote grams. Guinness: the heaviest dog 155, cat 21, rabbit 25, person 635 kg.
func maxWeight(species string) float64 {
	switch species {
	case "dog":
		return 160
	case "cat":
		return 25
	case "rabbit":
		return 25
	}
	return 1000
}

// parseWeight reads kilograms, or the unit that stands in the cell or, failing
// that, in the header.
func parseWeight(c cell, unit, species string) (grams int, err error) {
	s := strings.ToLower(strings.Join(strings.Fields(width.Fold.String(c.text)), ""))
	number := strings.TrimRightFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	if u := s[len(number):]; u != "" {
		unit = u
	}
	f, err := strconv.ParseFloat(number, 64)
	if exact, e := strconv.ParseFloat(c.raw, 64); e == nil && err == nil {
		f = exact // what is shown may be rounded
	}
	factor, known := gramsIn(unit)
	if err != nil || !known || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, fmt.Errorf("%.40q is no weight: write kilograms as 4.2", c.text)
	}
	kg := f * factor / 1000
	if kg <= 0 || kg > maxWeight(species) {
		return 0, fmt.Errorf("%g kg is no plausible weight", kg)
	}
	return max(int(math.Round(kg*1000)), 1), nil
}

// gramsIn is how many grams a unit has; none is kilograms.
func gramsIn(unit string) (float64, bool) {
	switch unit {
	case "", "kg", "公斤", "千克":
		return 1000, true
	case "斤":
		return 500, true
	case "g", "克":
		return 1, true
	}
	return 0, false
}
