package media_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"zhenban/media"
	"zhenban/media/mediatest"
	"zhenban/models/storetest"
)

// A bucket does what a folder does, sealed and signed; who has not the key is
// told so.
func TestS3(t *testing.T) {
	server := mediatest.New()
	defer server.Close()
	db := storetest.Open(t, storetest.SQLite(t))
	open := func(address, secret string) (*media.S3, error) {
		return media.OpenS3(media.S3Options{Address: address, AccessKey: mediatest.AccessKey, SecretKey: secret}, db.Sealer())
	}
	address := "s3://" + mediatest.Bucket + "/photos?region=cn-north-1&endpoint=" + server.URL
	m, err := open(address, mediatest.SecretKey)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := m.Check(ctx); err != nil || len(server.Objects()) != 0 {
		t.Fatalf("%v, left: %d", err, len(server.Objects()))
	}
	for _, data := range [][]byte{[]byte("%PDF-1.4 血常规"), bytes.Repeat([]byte("photo"), 1<<19)} {
		server.FailNext(1)
		key, err := m.Put(ctx, data)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.Get(ctx, key); err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if again, _ := m.Put(ctx, data); again != key {
			t.Error("the same bytes have two keys")
		}
	}
	for name, b := range server.Objects() {
		if !strings.HasPrefix(name, "photos/") || bytes.Contains(b, []byte("%PDF-1.4")) || bytes.Contains(b, []byte("photophoto")) {
			t.Errorf("%s lies there in the clear", name)
		}
	}
	key, err := m.Keep(ctx, "message 1", []byte("a"))
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := m.Keep(ctx, "message 1", []byte("b")); again != key {
		t.Error("a name has two keys")
	}
	if got, _ := m.Get(ctx, key); string(got) != "a" {
		t.Errorf("what was there first is %q now", got)
	}
	for range 2 {
		if err := m.Delete(ctx, key); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{key, "", "../../x", strings.Repeat("a", 64)} {
		if _, err := m.Get(ctx, bad); !errors.Is(err, media.ErrMissing) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if len(server.Refused()) != 0 {
		t.Errorf("refused: %v", server.Refused())
	}
	wrong, err := open(address, "another")
	if err != nil {
		t.Fatal(err)
	}
	if err := wrong.Check(ctx); err == nil || strings.Contains(err.Error(), "another") {
		t.Errorf("a wrong key: %v", err)
	}
	if other, err := open(strings.Replace(address, mediatest.Bucket, "other", 1), mediatest.SecretKey); err != nil || other.Check(ctx) == nil {
		t.Errorf("a bucket that is not there: %v", err)
	}
	for _, bad := range []string{"s3://", "s3://b?endpoint=ftp://x", "s3://b?endpoint=https://x/path", "s3://b?key=1", "s3://user:pass@b"} {
		if _, err := open(bad, mediatest.SecretKey); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
