package nlu

import "testing"

func TestDecimal(t *testing.T) {
	for text, want := range map[string]float64{
		"38.5": 38.5, "38度5": 38.5, "三十八度五": 38.5, "三十八点五": 38.5, "38．5℃": 38.5, "３８．５": 38.5, "体温39度": 39, "三十九度": 39,
		"36度半": 36.5, "三十六度半": 36.5, "10": 10, "十": 10, "零": 0, "0": 0, "大概5分": 5, "5公斤": 5, "101.3F": 101.3, "三点七五": 3.75, "疼痛七分": 7,
		"零下3": -3, "二十三": 23, "38,5": 38.5,
	} {
		if got, ok := Decimal(text); !ok || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"没量", "3到5", "一两次", "上午8点38.5", "", "好多了"} {
		if got, ok := Decimal(text); ok {
			t.Errorf("%q: %v, want none", text, got)
		}
	}
}

func TestChoose(t *testing.T) {
	list := []Alternative{
		{"none", []string{"没吃", "一口没吃", "不吃", "完全不吃", "nothing"}},
		{"half", []string{"吃了一半", "一半", "吃了一点", "比平时少", "half"}},
		{"all", []string{"都吃了", "吃完了", "正常", "和平时一样", "normal"}},
	}
	for text, want := range map[string]string{
		"吃了一半": "half", "早上吃了一半吧": "half", "今天一口没吃": "none", "吃得正常": "all", "不正常": "", "HALF": "half", "嗯": "", "比平时少，不是不吃": "half",
	} {
		got, _ := Choose(text, list)
		if want == "" {
			if _, ok := Choose(text, list); ok {
				t.Errorf("%q: %q, want none", text, got)
			}
			continue
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSkips(t *testing.T) {
	for _, text := range []string{"跳过", "没量", "Skip", "不知道。"} {
		if !Skips(text) {
			t.Errorf("%q skips", text)
		}
	}
	if Skips("不知道是不是发烧了") {
		t.Error("a sentence is no skip")
	}
}
