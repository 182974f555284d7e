package client

import "testing"

func TestScoreSaid(t *testing.T) {
	for text, want := range map[string]int{
		"5分": 5, "五星好评": 5, "给4分": 4, "打 3 分吧": 3, "一分": 1, "很满意！": 5, "很滿意": 5, "不满意": 2, "so-so": 3, "4 stars": 4, "2/5": 2,
		"6分": 0, "几点开门": 0, "预约": 0, "5": 0, "": 0, "三点半": 0, "医生很好": 0,
	} {
		if got := scoreSaid(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
