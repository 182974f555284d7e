package cmd

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"zhenban/config"
)

const (
	maxTableBytes = 64 << 20
	maxTableRows  = 200_000
	maxCells      = 200
)

// cell is one value with its place, counted from 1 in lines and characters
// (in a spreadsheet: rows and columns).
type cell struct {
	text         string // as a person sees it
	raw          string // a spreadsheet's number below the text; "" where there is none
	line, column int
}

// table is what a file holds: rows of cells, empty rows left out.
type table struct {
	file     string
	rows     [][]cell
	date1904 bool // dates count from 1904 (Excel on old Macs)
}

func (t *table) fault(c cell, key, format string, args ...any) config.Fault {
	return config.Fault{File: t.file, Line: c.line, Column: c.column, Key: key, Message: fmt.Sprintf(format, args...)}
}

// readTable reads a CSV or an .xlsx file; which of them, its first bytes say.
func readTable(file string) (*table, error) {
	info, err := os.Stat(file)
	if err == nil && info.Size() > maxTableBytes {
		err = fmt.Errorf("larger than %d MiB", maxTableBytes>>20)
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(file)
	}
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, config.Faults{{File: file, Message: "cannot be read: " + err.Error()}}
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return readXLSX(file, data)
	}
	return readCSV(file, data)
}

func readCSV(file string, data []byte) (*table, error) {
	text, f := decodeText(file, data)
	if f != nil {
		return nil, config.Faults{*f}
	}
	lines := strings.SplitAfter(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = delimiter(lines), -1, true, true
	t := &table{file: file}
	ruler := ruler{lines: lines}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, config.Faults{{File: file, Line: parse.Line, Column: parse.Column, Message: parse.Err.Error()}}
		}
		if err != nil {
			return nil, err
		}
		row := make([]cell, 0, len(record))
		filled := false
		for i, v := range record {
			c := cell{text: plainCell(v)}
			c.line, c.column = ruler.at(r.FieldPos(i))
			filled = filled || c.text != ""
			row = append(row, c)
		}
		if f := t.add(row, filled); f != nil {
			return nil, config.Faults{*f}
		}
	}
}

// ruler turns columns in bytes into columns in characters. It is asked from
// left to right, and counts on from where it was.
type ruler struct {
	lines              []string
	line, bytes, chars int
}

func (u *ruler) at(line, column int) (int, int) {
	if line > len(u.lines) || column-1 > len(u.lines[line-1]) {
		return line, column
	}
	if line != u.line || column-1 < u.bytes {
		u.line, u.bytes, u.chars = line, 0, 0
	}
	u.chars += utf8.RuneCountInString(u.lines[line-1][u.bytes : column-1])
	u.bytes = column - 1
	return line, u.chars + 1
}

func (t *table) add(row []cell, filled bool) *config.Fault {
	if !filled {
		return nil
	}
	if len(row) > maxCells || len(t.rows) >= maxTableRows {
		f := t.fault(row[0], "", "more than %d rows or %d columns", maxTableRows, maxCells)
		return &f
	}
	t.rows = append(t.rows, row)
	return nil
}

// plainCell undoes ="0012", by which programs keep Excel from reading a number.
func plainCell(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\u00a0", " "))
	if inner, ok := strings.CutPrefix(s, `="`); ok && strings.HasSuffix(inner, `"`) {
		return strings.TrimSuffix(inner, `"`)
	}
	return s
}

// delimiter is what stands most often in the first line that has any.
func delimiter(lines []string) rune {
	for _, line := range lines {
		best, most := ',', 0
		for _, d := range []rune{',', '\t', ';'} {
			if n := strings.Count(line, string(d)); n > most {
				best, most = d, n
			}
		}
		if most > 0 {
			return best
		}
	}
	return ','
}

// decodeText reads UTF-8 and UTF-16 by their mark, UTF-8 without one, and what
// is neither as GB 18030, which GBK and GB 2312 are part of.
func decodeText(file string, data []byte) (string, *config.Fault) {
	wrong := func(line int, message string) *config.Fault {
		return &config.Fault{File: file, Line: line, Column: min(line, 1), Message: message}
	}
	var as encoding.Encoding
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		as = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	}
	if as == nil && !utf8.Valid(data) {
		if line, broken := nearlyUTF8(data); broken {
			return "", wrong(line, "is UTF-8 text with a broken character on this line")
		}
		as = simplifiedchinese.GB18030
	}
	if as != nil {
		decoded, err := as.NewDecoder().Bytes(data)
		if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) {
			return "", wrong(0, "is neither UTF-8 nor GBK text: save it as CSV UTF-8 or .xlsx")
		}
		data = decoded
	}
	if i := bytes.IndexByte(data, 0); i >= 0 {
		return "", wrong(1+bytes.Count(data[:i], []byte("\n")), "has a NUL byte: no text file")
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n"), nil
}

// nearlyUTF8 tells UTF-8 with a slip from another encoding: in GBK text few
// bytes happen to form UTF-8.
func nearlyUTF8(data []byte) (line int, yes bool) {
	good, bad := 0, 0
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			if bad++; line == 0 {
				line = 1 + bytes.Count(data[:i], []byte("\n"))
			}
		case n > 1:
			good++
		}
		i += n
	}
	return line, good > 3*bad
}
