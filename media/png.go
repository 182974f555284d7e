package media

import (
	"encoding/binary"
	"hash/crc32"
)

// pngHead is a PNG's signature.
const pngHead = "\x89PNG\r\n\x1a\n"

// cleanPNG copies a PNG without what is not picture: texts, times, EXIF, and
// whatever follows its end. One whose chunks are not whole broke off or was
// changed on its way.
func cleanPNG(data []byte) ([]byte, error) {
	bad := refuse(Damaged, "the PNG is damaged")
	if len(data) < len(pngHead) || string(data[:len(pngHead)]) != pngHead {
		return nil, bad
	}
	out := make([]byte, 0, len(data))
	out = append(out, pngHead...)
	for i := len(pngHead); ; {
		if i+12 > len(data) {
			return nil, bad
		}
		n := int(binary.BigEndian.Uint32(data[i:]))
		if n < 0 || n > len(data)-i-12 {
			return nil, bad
		}
		chunk := data[i : i+12+n]
		if crc32.ChecksumIEEE(chunk[4:8+n]) != binary.BigEndian.Uint32(chunk[8+n:]) {
			return nil, bad
		}
		i += 12 + n
		switch kind := string(chunk[4:8]); kind {
		case "tEXt", "zTXt", "iTXt", "tIME", "eXIf":
		case "IEND":
			return append(out, chunk...), nil
		default:
			out = append(out, chunk...)
		}
	}
}
