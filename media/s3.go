package media

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	// s3Time bounds one call: 20 MB over a slow line.
	s3Time = 60 * time.Second
	// s3Retries is how often one call is made: a store stumbles.
	s3Retries = 3
)

// S3 keeps files in a bucket of Amazon S3 or whatever speaks like it. They are
// sealed before they leave: the store sees neither what they are nor whose.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
	seal   Sealer
}

// S3Options is a bucket and who may use it.
type S3Options struct {
	// Address is s3://BUCKET/PREFIX?endpoint=https://HOST:PORT&region=REGION; the
	// endpoint defaults to Amazon's.
	Address              string
	AccessKey, SecretKey string
	HTTP                 http.RoundTripper // nil: a transport of its own
}

// IsS3 reports an address of a bucket, rather than the path of a folder.
func IsS3(address string) bool { return strings.HasPrefix(address, "s3://") }

// OpenS3 reads the address. It makes no call; Check does.
func OpenS3(o S3Options, seal Sealer) (*S3, error) {
	u, err := url.Parse(o.Address)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil {
		return nil, errors.New("media: write s3://BUCKET/PREFIX?endpoint=https://HOST&region=REGION, the keys apart")
	}
	q := u.Query()
	for name := range q {
		if name != "endpoint" && name != "region" {
			return nil, fmt.Errorf("media: %q is nothing that an s3 address has", name)
		}
	}
	endpoint := q.Get("endpoint")
	if endpoint == "" {
		endpoint = "https://s3.amazonaws.com"
	}
	e, err := url.Parse(endpoint)
	if err != nil || e.Host == "" || e.Scheme != "https" && e.Scheme != "http" || strings.Trim(e.Path, "/") != "" {
		return nil, errors.New("media: the endpoint is no http(s) address without a path")
	}
	if o.AccessKey == "" || o.SecretKey == "" {
		return nil, errors.New("media: an s3 address needs s3.access_key and s3.secret_key")
	}
	client, err := minio.New(e.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: e.Scheme == "https", Region: q.Get("region"),
		Transport: o.HTTP, MaxRetries: s3Retries,
	})
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	prefix := strings.Trim(u.Path, "/")
	if prefix != "" {
		prefix += "/"
	}
	return &S3{client, u.Host, prefix, seal}, nil
}

// object is where a key lies; a key is 64 hex digits and leads nowhere else.
func (s *S3) object(key string) (string, error) {
	if len(key) != 64 || strings.Trim(key, "0123456789abcdef") != "" {
		return "", ErrMissing
	}
	return s.prefix + key[:2] + "/" + key, nil
}

// Put implements Store.
func (s *S3) Put(ctx context.Context, data []byte) (string, error) {
	return s.put(ctx, digestKey(s.seal, data), data)
}

// Keep implements Store.
func (s *S3) Keep(ctx context.Context, name string, data []byte) (string, error) {
	return s.put(ctx, nameKey(s.seal, name), data)
}

func (s *S3) put(ctx context.Context, key string, data []byte) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, s3Time)
	defer cancel()
	name, err := s.object(key)
	if err != nil {
		return "", err
	}
	if _, err := s.client.StatObject(ctx, s.bucket, name, minio.StatObjectOptions{}); err == nil {
		return key, nil
	} else if !isMissing(err) {
		return "", fmt.Errorf("media: %w", err)
	}
	return key, s.write(ctx, name, s.seal.Seal(data))
}

func (s *S3) write(ctx context.Context, name string, sealed []byte) error {
	_, err := s.client.PutObject(ctx, s.bucket, name, bytes.NewReader(sealed), int64(len(sealed)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

// Get implements Store.
func (s *S3) Get(ctx context.Context, key string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, s3Time)
	defer cancel()
	name, err := s.object(key)
	if err != nil {
		return nil, err
	}
	sealed, err := s.read(ctx, name)
	if err != nil {
		return nil, err
	}
	data, err := s.seal.Open(sealed)
	if err != nil {
		return nil, fmt.Errorf("media: %s was kept under another data key: %w", key[:8], err)
	}
	return data, nil
}

// maxSealed is more than any file of ours has: the store is not believed.
const maxSealed = MaxSize + 1<<20

func (s *S3) read(ctx context.Context, name string) ([]byte, error) {
	o, err := s.client.GetObject(ctx, s.bucket, name, minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("media: %w", err)
	}
	defer o.Close() //nolint:errcheck // read to its end or given up
	data, err := io.ReadAll(io.LimitReader(o, maxSealed+1))
	switch {
	case err != nil && isMissing(err):
		return nil, ErrMissing
	case err != nil:
		return nil, fmt.Errorf("media: %w", err)
	case len(data) > maxSealed:
		return nil, errors.New("media: the store gave more than any file has")
	}
	return data, nil
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	name, err := s.object(key)
	if err != nil {
		return nil //nolint:nilerr // a key that is none leads to nothing
	}
	return s.remove(ctx, name)
}

func (s *S3) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, s3Time)
	defer cancel()
	if err := s.client.RemoveObject(ctx, s.bucket, name, minio.RemoveObjectOptions{}); err != nil && !isMissing(err) {
		return fmt.Errorf("media: %w", err)
	}
	return nil
}

func isMissing(err error) bool {
	r := minio.ToErrorResponse(err)
	return r.Code == "NoSuchKey" || r.Code == "NotFound" || r.StatusCode == http.StatusNotFound && r.Code != "NoSuchBucket"
}

// Check writes a few bytes, reads and deletes them.
func (s *S3) Check(ctx context.Context) error {
	probe := make([]byte, 16)
	if _, err := rand.Read(probe); err != nil {
		return err
	}
	name := s.prefix + "check-" + hex.EncodeToString(probe)
	if err := s.write(ctx, name, probe); err != nil {
		return err
	}
	got, err := s.read(ctx, name)
	if err == nil && !bytes.Equal(got, probe) {
		err = errors.New("media: what was written is not what is read")
	}
	return errors.Join(err, s.remove(ctx, name))
}
