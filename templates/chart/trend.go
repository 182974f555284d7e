// Package chart draws what is easier seen than read, as PNG with the labels in
// Chinese or English.
package chart

import (
	"fmt"
	"math"
	"strconv"
	"sync"

	charts "github.com/go-analyze/charts"
	"github.com/golang/freetype/truetype"

	"zhenban/templates/font"
)

// The size of a picture: read on a phone, where it is shown about 360 points
// wide.
const (
	width  = 720
	height = 480
)

// typeface is parsed when the first picture is drawn.
var typeface = sync.OnceValues(func() (*truetype.Font, error) { return truetype.Parse(font.Data()) })

// Point is one value of a line.
type Point struct {
	Label string // of its moment
	Value float64
}

// Trend is how one value went over time.
type Trend struct {
	Title     string
	Name      string // of the line
	Points    []Point
	Low, High *float64 // what is usual; nil: no limit
	LowName   string
	HighName  string
}

// PNG draws it.
func (t Trend) PNG() ([]byte, error) {
	if len(t.Points) == 0 {
		return nil, fmt.Errorf("trend %q: no points", t.Title)
	}
	face, err := typeface()
	if err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	labels := make([]string, len(t.Points))
	values := make([]float64, len(t.Points))
	low, high := math.Inf(1), math.Inf(-1)
	for i, p := range t.Points {
		labels[i], values[i] = p.Label, p.Value
		low, high = min(low, p.Value), max(high, p.Value)
	}
	lines, names, colors := [][]float64{values}, []string{t.Name}, []charts.Color{charts.ColorFromHex("#1f6feb")}
	for _, limit := range []struct {
		at    *float64
		name  string
		color string
	}{{t.High, t.HighName, "#d1242f"}, {t.Low, t.LowName, "#bf8700"}} {
		if limit.at == nil {
			continue
		}
		level := make([]float64, len(values))
		for i := range level {
			level[i] = *limit.at
		}
		lines, names, colors = append(lines, level), append(names, limit.name), append(colors, charts.ColorFromHex(limit.color))
		low, high = min(low, *limit.at), max(high, *limit.at)
	}
	return drawTrend(face, t, labels, lines, names, colors, low, high)
}

func drawTrend(face *truetype.Font, t Trend, labels []string, lines [][]float64, names []string, colors []charts.Color, low, high float64) ([]byte, error) {
	room := max((high-low)*0.15, math.Abs(high)*0.02, 0.01)
	least, most := low-room, high+room
	if low >= 0 {
		least = max(least, 0)
	}
	step := niceStep((most - least) / 7)
	least, most = math.Floor(least/step)*step, math.Ceil(most/step)*step
	o := charts.NewLineChartOptionWithData(lines)
	text := charts.NewFontStyleWithSize(18)
	text.Font, text.FontColor = face, charts.ColorFromHex("#24292f")
	small := text
	small.FontSize = 15
	o.Theme = charts.GetTheme(charts.ThemeLight).WithSeriesColors(colors).WithBackgroundColor(charts.ColorWhite)
	o.Title = charts.TitleOption{Text: t.Title, FontStyle: text}
	o.Legend = charts.LegendOption{SeriesNames: names, FontStyle: small, Offset: charts.OffsetStr{Top: "36"}}
	o.XAxis = charts.XAxisOption{Labels: labels, LabelFontStyle: small, LabelCountAdjustment: 0}
	o.YAxis = []charts.YAxisOption{{Min: &least, Max: &most, LabelFontStyle: small, LabelCount: int(math.Round((most-least)/step)) + 1}}
	o.Padding = charts.Box{Top: 20, Left: 20, Right: 28, Bottom: 16}
	o.LineStrokeWidth = 3
	o.ValueFormatter = short
	for i := range o.SeriesList {
		if i > 0 {
			o.SeriesList[i].Symbol = charts.Symbol{Shape: charts.SymbolDot, Size: 0.5}
			continue
		}
		o.SeriesList[i].Label = charts.SeriesLabel{Show: charts.Ptr(len(labels) <= 12), FontStyle: small, ValueFormatter: short}
	}
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: width, Height: height, Font: face})
	if err := p.LineChart(o); err != nil {
		return nil, fmt.Errorf("trend: %w", err)
	}
	return p.Bytes()
}

// niceStep is the step of 1, 2 or 5 times a power of ten above a size.
func niceStep(size float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(size)))
	for _, n := range []float64{1, 2, 5} {
		if n*power >= size {
			return n * power
		}
	}
	return 10 * power
}

// short writes a number without digits that say nothing.
func short(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}
