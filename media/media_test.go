package media_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
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
		if bytes.Contains(b, []byte("PDF")) {
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
