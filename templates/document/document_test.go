package document

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func sample() Document {
	return Document{
		Head: "小橘灯宠物医院", Title: "全身麻醉和绝育手术同意书", Made: time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC),
		Facts:  []Fact{{"编号", "T12345678"}, {"患宠", "𠮷祥喆"}, {"费用", "¥600–2200（按种类、性别和体重；术前检查另计）"}, {"预约", "11月28日（周六） 10:00 绝育手术，王晓琳"}},
		Body:   "【要做什么】\n" + strings.Repeat("在全身麻醉下切除卵巢和子宫，防止意外怀孕，也减少子宫蓄脓等病。", 8) + "\n\n【可能的风险】\n" + strings.Repeat("· 麻醉意外：极少数会出现呼吸或心跳停止，可能危及生命。\n", 30),
		Signed: []Fact{{"决定", "同意"}, {"签名（键入）", "镕 𠮷"}, {"时间", "2026-11-27 10:00:00 CST（UTC+8）"}},
		Note:   "本件是电子记录的副本。", Missing: "〔U+…〕是字体里没有的字，按统一码写出。",
		Footer: func(page, of int) string { return fmt.Sprintf("T12345678 · 第 %d 页，共 %d 页", page, of) },
	}
}

// A name of rare characters neither breaks a document nor is left out, and a
// document of some pages is small.
func TestPDF(t *testing.T) {
	pdf, err := sample().PDF()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || bytes.Count(pdf, []byte("/Type /Page\n")) < 2 {
		t.Errorf("no document of two pages: %q…", pdf[:40])
	}
	if len(pdf) > 120<<10 {
		t.Errorf("%d bytes: the whole typeface is in it", len(pdf))
	}
	if dir := os.Getenv("ZHENBAN_KEEP"); dir != "" { // to look at it
		if err := os.WriteFile(filepath.Join(dir, "document.pdf"), pdf, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// What the typeface lacks stands as its code; lines keep to their width and to
// the marks that may not begin one.
func TestLines(t *testing.T) {
	d := sample()
	d.Columns = []Column{{"一", []Fact{{"好处", strings.Repeat("Supercalifragilistic ", 9)}}}, {"二", []Fact{{"好处", "甲"}}}}
	if _, err := d.PDF(); err != nil {
		t.Fatal(err)
	}
	s, err := begin()
	if err != nil {
		t.Fatal(err)
	}
	if got := s.shown("𠮷喆镕😀"); got != "〔U+20BB7〕喆镕" || !s.missing {
		t.Errorf("shown %q", got)
	}
	for _, line := range s.lines(strings.Repeat("麻醉，手术。English words （括号）", 20), 200, 10) {
		if w := s.width(line, 10); w > 200 {
			t.Errorf("%q is %.0f wide", line, w)
		}
		if strings.ContainsRune(notFirst, []rune(line)[0]) {
			t.Errorf("%q begins with a mark that closes", line)
		}
	}
	if got := s.lines(strings.Repeat("x", 300), 100, 10); len(got) < 10 {
		t.Errorf("a long word has %d lines", len(got))
	}
}

func BenchmarkPDF(b *testing.B) {
	d := sample()
	for b.Loop() {
		if _, err := d.PDF(); err != nil {
			b.Fatal(err)
		}
	}
}
