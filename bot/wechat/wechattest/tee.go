package wechattest

import (
	"io"
	"strings"
)

// tee keeps what is read, to look at the bytes behind the JSON.
type tee struct {
	from io.Reader
	to   *strings.Builder
}

// Read reads from the one and writes to the other.
func (t tee) Read(p []byte) (int, error) {
	n, err := t.from.Read(p)
	t.to.Write(p[:n])
	return n, err
}
