// Package mediatest is a strict stand-in for an S3 store: it checks every
// request's signature (AWS Signature Version 4, the chunks of an upload
// included) against the secret, by code of its own.
package mediatest

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The one who may use the store.
const (
	AccessKey = "AKIDEXAMPLE"
	SecretKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	Bucket    = "clinic"
)

// Server is the stand-in.
type Server struct {
	*httptest.Server

	mu      sync.Mutex
	objects map[string][]byte
	refused []string
	fail    int
}

// New starts one; Close ends it.
func New() *Server {
	s := &Server{objects: map[string][]byte{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// Objects are the names and bytes of what is kept.
func (s *Server) Objects() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string][]byte{}
	for k, v := range s.objects {
		out[k] = slices.Clone(v)
	}
	return out
}

// Refused says why requests were refused.
func (s *Server) Refused() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.refused)
}

// FailNext answers the next n requests with 503.
func (s *Server) FailNext(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = n
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail > 0 {
		s.fail--
		refuse(w, r, http.StatusServiceUnavailable, "SlowDown")
		return
	}
	body, code, err := check(r)
	if err != nil {
		s.refused = append(s.refused, err.Error())
		refuse(w, r, http.StatusForbidden, code)
		return
	}
	bucket, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if bucket != Bucket {
		refuse(w, r, http.StatusNotFound, "NoSuchBucket")
		return
	}
	data, found := s.objects[name]
	switch {
	case name == "" && r.URL.Query().Has("location"):
		fmt.Fprint(w, `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>`)
	case r.Method == http.MethodPut:
		s.objects[name] = body
		w.Header().Set("ETag", `"x"`)
	case r.Method == http.MethodDelete:
		delete(s.objects, name)
		w.WriteHeader(http.StatusNoContent)
	case !found:
		refuse(w, r, http.StatusNotFound, "NoSuchKey")
	default:
		w.Header().Set("ETag", `"x"`)
		w.Header().Set("Last-Modified", "Sun, 22 Nov 2026 07:30:00 GMT")
		w.Header().Set("Content-Length", strconv.Itoa(len(data)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(data)
		}
	}
}

func refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>%s</Message></Error>`, code, code)
	}
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	_, _ = io.WriteString(m, text)
	return m.Sum(nil)
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// signer is what a request was signed with.
type signer struct {
	key         []byte
	date, scope string
	last        string // the signature before
}

func (g *signer) sign(kind, text string) string {
	return hex.EncodeToString(mac(g.key, kind+"\n"+g.date+"\n"+g.scope+"\n"+text))
}

// check verifies a request and gives its body, out of its chunks.
func check(r *http.Request) (body []byte, code string, err error) {
	parts := map[string]string{}
	auth, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	for _, p := range strings.Split(auth, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(p), "=")
		parts[k] = v
	}
	cred := strings.Split(parts["Credential"], "/")
	if !ok || len(cred) != 5 || cred[0] != AccessKey || cred[3] != "s3" || cred[4] != "aws4_request" {
		return nil, "InvalidAccessKeyId", fmt.Errorf("no such credential: %q", parts["Credential"])
	}
	g := &signer{date: r.Header.Get("X-Amz-Date"), scope: strings.Join(cred[1:], "/")}
	g.key = mac(mac(mac(mac([]byte("AWS4"+SecretKey), cred[1]), cred[2]), cred[3]), cred[4])
	signed := strings.Split(parts["SignedHeaders"], ";")
	if !slices.Contains(signed, "host") || !slices.Contains(signed, "x-amz-date") || !slices.Contains(signed, "x-amz-content-sha256") {
		return nil, "SignatureDoesNotMatch", fmt.Errorf("signed are only %v", signed)
	}
	var headers strings.Builder
	for _, h := range signed {
		v := strings.Join(r.Header.Values(h), ",")
		switch h {
		case "host":
			v = r.Host
		case "content-length":
			v = strconv.FormatInt(r.ContentLength, 10)
		}
		headers.WriteString(h + ":" + strings.TrimSpace(v) + "\n")
	}
	content := r.Header.Get("X-Amz-Content-Sha256")
	canonical := strings.Join([]string{
		r.Method, (&url.URL{Path: r.URL.Path}).EscapedPath(), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20"),
		headers.String(), parts["SignedHeaders"], content,
	}, "\n")
	g.last = g.sign("AWS4-HMAC-SHA256", digest([]byte(canonical)))
	if !hmac.Equal([]byte(g.last), []byte(parts["Signature"])) {
		return nil, "SignatureDoesNotMatch", fmt.Errorf("the signature of %s %s is another", r.Method, r.URL.Path)
	}
	switch content {
	case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
		body, err = g.chunks(bufio.NewReader(r.Body))
	case "UNSIGNED-PAYLOAD":
		body, err = io.ReadAll(r.Body)
	default:
		if body, err = io.ReadAll(r.Body); err == nil && digest(body) != content {
			err = fmt.Errorf("the body is not what was signed: %s", content)
		}
	}
	return body, "SignatureDoesNotMatch", err
}

// chunks reads a signed upload: SIZE;chunk-signature=…, the bytes, and so on
// to an empty one.
func (g *signer) chunks(r *bufio.Reader) ([]byte, error) {
	var out bytes.Buffer
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("a chunk is missing: %w", err)
		}
		size, signature, _ := strings.Cut(strings.TrimSpace(line), ";chunk-signature=")
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil {
			return nil, fmt.Errorf("no chunk: %q", line)
		}
		data := make([]byte, n)
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, err
		}
		want := g.sign("AWS4-HMAC-SHA256-PAYLOAD", g.last+"\n"+digest(nil)+"\n"+digest(data))
		if !hmac.Equal([]byte(want), []byte(signature)) {
			return nil, fmt.Errorf("the signature of a chunk of %d bytes is another", n)
		}
		g.last = want
		if n == 0 {
			return out.Bytes(), nil
		}
		out.Write(data)
		if _, err := r.Discard(2); err != nil {
			return nil, err
		}
	}
}
