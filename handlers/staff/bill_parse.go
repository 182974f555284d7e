package staff

import (
	"fmt"
	"regexp"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/models"
)

// billLine is a line of a bill being written. Open: its price is not known yet.
type billLine struct {
	models.InvoiceLine
	Open bool `json:"o,omitempty"`
}

var (
	billDiscount = regexp.MustCompile(`^(?:折扣|优惠|减免|减|抹零|discount)\s*[:：]?\s*([¥￥]?[\d.,]+\s*(?:元|块|yuan)?)$`)
	billPercent  = regexp.MustCompile(`^(?:折扣|打|优惠)?\s*(\d{1,2}(?:\.\d)?)\s*折$`)
	billLineRule = regexp.MustCompile(`^(.*?\D)??\s*(?:(?:[x×*✕]\s*(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)\s*(?:次|个|支|针|片|盒|瓶|颗|只|项|份|粒|套))\s*)?(?:[¥￥]?\s*(\d[\d,]*(?:\.\d{1,2})?)\s*(?:元|块|yuan)?)?$`)
)

// parseBill reads lines as they are written at a desk: 洗牙 680，血检 150 x2，优惠 50,
// 9折. A service of the price list with one price needs none.
func parseBill(t *bot.Turn, text string) (lines []billLine, discount models.Fen, percent models.Quantity, err error) {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("，,;；、\n+", r) }) {
		part = strings.TrimSpace(part)
		plain := strings.ToLower(nlu.Simplify(part))
		if m := billDiscount.FindStringSubmatch(plain); m != nil {
			if discount, err = models.ParseFen(m[1]); err != nil {
				return nil, 0, 0, err
			}
			continue
		}
		if m := billPercent.FindStringSubmatch(plain); m != nil {
			if percent, err = foldOf(m[1]); err != nil {
				return nil, 0, 0, err
			}
			continue
		}
		if part == "" {
			continue
		}
		l, err := parseBillLine(t, part)
		if err != nil {
			return nil, 0, 0, err
		}
		lines = append(lines, l)
	}
	return lines, discount, percent, nil
}

// foldOf is what is paid of a whole at 9折, 85折 or 8.5折, in thousandths.
func foldOf(s string) (models.Quantity, error) {
	q, err := models.ParseQuantity(s)
	switch {
	case err != nil:
		return 0, err
	case q < 10*models.One:
		return q / 10, nil
	}
	return q / 100, nil
}

// parseBillLine reads a name, how many, and the price of one.
func parseBillLine(t *bot.Turn, part string) (l billLine, err error) {
	// The quantity may stand behind the price as well: 血检 150 x2.
	name, price, count := part, "", ""
	if m := countBehind.FindStringSubmatch(name); m != nil {
		name, count = m[1], m[2]
	}
	if m := billLineRule.FindStringSubmatch(name); m != nil && strings.TrimSpace(m[1]) != "" {
		name, price = strings.TrimSpace(m[1]), m[4]
		if m[2]+m[3] != "" {
			count = m[2] + m[3]
		}
	}
	l.Text, l.Quantity = strings.TrimSpace(name), models.One
	if count != "" {
		if l.Quantity, err = models.ParseQuantity(count); err != nil {
			return l, err
		}
	}
	if l.Text == "" || len([]rune(l.Text)) > maxBillText {
		return l, fmt.Errorf("%.40q is no line of a bill", part)
	}
	l.Open = price == ""
	for i := range t.Clinic.Services {
		s := &t.Clinic.Services[i]
		if !serviceCalled(t, s.ID, l.Text) {
			continue
		}
		l.Code, l.Text = s.ID, s.Name.In(t.Clinic.Language)
		if p := s.Price; l.Open && p.From > 0 && (p.To == 0 || p.To == p.From) {
			l.Price, l.Open = models.Fen(p.From)*100, false
		}
		break
	}
	if price != "" {
		l.Price, err = models.ParseFen(price)
	}
	return l, err
}

var countBehind = regexp.MustCompile(`^(.*\d\s*(?:元|块|yuan)?)\s*[x×*✕]\s*(\d+(?:\.\d+)?)$`)

// maxBillText bounds what a line is called, maxBillLines how many there are:
// a bill is read on a phone.
const (
	maxBillText  = 40
	maxBillLines = 40
)

// serviceCalled reports a name that is a service's own or one of its others.
func serviceCalled(t *bot.Turn, id, name string) bool {
	s := t.Clinic.Service(id)
	plain := func(x string) string { return strings.ToLower(nlu.Simplify(strings.TrimSpace(x))) }
	for _, w := range append([]string{s.Name["zh-Hans"], s.Name["zh-Hant"], s.Name["en"]}, s.Aliases...) {
		if w != "" && plain(w) == plain(name) {
			return true
		}
	}
	return false
}
