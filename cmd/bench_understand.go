package cmd

import (
	"slices"
	"time"

	"zhenban/bot/nlu"
)

// benchUnderstand is how long a sentence takes to be understood.
type benchUnderstand struct {
	Sentences int           `json:"sentences"`
	Mean      time.Duration `json:"mean_ns"`
	P99       time.Duration `json:"p99_ns"`
	Allocs    float64       `json:"allocs_each"`
}

func understandSentences() []string {
	return []string{
		"明天下午三点约李建平洗牙", "你们几点关门？", "下周二上午十点半给豆豆打疫苗可以吗", "把我后天的预约改到周五下午", "取消预约 B1234567",
		"狗狗术后可以洗澡吗", "我家猫今天不吃东西还吐了两次", "洗牙多少钱", "地址在哪里，有停车位吗", "我要投诉你们前台态度很差",
		"Can I book a check-up next Monday at 3 pm?", "下個月初八早上九點半", "我大概会迟到二十分钟", "人工", "谢谢你呀", "嗯好的就这样吧",
	}
}

func (b *benchWorld) understand() (*benchUnderstand, error) {
	texts, clinic := understandSentences(), b.app.clinic.current()
	at := b.w.Clock.Now().In(clinic.Location(""))
	const times = 200
	all := make([]time.Duration, 0, times*len(texts))
	before := readUsage()
	var sum time.Duration
	for range times {
		for _, text := range texts {
			start := b.w.Clock.Now()
			nlu.Understand(nlu.Request{Text: text, Now: at, Lexicon: clinic.Lexicon})
			took := b.w.Clock.Since(start)
			sum += took
			all = append(all, took)
		}
	}
	after := readUsage()
	slices.Sort(all)
	n := len(all)
	return &benchUnderstand{
		Sentences: n, Mean: sum / time.Duration(n), P99: quantile(all, .99), Allocs: float64(after.allocs-before.allocs) / float64(n),
	}, nil
}
