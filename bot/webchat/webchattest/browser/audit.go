package browser

import (
	_ "embed"

	"github.com/chromedp/chromedp"
)

//go:embed audit.js
var audit string

// Audit lists what would keep somebody out: controls without a name or smaller
// than 44 px, pictures without a description, text with a contrast below
// 4.5:1. It looks into frames of the same origin.
func Audit() chromedp.Action[[]string] { return chromedp.Evaluate[[]string](audit) }
