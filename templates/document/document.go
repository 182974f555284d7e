// Package document sets what is to be printed or kept on paper, as PDF: A4,
// with the typeface of the program embedded as far as it is used.
package document

import (
	"fmt"
	"strings"
	"time"

	"github.com/signintech/gopdf"

	"zhenban/templates/font"
)

// Fact is a name with its value.
type Fact struct{ Name, Value string }

// Column is one of several that stand side by side: a heading and facts below.
type Column struct {
	Head  string
	Facts []Fact
}

// Document is a record as it is printed. Texts come ready, in one language.
type Document struct {
	Head    string   // who issues it, above the title
	Title   string   //
	Facts   []Fact   // what it is about
	Columns []Column // at most three
	Body    string   // paragraphs; a line in 【】 is a heading
	Signed  []Fact   // who decided what and when, in a box
	Note    string   // small print below the box
	Missing string   // said when a character has no shape in the typeface and stands as its code
	Footer  func(page, of int) string
	Made    time.Time
}

// The page in points (1/72 inch).
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 56
	inner      = pageWidth - 2*margin
	bottom     = pageHeight - 64
	family     = "cjk"
)

// ink is text at its place, or a line.
type ink struct {
	x, y, size float64
	text       string
	grey       bool
	to         [2]float64 // of a line: its other end
}

// setter lays a document out before anything is drawn, since the footers
// say how many pages there are.
type setter struct {
	pdf     *gopdf.GoPdf
	widths  map[rune]float64 // of 1 point, by character
	absent  map[rune]bool
	pages   [][]ink
	y       float64
	missing bool
}

// PDF sets it. The typeface is read for each document and let go with it: that
// takes milliseconds, and an idle program holds nothing.
func (d Document) PDF() ([]byte, error) {
	s, err := begin()
	if err != nil {
		return nil, err
	}
	pdf := s.pdf
	s.page()
	s.set(d)
	pdf.SetInfo(gopdf.PdfInfo{Title: d.Title, Author: d.Head, CreationDate: d.Made})
	for i, page := range s.pages {
		if i > 0 {
			pdf.AddPage()
		}
		footer := s.fits(d.Footer(i+1, len(s.pages)), inner, 8)
		page = append(page, ink{x: margin, y: bottom + 14, size: 8, text: footer, grey: true})
		if err := s.draw(page); err != nil {
			return nil, err
		}
	}
	return pdf.GetBytesPdfReturnErr()
}

// begin reads the typeface.
func begin() (*setter, error) {
	pdf := &gopdf.GoPdf{}
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	if err := pdf.AddTTFFontDataWithOption(family, font.Data(), gopdf.TtfOption{}); err != nil {
		return nil, fmt.Errorf("font: %w", err)
	}
	pdf.AddPage() // measuring wants one
	if err := pdf.SetFont(family, "", 100); err != nil {
		return nil, err
	}
	return &setter{pdf: pdf, widths: map[rune]float64{}, absent: map[rune]bool{}}, nil
}

func (s *setter) draw(page []ink) error {
	s.pdf.SetLineWidth(0.5)
	for _, i := range page {
		if i.text == "" {
			s.pdf.SetStrokeColor(120, 120, 120)
			s.pdf.Line(i.x, i.y, i.to[0], i.to[1])
			continue
		}
		shade := uint8(20)
		if i.grey {
			shade = 95
		}
		s.pdf.SetTextColor(shade, shade, shade)
		if err := s.pdf.SetFont(family, "", i.size); err != nil {
			return err
		}
		s.pdf.SetXY(i.x, i.y)
		if err := s.pdf.Cell(nil, i.text); err != nil {
			return err
		}
	}
	return nil
}

func (s *setter) page() {
	s.pages = append(s.pages, nil)
	s.y = margin
}

// room begins another page when less than this is left.
func (s *setter) room(height float64) {
	if s.y+height > bottom {
		s.page()
	}
}

func (s *setter) put(i ink) {
	last := len(s.pages) - 1
	s.pages[last] = append(s.pages[last], i)
}

