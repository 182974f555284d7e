package staff

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// Results is what the surveys say, for managers. Arg of /results: doctor,
// service or month, then a month as YYYY-MM; or words, or file, and a month.
type Results struct{}

// Name implements bot.Flow.
func (Results) Name() string { return "results" }

const (
	maxLines  = 12 // of one list, so that it fits a phone
	maxMonths = 6
	fewest    = 3 // answers below which nobody's are shown apart if one of them is anonymous
)

const monthForm = "2006-01"

// Step implements bot.Flow.
func (Results) Step(ctx context.Context, t *bot.Turn) error {
	view, month, _ := strings.Cut(t.Arg, " ")
	at, err := time.ParseInLocation(monthForm, month, t.Clinic.Location(""))
	if err != nil {
		at = t.Local()
	}
	at = time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, at.Location())
	t.Hub()
	switch view {
	case "words":
		return resultWords(ctx, t, at)
	case "file":
		return resultFile(ctx, t, at)
	case "service":
		return resultList(ctx, t, view, at, at, models.SurveyByService)
	case "month":
		return resultList(ctx, t, view, at.AddDate(0, 1-maxMonths, 0), at, models.SurveyByMonth)
	}
	return resultList(ctx, t, "doctor", at, at, models.SurveyByDoctor)
}

func resultList(ctx context.Context, t *bot.Turn, view string, from, to time.Time, by models.SurveyBy) error {
	a, b := from.Format(monthForm), to.Format(monthForm)
	total, err := t.Store.SurveyResults(ctx, a, b)
	if err != nil {
		return err
	}
	list, err := t.Store.SurveyResults(ctx, a, b, by)
	if err != nil {
		return err
	}
	if view == "month" {
		slices.Reverse(list) // the newest first
	} else {
		slices.SortStableFunc(list, func(x, y models.SurveyResult) int { return y.Count - x.Count })
	}
	var lines []map[string]any
	for _, r := range list[:min(len(list), maxLines)] {
		lines = append(lines, resultData(t, r, view))
	}
	data := map[string]any{"Month": to, "From": from, "Many": !from.Equal(to), "Total": nil, "Lines": lines, "More": max(len(list)-maxLines, 0)}
	if len(total) > 0 {
		data["Total"] = resultData(t, total[0], "")
	}
	t.Say("results.list", data, resultOptions(t, view, to)...)
	return nil
}

func resultOptions(t *bot.Turn, view string, at time.Time) []bot.Option {
	month := at.Format(monthForm)
	var options []bot.Option
	for _, v := range [...]string{"doctor", "service", "month"} {
		if v != view {
			options = append(options, t.Option("results.by_"+v, nil, "/results "+v+" "+month))
		}
	}
	options = append(options, t.Option("results.before", nil, "/results "+view+" "+at.AddDate(0, -1, 0).Format(monthForm)),
		t.Option("results.words", nil, "/results words "+month))
	if t.Files {
		options = append(options, t.Option("results.file", nil, "/results file "+month))
	}
	return options
}

// resultData is one line: who or what, and the figures. The answers of a few
// people are not shown apart when one of them did not want to be named.
func resultData(t *bot.Turn, r models.SurveyResult, view string) map[string]any {
	data := map[string]any{
		"Name": resultName(t, r, view), "Count": r.Count, "Hidden": r.Anonymous > 0 && r.Count < fewest && view != "" && view != "month",
		"Mean": score(r.Mean()), "Good": percent(r.Good, r.Count), "Asked": r.Asked, "Rate": percent(r.Returned, r.Asked),
	}
	for i, name := range [...]string{"Result", "Care", "Environment", "Convenience"} {
		if data[name] = ""; r.Aspects[i].Count > 0 {
			data[name] = score(r.Aspects[i].Mean())
		}
	}
	return data
}

func resultName(t *bot.Turn, r models.SurveyResult, view string) string {
	switch view {
	case "doctor":
		if d := t.Clinic.Practitioner(r.Practitioner); d != nil {
			return d.Name.In(t.Lang)
		}
		if r.Practitioner != "" {
			return r.Practitioner
		}
	case "service":
		if s := t.Clinic.Service(r.Service); s != nil {
			return s.Name.In(t.Lang)
		}
		if r.Service != "" {
			return r.Service
		}
	default:
		return r.Month
	}
	return t.Text("results.none", nil)
}

func score(mean float64) string { return strconv.FormatFloat(mean, 'f', 1, 64) }

// percent is rounded down: 99.6 % satisfied are not all.
func percent(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return part * 100 / whole
}

// resultWords lists what people wrote, the newest first.
func resultWords(ctx context.Context, t *bot.Turn, at time.Time) error {
	list, err := t.Store.SurveyWords(ctx, at.Format(monthForm), maxLines)
	if err != nil {
		return err
	}
	var lines []map[string]any
	for _, a := range list {
		r := models.SurveyResult{Practitioner: a.Practitioner, Service: a.Service}
		words := []rune(a.Words)
		if len(words) > 80 {
			words = append(words[:80:80], '…')
		}
		lines = append(lines, map[string]any{
			"Score": a.Overall, "Words": string(words), "Anonymous": a.Anonymous,
			"About": a.Service != "" || a.Practitioner != "", "Service": resultName(t, r, "service"), "Doctor": resultName(t, r, "doctor"),
		})
	}
	back := at.AddDate(0, -1, 0).Format(monthForm)
	t.Say("results.said", map[string]any{"Month": at, "Lines": lines}, t.Option("results.back", nil, "/results doctor "+at.Format(monthForm)),
		t.Option("results.before", nil, "/results words "+back))
	return nil
}

// resultFile is a year of results by month, doctor and service.
func resultFile(ctx context.Context, t *bot.Turn, at time.Time) error {
	list, err := t.Store.SurveyResults(ctx, at.AddDate(0, -11, 0).Format(monthForm), at.Format(monthForm),
		models.SurveyByMonth, models.SurveyByDoctor, models.SurveyByService)
	if err != nil {
		return err
	}
	data := map[string]any{"Count": len(list), "Month": at}
	back := t.Option("results.back", nil, "/results doctor "+at.Format(monthForm))
	if len(list) == 0 || !t.Files {
		t.Say("results.no_file", data, back)
		return nil
	}
	body, err := resultCSV(t, list)
	if err != nil {
		return err
	}
	t.Add(bot.Message{Media: &bot.Media{Name: "survey-" + at.Format(monthForm) + ".csv", ContentType: "text/csv; charset=utf-8", Data: body}})
	t.Say("results.sent", data, back)
	return nil
}

// branchesOf lists what a colleague is responsible for.
func branchesOf(t *bot.Turn) []*config.Branch {
	var out []*config.Branch
	for i := range t.Clinic.Branches {
		if b := &t.Clinic.Branches[i]; t.Staff.Branch == "" || t.Staff.Branch == b.ID {
			out = append(out, b)
		}
	}
	return out
}
