package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	_ "image/png" // photos may be PNG
	"sync"

	"zhenban/media"
)

// Sheet is photos side by side, each with its label, in the order they are
// given.
type Sheet struct {
	Title string
	Cells []Cell
}

// Cell is one photo, or a word in its place.
type Cell struct {
	Label string
	Word  string
	Load  func() ([]byte, error) // its bytes: read when it is drawn, one at a time; nil: Word
}

const (
	sheetGap   = 12
	sheetHead  = 60
	sheetFoot  = 38        // below each photo: its label
	sheetTotal = 160 << 20 // pixels unpacked for one sheet; what is beyond is opened by itself
)

// unpacking is one photo at a time, in the whole process: a large one takes 200
// MB while it is unpacked.
var unpacking = sync.OnceValue(func() *sync.Mutex { return &sync.Mutex{} }) //nolint:gochecknoglobals // a lock

// JPEG draws it: photos as PNG would be ten times as large.
func (s Sheet) JPEG() ([]byte, error) {
	columns := 3
	if len(s.Cells) <= 2 {
		columns = max(1, len(s.Cells))
	} else if len(s.Cells) == 4 {
		columns = 2
	}
	side := (width - (columns+1)*sheetGap) / columns
	high := side
	if columns == 1 {
		high = side * 3 / 4
	}
	rows := (len(s.Cells) + columns - 1) / columns
	c, err := newCanvas(width, sheetHead+rows*(high+sheetFoot+sheetGap))
	if err != nil {
		return nil, err
	}
	c.text(c.fit(s.Title, bigText, width-2*sheetGap), sheetGap, 40, bigText, 0, ink)
	left := sheetTotal
	for i, cell := range s.Cells {
		x, y := sheetGap+i%columns*(side+sheetGap), sheetHead+i/columns*(high+sheetFoot+sheetGap)
		box := image.Rect(x, y, x+side, y+high)
		draw.Draw(c.img, box, image.NewUniform(grid), image.Point{}, draw.Src)
		if !c.photo(box, cell, &left) {
			word := cell.Word
			if word == "" {
				word = "?"
			}
			c.text(word, float64(x)+float64(side)/2, float64(y)+float64(high)/2+9, bigText, 0.5, faint)
		}
		c.text(c.fit(cell.Label, midText, float64(side)), float64(x), float64(y+high)+27, midText, 0, ink)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, c.img, &jpeg.Options{Quality: 85}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// photo draws a photo into a box, whole and upright. One that is gone or cannot
// be read leaves its place empty.
func (c *canvas) photo(box image.Rectangle, cell Cell, left *int) bool {
	if cell.Load == nil {
		return false
	}
	lock := unpacking()
	lock.Lock()
	defer lock.Unlock()
	data, err := cell.Load()
	if err != nil {
		return false
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || size.Width*size.Height > min(*left, media.MaxPixels) {
		return false
	}
	*left -= size.Width * size.Height
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return false
	}
	c.place(img, box, media.Orientation(data))
	return true
}

// place scales a picture down into a box, turned as its orientation says.
func (c *canvas) place(img image.Image, box image.Rectangle, turn int) {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if turn >= 5 {
		w, h = h, w
	}
	scale := min(float64(box.Dx())/float64(w), float64(box.Dy())/float64(h))
	dw, dh := max(1, int(float64(w)*scale)), max(1, int(float64(h)*scale))
	x0, y0 := box.Min.X+(box.Dx()-dw)/2, box.Min.Y+(box.Dy()-dh)/2
	const grain = 3 // samples a pixel, each way
	for y := range dh {
		for x := range dw {
			var r, g, bl, n uint32
			for sy := range grain {
				for sx := range grain {
					u := (x*grain + sx) * w / (dw * grain)
					v := (y*grain + sy) * h / (dh * grain)
					pr, pg, pb, pa := img.At(upright(u, v, b, turn)).RGBA()
					r, g, bl, n = r+pr+0xffff-pa, g+pg+0xffff-pa, bl+pb+0xffff-pa, n+1 // on white
				}
			}
			c.img.SetRGBA(x0+x, y0+y, color.RGBA{uint8(r / n >> 8), uint8(g / n >> 8), uint8(bl / n >> 8), 0xff})
		}
	}
}

// upright is where the pixel (u, v) of the upright picture lies in the file.
func upright(u, v int, b image.Rectangle, turn int) (x, y int) {
	w, h := b.Dx(), b.Dy()
	switch turn {
	case 2:
		u = w - 1 - u
	case 3:
		u, v = w-1-u, h-1-v
	case 4:
		v = h - 1 - v
	case 5:
		u, v = v, u
	case 6:
		u, v = v, h-1-u
	case 7:
		u, v = w-1-v, h-1-u
	case 8:
		u, v = w-1-v, u
	}
	return b.Min.X + u, b.Min.Y + v
}
