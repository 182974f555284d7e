package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// SurveyBy is what results are grouped by; several together give a finer table.
type SurveyBy string

// What results are grouped by.
const (
	SurveyByMonth   SurveyBy = "month"
	SurveyByDoctor  SurveyBy = "practitioner"
	SurveyByService SurveyBy = "service"
)

// SurveyResult is one line of results.
type SurveyResult struct {
	Month, Practitioner, Service string // those grouped by

	Asked     int // surveys the clinic sent
	Returned  int // of those, answered
	Count     int // answers, asked for or not
	Sum       int // of the overall scores
	Good      int // answers of 4 and 5
	Anonymous int
	Aspects   [4]SurveyMean // result, care, environment, convenience
}

// SurveyMean is the sum and the number of the scores given.
type SurveyMean struct{ Sum, Count int }

// Mean is the mean overall score, 0 without answers.
func (r SurveyResult) Mean() float64 { return SurveyMean{r.Sum, r.Count}.Mean() }

// Mean of the scores, 0 without any.
func (m SurveyMean) Mean() float64 {
	if m.Count == 0 {
		return 0
	}
	return float64(m.Sum) / float64(m.Count)
}

// SurveyResults sums up the months from to to, both inclusive, YYYY-MM, by
// nothing for one line or by what is named, in its order.
func (s *Store) SurveyResults(ctx context.Context, from, to string, by ...SurveyBy) ([]SurveyResult, error) {
	group := ""
	for _, b := range by {
		if !slices.Contains([]SurveyBy{SurveyByMonth, SurveyByDoctor, SurveyByService}, b) {
			return nil, fmt.Errorf("results by %q", b)
		}
		group += string(b) + ", "
	}
	tail, order := "", strings.TrimSuffix(group, ", ")
	if order != "" {
		tail = " GROUP BY " + order
	}
	type row struct {
		Month, Practitioner, Service string
		Asked, Returned              int
		N, Total, Good, Nameless     int
		R, RN, C, CN, E, EN, V, VN   int
	}
	var asked, said []row
	err := s.r.WithContext(ctx).Raw("SELECT "+group+`COUNT(*) AS asked, COALESCE(SUM(CASE WHEN state = ? THEN 1 ELSE 0 END), 0) AS returned
		FROM surveys WHERE month >= ? AND month <= ? AND wave NOT IN ?`+tail, SurveyAnswered, from, to, []string{WaveSpot, WaveOwn}).Scan(&asked).Error
	if err == nil {
		err = s.r.WithContext(ctx).Raw("SELECT "+group+`COUNT(*) AS n, COALESCE(SUM(overall), 0) AS total,
			COALESCE(SUM(CASE WHEN overall >= 4 THEN 1 ELSE 0 END), 0) AS good, COALESCE(SUM(anonymous), 0) AS nameless,
			COALESCE(SUM(result), 0) AS r, COUNT(NULLIF(result, 0)) AS rn, COALESCE(SUM(care), 0) AS c, COUNT(NULLIF(care, 0)) AS cn,
			COALESCE(SUM(environment), 0) AS e, COUNT(NULLIF(environment, 0)) AS en,
			COALESCE(SUM(convenience), 0) AS v, COUNT(NULLIF(convenience, 0)) AS vn
			FROM survey_answers WHERE month >= ? AND month <= ?`+tail, from, to).Scan(&said).Error
	}
	if err != nil {
		return nil, unavailable(s.dialect, err)
	}
	lines := map[[3]string]*SurveyResult{}
	line := func(r row) *SurveyResult {
		key := [3]string{r.Month, r.Practitioner, r.Service}
		if lines[key] == nil {
			lines[key] = &SurveyResult{Month: r.Month, Practitioner: r.Practitioner, Service: r.Service}
		}
		return lines[key]
	}
	for _, r := range asked {
		l := line(r)
		l.Asked, l.Returned = r.Asked, r.Returned
	}
	for _, r := range said {
		l := line(r)
		l.Count, l.Sum, l.Good, l.Anonymous = r.N, r.Total, r.Good, r.Nameless
		l.Aspects = [4]SurveyMean{{r.R, r.RN}, {r.C, r.CN}, {r.E, r.EN}, {r.V, r.VN}}
	}
	out := make([]SurveyResult, 0, len(lines))
	for _, l := range lines {
		if l.Count+l.Asked > 0 {
			out = append(out, *l)
		}
	}
	slices.SortFunc(out, func(a, b SurveyResult) int {
		return strings.Compare(a.Month+"\x00"+a.Practitioner+"\x00"+a.Service, b.Month+"\x00"+b.Practitioner+"\x00"+b.Service)
	})
	return out, nil
}
