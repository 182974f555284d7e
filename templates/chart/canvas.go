package chart

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// The colors of the pictures.
var (
	ink   = color.RGBA{0x24, 0x29, 0x2f, 0xff} //nolint:gochecknoglobals // fixed
	faint = color.RGBA{0x6e, 0x77, 0x81, 0xff} //nolint:gochecknoglobals // fixed
	grid  = color.RGBA{0xe3, 0xe6, 0xea, 0xff} //nolint:gochecknoglobals // fixed
	blue  = color.RGBA{0x1f, 0x6f, 0xeb, 0xff} //nolint:gochecknoglobals // fixed
	red   = color.RGBA{0xd1, 0x24, 0x2f, 0xff} //nolint:gochecknoglobals // fixed
)

// canvas is a picture being drawn.
type canvas struct {
	img   *image.RGBA
	face  *truetype.Font
	sizes map[float64]font.Face
}

func newCanvas(w, h int) (*canvas, error) {
	face, err := typeface()
	if err != nil {
		return nil, err
	}
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, w, h)), face: face, sizes: map[float64]font.Face{}}
	draw.Draw(c.img, c.img.Bounds(), image.White, image.Point{}, draw.Src)
	return c, nil
}

func (c *canvas) at(size float64) font.Face {
	f := c.sizes[size]
	if f == nil {
		f = truetype.NewFace(c.face, &truetype.Options{Size: size, DPI: 72, Hinting: font.HintingFull})
		c.sizes[size] = f
	}
	return f
}

// wide is how wide a text is.
func (c *canvas) wide(s string, size float64) float64 {
	return float64(font.MeasureString(c.at(size), s)) / 64
}

// fit cuts a text to a width.
func (c *canvas) fit(s string, size, width float64) string {
	if c.wide(s, size) <= width {
		return s
	}
	runes := []rune(s)
	for n := len(runes) - 1; n > 0; n-- {
		if cut := string(runes[:n]) + "…"; c.wide(cut, size) <= width {
			return cut
		}
	}
	return ""
}

// text writes a line; align is the part of it that lies left of x.
func (c *canvas) text(s string, x, y, size, align float64, col color.Color) {
	x -= align * c.wide(s, size)
	d := font.Drawer{Dst: c.img, Src: image.NewUniform(col), Face: c.at(size), Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y * 64)}}
	d.DrawString(s)
}

// line draws from one point to another.
func (c *canvas) line(x0, y0, x1, y1, thick float64, col color.Color) {
	dx, dy := x1-x0, y1-y0
	n := math.Hypot(dx, dy)
	if n == 0 {
		return
	}
	px, py := -dy/n*thick/2, dx/n*thick/2
	c.fill(col, [][2]float64{{x0 + px, y0 + py}, {x1 + px, y1 + py}, {x1 - px, y1 - py}, {x0 - px, y0 - py}})
}

// dashes draws a level line in pieces.
func (c *canvas) dashes(x0, x1, y float64, col color.Color) {
	for x := x0; x < x1; x += 14 {
		c.line(x, y, min(x+8, x1), y, 2, col)
	}
}

// dot draws a disc.
func (c *canvas) dot(x, y, r float64, col color.Color) {
	const corners = 20
	p := make([][2]float64, corners)
	for i := range p {
		s, k := math.Sincos(2 * math.Pi * float64(i) / corners)
		p[i] = [2]float64{x + r*k, y + r*s}
	}
	c.fill(col, p)
}

func (c *canvas) fill(col color.Color, points [][2]float64) {
	b := c.img.Bounds()
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range points {
		for i := range 2 {
			low[i], high[i] = min(low[i], p[i]), max(high[i], p[i])
		}
	}
	box := image.Rect(int(low[0])-1, int(low[1])-1, int(high[0])+2, int(high[1])+2).Intersect(b)
	if box.Empty() {
		return
	}
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	for i, p := range points {
		x, y := float32(p[0])-float32(box.Min.X), float32(p[1])-float32(box.Min.Y)
		if i == 0 {
			z.MoveTo(x, y)
		} else {
			z.LineTo(x, y)
		}
	}
	z.ClosePath()
	z.Draw(c.img, box, image.NewUniform(col), image.Point{})
}
