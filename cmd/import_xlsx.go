package cmd

import (
	"bytes"
	"errors"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhenban/config"
)

// What a workbook may unfold to; beyond it is a bomb, or no list of clients.
const (
	maxUnzipped = 512 << 20
	maxSheetXML = 256 << 20
)

// readXLSX reads the first visible sheet. Formulas count as their values.
func readXLSX(file string, data []byte) (*table, error) {
	unreadable := func(err error) error {
		if errors.Is(err, excelize.ErrWorkbookPassword) {
			err = errors.New("it is protected by a password")
		}
		return config.Faults{{File: file, Message: "cannot be read as .xlsx: " + err.Error()}}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxSheetXML})
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	sheet := firstSheet(f)
	if sheet == "" {
		return nil, unreadable(errors.New("it has no visible sheet"))
	}
	t := &table{file: file}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		t.date1904 = *props.Date1904
	}
	shown, err := f.Rows(sheet)
	if err != nil {
		return nil, unreadable(err)
	}
	defer shown.Close()
	raw, err := f.Rows(sheet)
	if err != nil {
		return nil, unreadable(err)
	}
	defer raw.Close()
	for line := 1; shown.Next() && raw.Next(); line++ {
		texts, err := shown.Columns()
		if err != nil {
			return nil, unreadable(err)
		}
		numbers, err := raw.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, unreadable(err)
		}
		row, filled := xlsxRow(f, sheet, line, texts, numbers)
		if fault := t.add(row, filled); fault != nil {
			return nil, config.Faults{*fault}
		}
	}
	return t, errors.Join(shown.Error(), raw.Error())
}

func xlsxRow(f *excelize.File, sheet string, line int, texts, numbers []string) (row []cell, filled bool) {
	row = make([]cell, len(texts))
	for i, text := range texts {
		c := cell{text: strings.TrimSpace(strings.ReplaceAll(text, "\u00a0", " ")), line: line, column: i + 1}
		if i < len(numbers) {
			c.raw = strings.TrimSpace(numbers[i])
		}
		if c.text == "" {
			c.text = calculated(f, sheet, i+1, line)
		}
		filled = filled || c.text != ""
		row[i] = c
	}
	return row, filled
}

// calculated works out a formula whose value the writing program did not keep.
func calculated(f *excelize.File, sheet string, column, line int) string {
	name, err := excelize.CoordinatesToCellName(column, line)
	if err != nil {
		return ""
	}
	if formula, err := f.GetCellFormula(sheet, name); err != nil || formula == "" {
		return ""
	}
	v, err := f.CalcCellValue(sheet, name)
	if err != nil {
		return "#VALUE!" // told as an error of the sheet where the cell is read
	}
	return strings.TrimSpace(v)
}

func firstSheet(f *excelize.File) string {
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err == nil && visible {
			return name
		}
	}
	return ""
}
