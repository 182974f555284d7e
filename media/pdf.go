package media

import (
	"bytes"
	"fmt"
	"strconv"
)

// What a PDF of a laboratory stays far below. They are counted as the bytes
// stand there: nothing is unpacked, so nothing can unfold here.
const (
	maxObjects = 50_000
	maxPages   = 500
	maxFilters = 2           // packed in itself more often, a few bytes become gigabytes
	maxPicture = 200_000_000 // pixels of one picture in it: a page scanned at 1,200 dpi has 140
)

// checkPDF refuses a PDF that broke off on its way, one that would take a
// reader's memory, and one that does something when it is opened.
func checkPDF(data []byte) error {
	tail := data[max(0, len(data)-2048):]
	if !bytes.Contains(tail, []byte("%%EOF")) {
		return refuse(Damaged, "the PDF breaks off")
	}
	if n := bytes.Count(data, []byte(" obj")); n > maxObjects {
		return refuse(Bomb, fmt.Sprintf("the PDF has %d objects, at most %d are taken", n, maxObjects))
	}
	if n := numberAfter(data, "/Count"); n > maxPages {
		return refuse(Bomb, fmt.Sprintf("the PDF says it has %d pages, at most %d are taken", n, maxPages))
	}
	if w, h := numberAfter(data, "/Width"), numberAfter(data, "/Height"); w > 0 && h > maxPicture/w {
		return refuse(Bomb, fmt.Sprintf("the PDF has pictures of up to %d × %d pixels", w, h))
	}
	if n := filters(data); n > maxFilters {
		return refuse(Bomb, fmt.Sprintf("the PDF is packed %d times over", n))
	}
	for _, act := range []string{"/JavaScript", "/Launch"} {
		if bytes.Contains(data, []byte(act)) {
			return refuse(Kind, "the PDF runs a program ("+act+")")
		}
	}
	return nil
}

// numberAfter is the largest number that stands behind a name.
func numberAfter(data []byte, name string) int {
	most := 0
	for {
		i := bytes.Index(data, []byte(name))
		if i < 0 {
			return most
		}
		data = data[i+len(name):]
		rest := bytes.TrimLeft(data[:min(len(data), 24)], " \t\r\n")
		n := 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if v, err := strconv.Atoi(string(rest[:n])); err == nil {
			most = max(most, v)
		} else if n > 0 {
			return int(^uint(0) >> 1) // more digits than a number holds
		}
	}
}

// filters is the longest chain of filters that a stream is packed with.
func filters(data []byte) int {
	most := 0
	for {
		i := bytes.Index(data, []byte("/Filter"))
		if i < 0 {
			return most
		}
		data = data[i+len("/Filter"):]
		list := bytes.TrimLeft(data[:min(len(data), 512)], " \t\r\n")
		if len(list) == 0 || list[0] != '[' {
			continue
		}
		if end := bytes.IndexByte(list, ']'); end >= 0 {
			list = list[:end]
		}
		most = max(most, bytes.Count(list, []byte("/")))
	}
}
