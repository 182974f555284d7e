package client

import "testing"

func TestSaysDied(t *testing.T) {
	for text, want := range map[string]bool{
		"豆豆昨天晚上去世了": true, "咪咪已經離世": true, "我家狗狗过世了": true, "My dog passed away last night": true, "she died yesterday": true,
		"豆豆会不会去世": false, "会去世吗": false, "怕它去世": false, "没去世": false, "差点去世": false, "my battery died": false, "我走了": false, "could he have passed away": false,
	} {
		if got := saysDied(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
