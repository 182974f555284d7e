package models

import (
	"fmt"
	"strconv"
	"strings"
)

// Fen is an amount of money in hundredths of a yuan. Money is counted, never
// approximated: there is no float in it.
type Fen int64

// maxFen bounds an amount: a slip of the finger is noticed.
const maxFen = Fen(100_000_000 * 100)

// String writes ¥1280.50.
func (f Fen) String() string {
	sign := ""
	if f < 0 {
		sign, f = "-", -f
	}
	return fmt.Sprintf("%s¥%d.%02d", sign, f/100, f%100)
}

// ParseFen reads an amount in yuan as people write it: 680, 680.5, ¥1,280.00,
// 680元.
func ParseFen(s string) (Fen, error) {
	text := strings.NewReplacer("￥", "", "¥", "", ",", "", "，", "", "元", "", "块", "", "塊", "", "yuan", "", "rmb", "", " ", "").Replace(strings.ToLower(s))
	whole, part, dotted := strings.Cut(text, ".")
	if whole == "" || len(whole) > 10 || len(part) > 2 || dotted && part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return 0, fmt.Errorf("%.40q is no amount: write 680 or 680.50", s)
	}
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%.40q is no amount: %w", s, err)
	}
	if Fen(n) > maxFen {
		return 0, fmt.Errorf("%.40q is more than %s", s, maxFen)
	}
	return Fen(n), nil
}

// Quantity is how much of something, in thousandths, so that half a tablet
// stays half a tablet.
type Quantity int64

// One is a quantity of one.
const One Quantity = 1000

// maxQuantity bounds a quantity.
const maxQuantity = 100_000 * One

// String writes 2 or 0.5.
func (q Quantity) String() string {
	if q%One == 0 {
		return strconv.FormatInt(int64(q/One), 10)
	}
	return strings.TrimRight(fmt.Sprintf("%d.%03d", q/One, q%One), "0")
}

// ParseQuantity reads a quantity: 2, 0.5.
func ParseQuantity(s string) (Quantity, error) {
	whole, part, dotted := strings.Cut(strings.TrimSpace(s), ".")
	if whole == "" || len(whole) > 7 || len(part) > 3 || dotted && part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return 0, fmt.Errorf("%.40q is no quantity: write 2 or 0.5", s)
	}
	n, err := strconv.ParseInt(whole+(part + "000")[:3], 10, 64)
	if err != nil || n == 0 || Quantity(n) > maxQuantity {
		return 0, fmt.Errorf("%.40q is no quantity: write 2 or 0.5", s)
	}
	return Quantity(n), nil
}

// Times is a price for a quantity, rounded to the nearest fen.
func (f Fen) Times(q Quantity) Fen {
	n := int64(f) * int64(q)
	if n < 0 {
		return -Fen((-n + int64(One)/2) / int64(One))
	}
	return Fen((n + int64(One)/2) / int64(One))
}
