package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhenban/media"
	"zhenban/models/storetest"
)

func picture() image.Image { return image.NewGray(image.Rect(0, 0, 8, 8)) }

// withEXIF is a JPEG as a phone makes it: with a place, and lying on its side.
func withEXIF(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	tiff := []byte{'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0x0f, 1, 2, 0, 4, 0, 0, 0, 'G', 'P', 'S', 0, 0, 0, 0, 0}
	exif := append([]byte("Exif\x00\x00"), tiff...)
	segment := []byte{0xff, 0xe1, 0, 0}
	binary.BigEndian.PutUint16(segment[2:], uint16(len(exif)+2))
	comment := []byte{0xff, 0xfe, 0, 8, 's', 'e', 'c', 'r', 'e', 't'}
	out := append([]byte{0xff, 0xd8}, append(segment, exif...)...)
	return append(append(out, comment...), b.Bytes()[2:]...)
}

func TestCheck(t *testing.T) {
	var pic bytes.Buffer
	if err := png.Encode(&pic, picture()); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		data []byte
		want string
	}{
		"png": {pic.Bytes(), media.PNG}, "pdf": {[]byte("%PDF-1.7\n%%EOF\n"), media.PDF}, "jpeg": {withEXIF(t), media.JPEG},
		"html": {[]byte("<html><script>"), ""}, "nothing": {nil, ""}, "svg": {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), ""},
		"too large": {append([]byte("%PDF-1.7\n"), make([]byte, media.MaxSize)...), ""}, "broken jpeg": {[]byte{0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, 1}, ""},
	} {
		data, kind, err := media.Check(x.data)
		if x.want == "" {
			if err == nil {
				t.Errorf("%s is taken as %s", name, kind)
			}
			continue
		}
		if err != nil || kind != x.want || len(data) == 0 {
			t.Errorf("%s: %s, %v", name, kind, err)
		}
	}
}

// chunk is a chunk of a PNG.
func chunk(kind string, data []byte) []byte {
	body := append([]byte(kind), data...)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

func pngSaying(w, h uint32, more ...[]byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 2, 0, 0, 0))...)
	for _, m := range more {
		out = append(out, m...)
	}
	return append(out, chunk("IEND", nil)...)
}

// Why a file is refused; bombs before anything of them is unpacked.
func TestRefusals(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	photo := b.Bytes()
	pdf := func(body string) []byte { return []byte("%PDF-1.7\n" + body + "\n%%EOF\n") }
	for name, x := range map[string]struct {
		data []byte
		want media.Reason
	}{
		"nothing": {nil, media.Empty}, "large": {make([]byte, media.MaxSize+1), media.TooLarge},
		"heic":  {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), media.HEIC},
		"video": {[]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), media.Video},
		"page":  {[]byte("<html>"), media.Kind}, "gif": {[]byte("GIF89a\x01\x00\x01\x00"), media.Kind}, "zip": {[]byte("PK\x03\x04"), media.Kind},
		"bomb":       {pngSaying(50_000, 50_000), media.TooWide},
		"strip":      {pngSaying(1, 30_000), media.TooWide},
		"half png":   {pngSaying(8, 8)[:30], media.Damaged},
		"half jpeg":  {photo[:len(photo)-20], media.Damaged},
		"other sum":  {bytes.Replace(pngSaying(8, 8), []byte{8, 2, 0, 0, 0}, []byte{8, 3, 0, 0, 0}, 1), media.Damaged},
		"half pdf":   {[]byte("%PDF-1.7\n1 0 obj"), media.Damaged},
		"objects":    {pdf(strings.Repeat("1 0 obj<<>>endobj\n", 60_000)), media.Bomb},
		"pages":      {pdf("<</Type/Pages/Count 900000>>"), media.Bomb},
		"endless":    {pdf("<</Type/Pages/Count 99999999999999999999999>>"), media.Bomb},
		"in itself":  {pdf("<</Filter [/FlateDecode /FlateDecode /FlateDecode /FlateDecode]>>"), media.Bomb},
		"wide":       {pdf("<</Subtype/Image/Width 60000/Height 60000>>"), media.Bomb},
		"a program":  {pdf("<</S/JavaScript/JS(x)>>"), media.Kind},
		"fine":       {pdf("<</Filter [/ASCII85Decode /FlateDecode]/Width 2480/Height 3508/Count 12>>"), ""},
		"fine photo": {photo, ""},
	} {
		_, _, err := media.Check(x.data)
		if x.want == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		} else if err == nil || media.ReasonOf(err) != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
	if media.ReasonOf(errors.New("no answer")) != media.Lost {
		t.Error("what did not come is not lost")
	}
}

// What follows a picture's end, and what a PNG says in words, is not kept.
func TestNothingBehindThePicture(t *testing.T) {
	secret := []byte("GPS 30.2,120.1")
	clean, _, err := media.Check(append(pngSaying(8, 8, chunk("tEXt", secret), chunk("eXIf", secret)), secret...))
	if err != nil || bytes.Contains(clean, secret) {
		t.Errorf("PNG: %v, %q", err, clean)
	}
	clean, _, err = media.Check(append(withEXIF(t), secret...))
	if err != nil || bytes.Contains(clean, secret) {
		t.Errorf("JPEG: %v", err)
	}
	if media.Orientation(clean) != 6 || media.Orientation([]byte("x")) != 1 {
		t.Error("the orientation is lost")
	}
}

// What a camera writes about place and owner is gone; which side is up stays.
func TestStripEXIF(t *testing.T) {
	data, _, err := media.Check(withEXIF(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{"GPS", "secret"} {
		if bytes.Contains(data, []byte(gone)) {
			t.Errorf("%s is still there", gone)
		}
	}
	if !bytes.Contains(data, []byte{0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6}) {
		t.Error("the orientation is lost")
	}
	if _, err := jpeg.Decode(bytes.NewReader(data)); err != nil {
		t.Errorf("no picture any more: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(withEXIF(f))
	f.Add([]byte{0xff, 0xd8, 0xff, 0xff, 0xff, 0xe1, 0, 20, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		clean, _, err := media.Check(data)
		if err == nil && len(clean) == 0 {
			t.Error("nothing is left")
		}
	})
}

// Files are encrypted, found again by their key only, and a key leads nowhere
// else.
func TestFolder(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	dir := t.TempDir()
	m, err := media.Open(dir, db.Sealer())
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	key, err := m.Put(ctx, []byte("%PDF-1.4 血常规"))
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := m.Put(ctx, []byte("%PDF-1.4 血常规")); again != key {
		t.Error("the same bytes have two keys")
	}
	if got, err := m.Get(ctx, key); err != nil || string(got) != "%PDF-1.4 血常规" {
		t.Errorf("%q, %v", got, err)
	}
	n := 0
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("%PDF-1")) {
			t.Error("it lies there in the clear")
		}
		if info, _ := d.Info(); info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others may read it: %v", info.Mode())
		}
		return err
	})
	if err != nil || n != 1 {
		t.Errorf("%d files, %v", n, err)
	}
	for _, bad := range []string{"", "../../etc/passwd", strings.Repeat("a", 64), strings.Repeat("../", 22)[:64]} {
		if _, err := m.Get(ctx, bad); !errors.Is(err, media.ErrMissing) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
