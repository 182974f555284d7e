package chart_test

import (
	"bytes"
	"image/png"
	"os"
	"testing"

	"zhenban/templates/chart"
)

func trend(n int) chart.Trend {
	low, high := 120.0, 180.0
	t := chart.Trend{Title: "豆豆　血红蛋白（g/L）", Name: "血红蛋白", Low: &low, High: &high, LowName: "下限 120", HighName: "上限 180"}
	for i := range n {
		t.Points = append(t.Points, chart.Point{Label: []string{"9月1日", "9月22日", "10月20日", "11月22日"}[i%4], Value: []float64{101, 118, 127.5, 131}[i%4]})
	}
	return t
}

// A picture of a phone's size; set ZHENBAN_LOOK to a folder to look at it.
func TestTrend(t *testing.T) {
	for _, n := range []int{1, 4, 30} {
		b, err := trend(n).PNG()
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if size := img.Bounds().Size(); size.X != 720 || size.Y != 480 {
			t.Errorf("%v", size)
		}
		if dir := os.Getenv("ZHENBAN_LOOK"); dir != "" {
			if err := os.WriteFile(dir+"/trend"+string(rune('0'+n%10))+".png", b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := (chart.Trend{}).PNG(); err == nil {
		t.Error("a trend without points is drawn")
	}
}

func BenchmarkTrend(b *testing.B) {
	for b.Loop() {
		if _, err := trend(12).PNG(); err != nil {
			b.Fatal(err)
		}
	}
}
