package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
)

// MaxSize is the largest file taken: what Telegram lets a bot fetch, and more
// than any report of a laboratory has.
const MaxSize = 20 << 20

// The types taken.
const (
	PDF  = "application/pdf"
	PNG  = "image/png"
	JPEG = "image/jpeg"
)

// Check finds out what data is, by its own bytes, and makes it fit to be kept:
// what a camera wrote into a JPEG about place, time and owner is taken out.
// Errors say what was found instead.
func Check(data []byte) (clean []byte, contentType string, err error) {
	switch {
	case len(data) == 0:
		return nil, "", errors.New("the file is empty")
	case len(data) > MaxSize:
		return nil, "", fmt.Errorf("the file has %d bytes, at most %d are taken", len(data), MaxSize)
	}
	switch t := http.DetectContentType(data); t {
	case PDF, PNG:
		return data, t, nil
	case JPEG:
		clean, err := stripEXIF(data)
		return clean, t, err
	default:
		return nil, "", fmt.Errorf("the file is neither PDF nor PNG nor JPEG (it looks like %s)", t)
	}
}

// stripEXIF copies a JPEG without what is not picture: APP1 (EXIF, XMP) to
// APP13 and comments. APP0 (JFIF), APP2 (colour profile) and APP14 (Adobe's
// colour transform) change how it looks and stay. Of EXIF the orientation is
// kept, alone: without it photos lie on their side.
func stripEXIF(data []byte) ([]byte, error) {
	bad := errors.New("the JPEG is damaged")
	if len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return nil, bad
	}
	out := bytes.NewBuffer(make([]byte, 0, len(data)))
	out.Write(data[:2])
	turn := uint16(1)
	var body bytes.Buffer
	for i := 2; ; {
		if i+4 > len(data) || data[i] != 0xff {
			return nil, bad
		}
		marker := data[i+1]
		if marker == 0xff { // fill byte
			i++
			continue
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		if n < 2 || i+2+n > len(data) {
			return nil, bad
		}
		segment := data[i : i+2+n]
		switch {
		case marker == 0xe1:
			turn = max(turn, orientation(segment[4:]))
		case marker == 0xfe, marker > 0xe2 && marker < 0xee, marker == 0xef:
		default:
			body.Write(segment)
		}
		i += 2 + n
		if marker == 0xda { // the picture itself follows
			body.Write(data[i:])
			break
		}
	}
	if turn > 1 && turn <= 8 {
		out.Write([]byte{0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0, 0, 0, 0, 0})
	}
	out.Write(body.Bytes())
	return out.Bytes(), nil
}

// orientation reads tag 0x0112 of the first directory of an EXIF segment; 1
// when there is none.
func orientation(b []byte) uint16 {
	if len(b) < 14 || string(b[:6]) != "Exif\x00\x00" {
		return 1
	}
	b = b[6:]
	var order binary.ByteOrder = binary.BigEndian
	if string(b[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(b[4:]))
	if at < 8 || at+2 > len(b) {
		return 1
	}
	n := int(order.Uint16(b[at:]))
	for i := range n {
		e := at + 2 + 12*i
		if e+12 > len(b) {
			return 1
		}
		if order.Uint16(b[e:]) == 0x0112 {
			return order.Uint16(b[e+8:])
		}
	}
	return 1
}
