package chart

import (
	"bytes"
	"errors"
	"image/color"
	"image/png"
	"math"
)

// Curve is how a recovery goes: one strip for each thing that is watched, all
// over the same days.
type Curve struct {
	Title  string
	Strips []Strip
	Days   []Tick // where a day is written below
}

// Tick is a place on an axis with its label.
type Tick struct {
	At    float64
	Label string
}

// Strip is one thing that is watched.
type Strip struct {
	Name      string // with its unit
	Points    []Spot
	Low, High float64 // what the axis shows at least
	Ticks     []Tick  // of the values; where there are few: an answer each
	Red       []Limit // beyond which it is a matter for the doctor
	Words     bool    // its values are answers: no numbers at the points
}

// Spot is one value at a time in days.
type Spot struct {
	Day   float64
	Value float64
	Red   bool
}

// Limit is a red line.
type Limit struct {
	At    float64
	Label string
}

// The measures of the picture, in pixels: a phone shows it at half the size.
const (
	curveTop    = 64.0
	stripHigh   = 150.0
	stripGap    = 62.0
	curveBottom = 52.0
	curveLeft   = 150.0
	curveRight  = 34.0
	bigText     = 26.0
	midText     = 21.0
	smallText   = 19.0
)

// MaxStrips is how many strips one picture holds.
const MaxStrips = 5

// PNG draws it.
func (v Curve) PNG() ([]byte, error) {
	if len(v.Strips) == 0 || len(v.Days) == 0 {
		return nil, errors.New("curve: nothing to draw")
	}
	strips := v.Strips[:min(len(v.Strips), MaxStrips)]
	c, err := newCanvas(width, int(curveTop+float64(len(strips))*(stripHigh+stripGap)+curveBottom))
	if err != nil {
		return nil, err
	}
	c.text(c.fit(v.Title, bigText, width-40), 20, 40, bigText, 0, ink)
	first, last := v.Days[0].At, v.Days[0].At
	for _, s := range strips {
		for _, p := range s.Points {
			first, last = min(first, p.Day), max(last, p.Day)
		}
	}
	for _, d := range v.Days {
		first, last = min(first, d.At), max(last, d.At)
	}
	if last-first < 1 {
		first, last = first-0.5, first+0.5+max(0, last-first)
	}
	x := func(day float64) float64 {
		return curveLeft + 16 + (day-first)/(last-first)*(width-curveLeft-curveRight-32)
	}
	y := curveTop
	for i := range strips {
		y += stripGap
		c.strip(&strips[i], x, y, v.Days)
		y += stripHigh
	}
	free := -1.0
	for _, d := range v.Days { // as many as find room
		half := c.wide(d.Label, smallText) / 2
		at := min(x(d.At), width-6-half)
		if at-half > free {
			c.text(d.Label, at, y+34, smallText, 0.5, ink)
			free = at + half + 10
		}
	}
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := e.Encode(&b, c.img); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// strip draws one strip with its top at y.
func (c *canvas) strip(s *Strip, x func(float64) float64, y float64, days []Tick) {
	low, high := s.Low, s.High
	for _, p := range s.Points {
		low, high = min(low, p.Value), max(high, p.Value)
	}
	for _, l := range s.Red {
		low, high = min(low, l.At), max(high, l.At)
	}
	if high <= low {
		high = low + 1
	}
	if !s.Words {
		high += (high - low) * 0.12 // room for the numbers
	}
	at := func(v float64) float64 { return y + stripHigh - 10 - (v-low)/(high-low)*(stripHigh-20) }
	c.text(c.fit(s.Name, midText, width/2), 20, y-14, midText, 0, ink)
	for _, d := range days {
		c.line(x(d.At), y, x(d.At), y+stripHigh, 1, grid)
	}
	for _, k := range s.ticks(low, high) {
		c.line(curveLeft, at(k.At), width-curveRight, at(k.At), 1, grid)
		c.text(c.fit(k.Label, smallText, curveLeft-28), curveLeft-10, at(k.At)+7, smallText, 1, faint)
	}
	for i, l := range s.Red {
		c.dashes(curveLeft, width-curveRight, at(l.At), red)
		if i == 0 {
			c.text(l.Label, width-curveRight, y-14, smallText, 1, red)
		}
	}
	for i := 1; i < len(s.Points); i++ {
		a, b := s.Points[i-1], s.Points[i]
		c.line(x(a.Day), at(a.Value), x(b.Day), at(b.Value), 3, blue)
	}
	free := -1.0
	for _, p := range s.Points {
		col := color.Color(blue)
		if p.Red {
			col = red
		}
		c.dot(x(p.Day), at(p.Value), 6, col)
		label := short(p.Value)
		half := c.wide(label, smallText) / 2
		if s.Words || x(p.Day)-half < free {
			continue
		}
		free = x(p.Day) + half + 4
		above := at(p.Value) - 12
		if above < y+8 { // below where there is no room above
			above = at(p.Value) + 26
		}
		c.text(label, x(p.Day), above, smallText, 0.5, col)
	}
}

// ticks are the marks of an axis: its own, or three round numbers.
func (s *Strip) ticks(low, high float64) []Tick {
	if len(s.Ticks) > 0 {
		return s.Ticks
	}
	step := niceStep((high - low) / 3)
	var out []Tick
	for v := math.Ceil(low/step) * step; v <= high+step/100; v += step {
		out = append(out, Tick{v, short(v)})
	}
	return out
}
