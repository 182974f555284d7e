package chart_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"zhenban/templates/chart"
)

func recovery() chart.Curve {
	days := []float64{1, 2, 3, 5, 7, 10, 14}
	v := chart.Curve{Title: "咪咪　绝育手术　恢复曲线"}
	temperature := chart.Strip{Name: "体温 °C", Low: 1e9, High: -1e9, Red: []chart.Limit{{At: 39.7, Label: "警戒线 39.7°C"}, {At: 37, Label: "低于 37°C"}}}
	pain := chart.Strip{Name: "疼痛", High: 10, Red: []chart.Limit{{At: 7, Label: "警戒线 7"}}}
	eats := chart.Strip{Name: "吃饭", Words: true, High: 2, Ticks: []chart.Tick{{At: 2, Label: "都吃了"}, {At: 1, Label: "吃了一半左右"}, {At: 0, Label: "没吃"}}}
	for i, d := range days {
		v.Days = append(v.Days, chart.Tick{At: d, Label: fmt.Sprintf("第%g天", d)})
		t := []float64{38.6, 39.8, 39.1, 38.7, 38.5, 38.4, 38.5}[i]
		temperature.Points = append(temperature.Points, chart.Spot{Day: d, Value: t, Red: t >= 39.7})
		pain.Points = append(pain.Points, chart.Spot{Day: d, Value: []float64{5, 7, 4, 2, 1, 0, 0}[i], Red: i == 1})
		eats.Points = append(eats.Points, chart.Spot{Day: d, Value: []float64{1, 0, 1, 2, 2, 2, 2}[i]})
	}
	v.Strips = []chart.Strip{temperature, pain, eats}
	return v
}

// show keeps a picture where somebody can look at it: ZHENBAN_LOOK is the folder.
func show(t testing.TB, name string, data []byte) {
	if dir := os.Getenv("ZHENBAN_LOOK"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
}

func TestCurve(t *testing.T) {
	data, err := recovery().PNG()
	require.NoError(t, err)
	show(t, "curve.png", data)
	img, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	assert.Equal(t, 720, img.Bounds().Dx())
	red := 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); r>>8 > 0xb0 && g>>8 < 0x60 && b>>8 < 0x60 {
				red++
			}
		}
	}
	assert.Greater(t, red, 500, "the red lines are drawn")

	one := chart.Curve{Title: "一次", Days: []chart.Tick{{At: 3, Label: "第3天"}}, Strips: []chart.Strip{{Name: "疼痛", High: 10, Points: []chart.Spot{{Day: 3.2, Value: 4}}}}}
	data, err = one.PNG()
	require.NoError(t, err)
	show(t, "curve-one.png", data)
	_, err = chart.Curve{}.PNG()
	require.Error(t, err, "nothing to draw")
}

// picture is a photo of a size, darker towards its top.
func picture(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for y := range h {
		for x := range w {
			img.Y[img.YOffset(x, y)] = byte(y * 255 / h)
			img.Cr[img.COffset(x, y)], img.Cb[img.COffset(x, y)] = byte(128+x*60/w), 110
		}
	}
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

// turned is a photo whose EXIF says that it lies on its side.
func turned(data []byte, how byte) []byte {
	exif := []byte{0xff, 0xd8, 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, how, 0, 0, 0, 0, 0, 0}
	return append(exif, data[2:]...)
}

func load(data []byte) func() ([]byte, error) { return func() ([]byte, error) { return data, nil } }

func TestSheet(t *testing.T) {
	wide, tall := picture(t, 640, 480), picture(t, 480, 640)
	s := chart.Sheet{Title: "咪咪　绝育手术　照片", Cells: []chart.Cell{
		{Label: "1　第 1 天 11:30", Load: load(wide)},
		{Label: "2　第 1 天 18:02", Load: load(turned(tall, 6))},
		{Label: "3　第 3 天 09:15", Load: load(tall)},
		{Label: "4　第 7 天 09:15", Word: "PDF"},
		{Label: "5　第 7 天 20:00", Load: func() ([]byte, error) { return nil, errors.New("gone") }},
		{Label: "6　第 14 天 08:00", Load: load([]byte("no picture"))},
	}}
	data, err := s.JPEG()
	require.NoError(t, err)
	show(t, "sheet.jpg", data)
	img, err := jpeg.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	bright := func(x, y int) uint8 { return color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y }
	assert.Less(t, bright(120, 110), bright(120, 220), "as it is: dark on top")
	assert.Less(t, bright(455, 160), bright(265, 160), "turned by a quarter: dark on the right")
	for _, n := range []int{1, 2, 4} {
		s.Cells = s.Cells[:n]
		if n == 4 {
			s.Cells = append(s.Cells[:2:2], s.Cells[0], s.Cells[1])
		}
		data, err = s.JPEG()
		require.NoError(t, err)
		show(t, "sheet-"+string(rune('0'+n))+".jpg", data)
	}
}

func BenchmarkCurve(b *testing.B) {
	for b.Loop() {
		if _, err := recovery().PNG(); err != nil {
			b.Fatal(err)
		}
	}
}

// Twelve photos of 12 million pixels, as phones take them.
func BenchmarkSheet(b *testing.B) {
	big := picture(b, 4000, 3000)
	s := chart.Sheet{Title: "x"}
	for range 12 {
		s.Cells = append(s.Cells, chart.Cell{Label: "第 1 天", Load: load(big)})
	}
	b.ResetTimer()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.JPEG(); err != nil {
			b.Fatal(err)
		}
	}
}
