package client

import "testing"

func TestHappening(t *testing.T) {
	for _, c := range []struct {
		text, sign string
		want       bool
	}{
		{"狗狗突然抽搐了", "抽搐", true},
		{"没有抽搐", "抽搐", false},
		{"没抽搐，但是一直流血", "一直流血", true},
		{"不抽搐了", "抽搐", false},
		{"去年抽搐过", "抽搐", false},
		{"上次骨折，这次又骨折了", "骨折", true},
		{"骨折术后复查", "骨折", false},
		{"如果中毒了怎么办", "中毒", false},
		{"它好像中毒了", "中毒", true},
		{"站不起来了", "站不起来", true},
		{"he is not having a seizure", "seizure", false},
		{"my dog is having a seizure", "seizure", true},
		{"she had no fever. now she is choking", "choking", true},
		{"", "抽搐", false},
		{"抽搐", "", false},
	} {
		if got := happening(c.text, c.sign); got != c.want {
			t.Errorf("%q in %q: %v, want %v", c.sign, c.text, got, c.want)
		}
	}
}
