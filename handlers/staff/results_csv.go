package staff

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/models"
)

// byteOrderMark lets spreadsheet programs read Chinese.
const byteOrderMark = "\ufeff"

// resultCSV writes results as a table.
func resultCSV(t *bot.Turn, list []models.SurveyResult) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(byteOrderMark)
	w := csv.NewWriter(&out)
	rows := [][]string{strings.Split(t.Text("results.head", nil), " · ")}
	for _, r := range list {
		row := []string{r.Month, plainCell(resultName(t, r, "doctor")), plainCell(resultName(t, r, "service")), strconv.Itoa(r.Asked), strconv.Itoa(r.Returned), strconv.Itoa(r.Count)}
		scores := make([]string, 6)
		if r.Count > 0 && (r.Anonymous == 0 || r.Count >= fewest) {
			scores[0] = strconv.FormatFloat(r.Mean(), 'f', 2, 64)
			scores[1] = strconv.Itoa(r.Good)
			for i, m := range r.Aspects {
				if m.Count > 0 {
					scores[2+i] = strconv.FormatFloat(m.Mean(), 'f', 2, 64)
				}
			}
		}
		rows = append(rows, append(row, scores...))
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// plainCell keeps a spreadsheet program from reading a name as a formula.
func plainCell(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
