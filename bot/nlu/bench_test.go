package nlu

import (
	"fmt"
	"testing"
	"time"
)

func benchLexicon() *Lexicon {
	names := clinicNames()
	surnames, given := []rune("赵钱孙周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施孔曹严华金魏陶姜戚谢邹喻水云苏潘"), []rune("晓明丽华强军芳")
	for i := 0; len(names) < 60; i++ {
		names = append(names, Name{KindPractitioner, fmt.Sprint("p", i), []string{string([]rune{surnames[i], given[i%7], given[(i+3)%7]})}})
	}
	return NewLexicon(names)
}

func BenchmarkUnderstand(b *testing.B) {
	lexicon := benchLexicon()
	now := time.Date(2026, 11, 19, 10, 30, 0, 0, time.UTC)
	own := []Name{{KindPatient, "doudou", []string{"豆豆"}}}
	for name, text := range map[string]string{
		"booking":  "明天下午三点约王医生给豆豆洗牙",
		"symptom":  "我家猫从昨天晚上开始一直吐，不吃东西也没精神，要不要紧",
		"english":  "Can I book a dental cleaning with Dr Wang next Tuesday at half past three?",
		"nonsense": "asdf qwer 12345678901234567890",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Understand(Request{Text: text, Now: now, Lexicon: lexicon, Names: own})
			}
		})
	}
}

func BenchmarkNewLexicon(b *testing.B) {
	names := clinicNames()
	b.ReportAllocs()
	for b.Loop() {
		NewLexicon(names)
	}
}

func BenchmarkDanger(b *testing.B) {
	for name, text := range map[string]string{
		"booking": "明天下午三点约王医生给豆豆洗牙",
		"symptom": "我家猫从昨天晚上开始一直吐，不吃东西也没精神，要不要紧",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Danger(text, true)
			}
		})
	}
}
