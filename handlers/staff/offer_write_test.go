package staff

import (
	"slices"
	"testing"

	"zhenban/config"
)

func TestReadPlan(t *testing.T) {
	p, missing := readPlan("种植牙\n好处：不磨旁边的牙\n风险: 感染、\n松动\n费用：8800-9800元\n次数：约 4 次\n推荐：首选")
	if len(missing) > 0 {
		t.Errorf("missing %v", missing)
	}
	for got, want := range map[string]string{
		p.Name.In(config.Hans): "种植牙", p.Benefit.In(config.Hans): "不磨旁边的牙", p.Risk.In(config.Hans): "感染、 松动", p.Price.In(config.Hans): "¥8800–9800",
		p.Visits.In(config.Hans): "约 4 次", p.Grade.In(config.Hans): "首选",
	} {
		if got != want {
			t.Errorf("read %q, want %q", got, want)
		}
	}
	if p, missing = readPlan("Option: Bridge\nBenefit: quick\nRisk: grinding\nPrice: told at the clinic"); len(missing) > 0 || p.Name.In(config.English) != "Bridge" {
		t.Errorf("read %v, missing %v", p, missing)
	}
	if _, missing = readPlan("拔除\n費用：600"); !slices.Equal(missing, []string{"benefit", "risk"}) {
		t.Errorf("missing %v", missing)
	}
	if _, missing = readPlan("  \n"); len(missing) != 4 {
		t.Errorf("an empty text lacks %v", missing)
	}
}

func TestReadPrice(t *testing.T) {
	for line, want := range map[string][2]string{
		"¥800": {"¥800", ""}, "麻醉 800元 含抽血": {"¥800", "麻醉   含抽血"}, "800-1200元": {"¥800–1200", ""}, "1,200 yuan": {"¥1,200", ""},
		"30 分钟": {"", "30 分钟"}, "说明": {"", "说明"},
	} {
		price, rest := readPrice(line)
		if price[config.Hans] != want[0] || rest != want[1] {
			t.Errorf("%q: price %q, rest %q", line, price[config.Hans], rest)
		}
	}
}

func TestPaperWords(t *testing.T) {
	for text, want := range map[string]string{
		"发同意书 B1234567 麻醉 800元": "/sheet B1234567 麻醉 800元", "同意書 P0001": "/sheet P0001", "consent B1234567 Xray": "/sheet B1234567 Xray",
		"治疗方案 B1234567": "/offer B1234567", "写方案：b1234567": "/offer B1234567", "treatment options B1234567": "/offer B1234567",
		"待签": "/sheet", "待批同意书": "/sheettexts",
	} {
		if got, ok := Words(text); !ok || got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"同意书", "治疗方案", "同意书 T12345678", "同意"} { // clients say these
		if got, ok := Words(text); ok {
			t.Errorf("%q is %q", text, got)
		}
	}
}
