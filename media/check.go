package media

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // the size of a photo
	_ "image/png"  // the size of a picture
	"net/http"
	"strings"
)

// MaxSize is the largest file taken: what Telegram lets a bot fetch, and more
// than any report of a laboratory has.
const MaxSize = 20 << 20

// MaxPixels is the largest picture taken: what the cameras of phones make at
// most in one piece. Unpacked it is 200 MB; a PNG of 50,000 × 50,000 would be
// ten thousand, out of a few hundred bytes.
const MaxPixels = 50_000_000

// maxSide keeps a strip of a pixel's width from being a picture.
const maxSide = 20_000

// The types taken.
const (
	PDF  = "application/pdf"
	PNG  = "image/png"
	JPEG = "image/jpeg"
)

// Check finds out what data is, by its own bytes, and makes it fit to be kept:
// whole, of a size that can be shown, and without what a camera wrote into it
// about place, time and owner. Nothing is unpacked for it. Errors are *Refusal.
func Check(data []byte) (clean []byte, contentType string, err error) {
	switch {
	case len(data) == 0:
		return nil, "", refuse(Empty, "the file is empty")
	case len(data) > MaxSize:
		return nil, "", refuse(TooLarge, fmt.Sprintf("the file has %d bytes, at most %d are taken", len(data), MaxSize))
	}
	t, _, _ := strings.Cut(http.DetectContentType(data), ";")
	switch {
	case t == PDF:
		return data, t, checkPDF(data)
	case t == PNG:
		clean, err = cleanPNG(data)
	case t == JPEG:
		clean, err = cleanJPEG(data)
	case isHEIC(data):
		return nil, "", refuse(HEIC, "the file is HEIC, not PDF, PNG or JPEG")
	case strings.HasPrefix(t, "video/"):
		return nil, "", refuse(Video, "the file is a video ("+t+")")
	default:
		return nil, "", refuse(Kind, "the file is neither PDF nor PNG nor JPEG (it looks like "+t+")")
	}
	if err == nil {
		err = checkSize(clean)
	}
	if err != nil {
		return nil, "", err
	}
	return clean, t, nil
}

// isHEIC knows the container of an iPhone's photos, which net/http does not,
// or takes for a video.
func isHEIC(data []byte) bool {
	if len(data) < 12 || string(data[4:8]) != "ftyp" {
		return false
	}
	switch string(data[8:12]) {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif":
		return true
	}
	return false
}

// checkSize reads the header only.
func checkSize(data []byte) error {
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return refuse(Damaged, "the picture is damaged: "+err.Error())
	case c.Width <= 0 || c.Height <= 0:
		return refuse(Damaged, "the picture has no size")
	case c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > MaxPixels:
		return refuse(TooWide, fmt.Sprintf("the picture (%s) has %d × %d pixels, at most %d are taken", format, c.Width, c.Height, MaxPixels))
	}
	return nil
}
