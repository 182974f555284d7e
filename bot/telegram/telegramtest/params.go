package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

const maxRequest = 51 << 20 // a document of 50 MB and its form

// call is one call's parameters, whichever way they were written: query,
// form, multipart or JSON. Nested values are JSON text.
type call struct {
	ctx    context.Context
	values map[string]string
	files  map[string]upload
}

type upload struct {
	Name string
	Data []byte
}

func parse(r *http.Request) (*call, error) {
	c := &call{ctx: r.Context(), values: map[string]string{}, files: map[string]upload{}}
	for k, v := range r.URL.Query() {
		c.values[k] = v[0]
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxRequest)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var err error
	switch kind {
	case "application/json":
		err = c.parseJSON(r.Body)
	case "multipart/form-data":
		err = c.parseMultipart(r)
	case "application/x-www-form-urlencoded":
		if err = r.ParseForm(); err == nil {
			for k, v := range r.PostForm {
				c.values[k] = v[0]
			}
		}
	default:
		_, err = io.Copy(io.Discard, r.Body)
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, &refusal{Code: http.StatusRequestEntityTooLarge, Text: "Request Entity Too Large"}
	}
	if err != nil {
		return nil, bad("can't parse request: %v", err)
	}
	for _, v := range c.values {
		if !utf8.ValidString(v) {
			return nil, bad("strings must be encoded in UTF-8")
		}
	}
	return c, nil
}

func (c *call) parseJSON(body io.Reader) error {
	data, err := io.ReadAll(body)
	if err != nil || len(bytes.TrimSpace(data)) == 0 {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	for k, v := range fields {
		var text string
		switch {
		case string(v) == "null":
		case json.Unmarshal(v, &text) == nil:
			c.values[k] = text
		default:
			c.values[k] = string(v)
		}
	}
	return nil
}

func (c *call) parseMultipart(r *http.Request) error {
	reader, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		if part.FileName() != "" {
			c.files[part.FormName()] = upload{Name: part.FileName(), Data: data}
		} else {
			c.values[part.FormName()] = string(data)
		}
	}
}

// number reads an integer; a missing one is 0.
func (c *call) number(name string) (int64, error) {
	v := strings.TrimSpace(c.values[name])
	if v == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return 0, bad("can't parse %q as an integer", name)
	}
	return n, nil
}

func (c *call) yes(name string) bool {
	v := strings.ToLower(c.values[name])
	return v == "true" || v == "yes" || v == "1"
}

// list reads a JSON list of strings; nil when it is missing.
func (c *call) list(name string) ([]string, error) {
	v := c.values[name]
	if v == "" {
		return nil, nil
	}
	list := []string{}
	if err := json.Unmarshal([]byte(v), &list); err != nil {
		return nil, bad("can't parse %s JSON object", name)
	}
	return list, nil
}
