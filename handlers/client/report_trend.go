package client

import (
	"context"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/models"
	"zhenban/templates/chart"
	"zhenban/templates/reading"
)

const (
	// fileUseful is how long a file that was asked for is still of use.
	fileUseful = 30 * time.Minute
	// maxSeries is how many earlier values of all kinds are read for a report;
	// maxPoints how many a picture shows.
	maxSeries = 400
	maxPoints = 24
)

// series are the earlier values of a report's observations, by the ID of the
// observation that stands in it.
func (v *reportView) series(ctx context.Context) (map[string][]models.Clinical, error) {
	var codes []string
	byCode := map[string]string{} // the first code that an observation here has
	for _, r := range v.results {
		if r.Observation == nil || r.Observation.Number == "" {
			continue
		}
		for _, c := range codesOf(r.Observation) {
			codes = append(codes, c)
			byCode[c] = r.ID
		}
	}
	if len(codes) == 0 {
		return nil, nil
	}
	list, err := v.t.Store.Series(ctx, v.p.ID, codes, v.t.Now, maxSeries)
	if err != nil {
		return nil, err
	}
	units := map[string]string{}
	for _, r := range v.results {
		if r.Observation != nil {
			units[r.ID] = r.Observation.Unit
		}
	}
	out := map[string][]models.Clinical{}
	for _, r := range list {
		if _, err := strconv.ParseFloat(r.Observation.Number, 64); err != nil || r.Observation.Comparator != "" {
			continue
		}
		for _, c := range codesOf(r.Observation) {
			if id := byCode[c]; id != "" && strings.EqualFold(units[id], r.Observation.Unit) {
				out[id] = append(out[id], r)
				break
			}
		}
	}
	return out, nil
}

// codesOf are the ways an observation is found by what it is.
func codesOf(o *models.Observation) []string {
	var out []string
	for _, c := range o.Code.Codings {
		if c.Code != "" {
			out = append(out, c.System+"|"+c.Code)
		}
	}
	if len(out) == 0 && o.Code.Text != "" {
		out = append(out, "text|"+o.Code.Text)
	}
	return out
}

// trend draws how a value of the report went.
func (v *reportView) trend(ctx context.Context, which int) error {
	t := v.t
	t.Hub()
	back := t.Option("report.back", nil, "/report "+v.r.ID)
	if which < 0 || which >= len(v.rows) {
		t.Say("report.missing", nil, back)
		return nil
	}
	series, err := v.series(ctx)
	if err != nil {
		return err
	}
	row := v.rows[which]
	points := series[row.ID]
	if len(points) < 2 {
		t.Say("report.no_trend", map[string]any{"Name": row.Name}, back)
		return nil
	}
	points = points[max(0, len(points)-maxPoints):]
	return v.draw(row, points, back)
}

func (v *reportView) draw(row reading.Row, points []models.Clinical, back bot.Option) error {
	t := v.t
	unit := reading.ShowUnit(points[len(points)-1].Observation.Unit)
	pic := chart.Trend{
		Title: t.Text("report.trend_title", map[string]any{"Patient": v.p.Name, "Name": row.Name, "Unit": unit}), Name: row.Name,
		LowName: t.Text("report.low", map[string]any{"Value": row.Low}), HighName: t.Text("report.high", map[string]any{"Value": row.High}),
	}
	if low, err := strconv.ParseFloat(row.Low, 64); err == nil {
		pic.Low = &low
	}
	if high, err := strconv.ParseFloat(row.High, 64); err == nil {
		pic.High = &high
	}
	type line struct {
		When, Value string
	}
	var lines []line
	years := reportTime(t, points[0]).Year() != reportTime(t, points[len(points)-1]).Year()
	for _, r := range points {
		n, _ := strconv.ParseFloat(r.Observation.Number, 64) // read before
		label := t.Text("report.day", map[string]any{"At": reportTime(t, r), "Years": years})
		pic.Points = append(pic.Points, chart.Point{Label: label, Value: n})
		lines = append(lines, line{label, r.Observation.Number})
	}
	png, err := pic.PNG()
	if err != nil {
		return err
	}
	m := bot.Message{Text: t.Text("report.trend_text", map[string]any{"Name": row.Name, "Unit": unit, "Lines": lines[max(0, len(lines)-8):]}), Options: []bot.Option{back}}
	m.Media = &bot.Media{Name: row.Name + ".png", ContentType: "image/png", Data: png}
	t.Add(m)
	return nil
}
