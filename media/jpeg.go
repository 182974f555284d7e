package media

import (
	"bytes"
	"encoding/binary"
)

// The markers of a JPEG that matter here.
const (
	markEnd     = 0xd9
	markScan    = 0xda
	markEXIF    = 0xe1 // APP1: EXIF, XMP
	markComment = 0xfe
)

// cleanJPEG copies a JPEG without what is not picture: APP1 (EXIF, XMP) to
// APP13, comments, and whatever follows its end, where phones hide a film or a
// second photo with its place. APP0 (JFIF), APP2 (colour profile) and APP14
// (Adobe's colour transform) change how it looks and stay. Of EXIF the
// orientation is kept, alone: without it photos lie on their side. A JPEG
// without an end broke off on its way.
func cleanJPEG(data []byte) ([]byte, error) {
	bad := refuse(Damaged, "the JPEG is damaged")
	if len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return nil, bad
	}
	turn := uint16(1)
	var body bytes.Buffer
	body.Grow(len(data))
	for i := 2; ; {
		if i+2 > len(data) || data[i] != 0xff {
			return nil, bad
		}
		marker := data[i+1]
		if marker == 0xff { // fill byte
			i++
			continue
		}
		if marker == markEnd {
			body.Write([]byte{0xff, markEnd})
			break
		}
		if i+4 > len(data) {
			return nil, bad
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		if n < 2 || i+2+n > len(data) {
			return nil, bad
		}
		segment := data[i : i+2+n]
		i += 2 + n
		switch {
		case marker == markEXIF:
			turn = max(turn, orientation(segment[4:]))
		case marker == markComment, marker > 0xe2 && marker < 0xee, marker == 0xef:
		case marker == markScan: // the picture itself follows, up to the next marker
			end := scanEnd(data, i)
			body.Write(segment)
			body.Write(data[i:end])
			i = end
		default:
			body.Write(segment)
		}
	}
	out := make([]byte, 0, body.Len()+40)
	out = append(out, 0xff, 0xd8)
	if turn > 1 && turn <= 8 {
		out = append(out, 0xff, markEXIF, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0, 0, 0, 0, 0)
	}
	return append(out, body.Bytes()...), nil
}

// scanEnd finds the marker that ends the coded picture beginning at i: 0xff
// followed by 0 is a byte of it, 0xd0 to 0xd7 are its own marks.
func scanEnd(data []byte, i int) int {
	for {
		n := bytes.IndexByte(data[i:], 0xff)
		if n < 0 || i+n+1 >= len(data) {
			return len(data)
		}
		i += n
		if next := data[i+1]; next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return i
		} else if next == 0xff {
			i++
		} else {
			i += 2
		}
	}
}

// Orientation is how a JPEG of ours is to be turned to stand upright: 1 to 8,
// as EXIF counts; 1 when it says nothing.
func Orientation(data []byte) int {
	if len(data) < 40 || data[0] != 0xff || data[1] != 0xd8 || data[2] != 0xff || data[3] != markEXIF {
		return 1
	}
	n := int(binary.BigEndian.Uint16(data[4:]))
	if n < 2 || 4+n > len(data) {
		return 1
	}
	if o := int(orientation(data[6 : 4+n])); o >= 1 && o <= 8 {
		return o
	}
	return 1
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