// text sets a paragraph, broken into lines.
func (s *setter) text(x, width, size float64, grey bool, paragraph string) {
	for _, line := range s.lines(paragraph, width, size) {
		s.room(size * 1.65)
		s.put(ink{x: x, y: s.y, size: size, text: line, grey: grey})
		s.y += size * 1.65
	}
}

func (s *setter) centred(size float64, grey bool, text string) {
	for _, line := range s.lines(text, inner, size) {
		s.put(ink{x: margin + (inner-s.width(line, size))/2, y: s.y, size: size, text: line, grey: grey})
		s.y += size * 1.6
	}
}

func (s *setter) rule(x1, x2 float64) {
	s.put(ink{x: x1, y: s.y, to: [2]float64{x2, s.y}})
}

func (s *setter) set(d Document) {
	s.centred(10.5, true, d.Head)
	s.y += 4
	s.centred(18, false, d.Title)
	s.y += 8
	s.rule(margin, pageWidth-margin)
	s.y += 8
	s.facts(margin, inner, 10.5, d.Facts)
	s.y += 2
	s.rule(margin, pageWidth-margin)
	s.y += 10
	s.columns(d.Columns)
	for line := range strings.SplitSeq(d.Body, "\n") {
		switch {
		case strings.TrimSpace(line) == "":
			s.y += 5
		case strings.HasPrefix(line, "【"):
			s.y += 5
			s.room(48) // not alone at the foot of a page
			s.text(margin, inner, 12, false, line)
		default:
			s.text(margin, inner, 10.5, false, line)
		}
	}
	s.y += 10
	s.box(d.Signed)
	s.y += 8
	s.text(margin, inner, 8.5, true, d.Note)
	if s.missing {
		s.text(margin, inner, 8.5, true, d.Missing)
	}
}

// facts are set in two columns: names, values.
func (s *setter) facts(x, width, size float64, list []Fact) {
	wide := 0.0
	for _, f := range list {
		wide = max(wide, s.width(f.Name, size))
	}
	wide = min(wide+14, width/2)
	for _, f := range list {
		lines := s.lines(f.Value, width-wide, size)
		for i, line := range lines {
			s.room(size * 1.7)
			if i == 0 {
				s.put(ink{x: x, y: s.y, size: size, text: s.fits(f.Name, wide, size), grey: true})
			}
			s.put(ink{x: x + wide, y: s.y, size: size, text: line})
			s.y += size * 1.7
		}
	}
}

// box frames who decided what; it stays on one page.
func (s *setter) box(list []Fact) {
	if len(list) == 0 {
		return
	}
	const size, pad = 11, 10
	height := 2.0 * pad
	for _, f := range list {
		height += float64(len(s.lines(f.Value, inner-150, size))) * size * 1.7
	}
	s.room(height)
	top, page := s.y, len(s.pages)
	s.y += pad
	s.facts(margin+pad, inner-2*pad, size, list)
	s.y += pad - 4
	if len(s.pages) != page { // longer than a page: it has no frame
		return
	}
	left, right := float64(margin), pageWidth-margin
	for _, l := range [][4]float64{{left, top, right, top}, {left, s.y, right, s.y}, {left, top, left, s.y}, {right, top, right, s.y}} {
		s.put(ink{x: l[0], y: l[1], to: [2]float64{l[2], l[3]}})
	}
}

// columns stand side by side; they are short enough for one page.
func (s *setter) columns(list []Column) {
	if len(list) == 0 {
		return
	}
	const gap, size = 14, 10
	width := (inner - gap*float64(len(list)-1)) / float64(len(list))
	top, low := s.y, s.y
	for i, c := range list {
		s.y = top
		x := margin + float64(i)*(width+gap)
		s.text(x, width, 12, false, c.Head)
		s.rule(x, x+width)
		s.y += 6
		for _, f := range c.Facts {
			s.text(x, width, 8.5, true, f.Name)
			s.text(x, width, size, false, f.Value)
			s.y += 4
		}
		low = max(low, s.y)
	}
	s.y = low + 6
}
