package config

import "strings"

// Billing is what stands around a bill in the chat.
type Billing struct {
	Pay   Text     `yaml:"pay"`   // how it is paid: 到前台微信、支付宝、现金都行
	Hosts []string `yaml:"hosts"` // hosts that links of e-invoices may open; others are shown as text
}

// Opens reports a link of an e-invoice that may be a button: https, to one of
// the hosts of the list or a host below one.
func (b *Billing) Opens(link string) bool {
	rest, ok := strings.CutPrefix(link, "https://")
	host, _, _ := strings.Cut(rest, "/")
	host = strings.ToLower(host)
	if !ok || strings.ContainsAny(host, "@:?#\\ ") {
		return false
	}
	for _, h := range b.Hosts {
		if host == h || strings.HasSuffix(host, "."+h) {
			return true
		}
	}
	return false
}

func (v *validator) billing() {
	for i, h := range v.Billing.Hosts {
		if h != strings.ToLower(h) || strings.ContainsAny(h, "/:@ *") || !strings.Contains(h, ".") {
			v.add(at("billing.hosts", i), "%q is no host: write einvoice.example.com", h)
		}
	}
}
