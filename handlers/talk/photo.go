package talk

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"strings"

	"zhenban/bot"
)

// photo is a picture that a person sends; its colors come from its name, so
// that two are two. Some names are what phones send that cannot be taken.
//
//	heic, bomb (a PNG of 50,000 × 50,000), half (it broke off), lost (it cannot be fetched)
func photo(name string) *bot.Media {
	m := &bot.Media{Name: name + ".jpg", ContentType: "image/jpeg"}
	switch name {
	case "lost":
		return &bot.Media{ID: "gone"}
	case "heic":
		m.Data = []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")
	case "bomb":
		m.Data = bomb()
	default:
		m.Data = picture(name)
		if name == "half" {
			m.Data = m.Data[:len(m.Data)/2]
		}
	}
	return m
}

func picture(name string) []byte {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	n := h.Sum32()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			img.SetRGBA(x, y, color.RGBA{uint8(n) + uint8(x), uint8(n >> 8), uint8(n>>16) + uint8(y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err) // into memory
	}
	return b.Bytes()
}

// bomb is a PNG that says it is 50,000 pixels each way.
func bomb() []byte {
	head := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 50_000), 50_000)...)
	head = append(head, 8, 2, 0, 0, 0)
	out := []byte("\x89PNG\r\n\x1a\n")
	for _, c := range [][]byte{head, []byte("IEND")} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(c)-4))
		out = binary.BigEndian.AppendUint32(append(out, c...), crc32.ChecksumIEEE(c))
	}
	return out
}

// document is a file that a person sends, as its name says.
func document(name string) *bot.Media {
	m := &bot.Media{Name: name}
	switch {
	case strings.HasSuffix(name, ".mp4"):
		m.ContentType = "video/mp4"
	case strings.HasSuffix(name, ".pdf"):
		m.Data = fmt.Appendf(nil, "%%PDF-1.4\n%% %s\n%%%%EOF\n", name)
	default:
		m.Data = []byte("PK\x03\x04" + name)
	}
	return m
}
