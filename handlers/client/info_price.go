package client

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/config"
)

// Price answers from the clinic's price list. Arg of /price: a service, or
// "d:" and a department with, if need be, a page.
type Price struct{}

// perList is how many entries one list shows, so that it fits a phone.
const perList = 8

// Name implements bot.Flow.
func (Price) Name() string { return "price" }

// Step implements bot.Flow.
func (Price) Step(_ context.Context, t *bot.Turn) error {
	if s := t.Clinic.Service(t.Arg); s != nil {
		priceOf(t, s)
		return nil
	}
	if dept, ok := strings.CutPrefix(t.Arg, "d:"); ok {
		id, page, _ := strings.Cut(dept, " ")
		if d := t.Clinic.Department(id); d != nil {
			n, _ := strconv.Atoi(page) // no number: the first page
			pricesOf(t, d, n)
			return nil
		}
	}
	if t.Arg != "" {
		priceIndex(t)
		return nil
	}
	meant := servicesMeant(t)
	if joined := parted.ReplaceAllString(t.In.Text, "$1$2"); len(meant) == 0 && t.Said == "" && joined != t.In.Text {
		t.Resay(joined)
		meant = servicesMeant(t)
	}
	switch {
	case len(meant) == 1:
		priceOf(t, meant[0])
	case len(meant) > 1:
		t.Hub()
		t.Say("price.which", nil, priceOptions(t, meant)...)
	default:
		if e, ok := t.Heard().Best(nlu.KindDepartment); ok && t.Clinic.Department(e.ID) != nil {
			pricesOf(t, t.Clinic.Department(e.ID), 0)
			return nil
		}
		priceIndex(t)
	}
	return nil
}

// parted are the words put between what is done and what it is done to: 洗个牙.
var parted = regexp.MustCompile(`(\p{Han})(?:一?[个個次下]|一下)(\p{Han})`)

// servicesMeant lists the services a sentence names; several where it leaves
// open which.
func servicesMeant(t *bot.Turn) []*config.Service {
	var out []*config.Service
	for i, e := range t.Heard().All(nlu.KindService) {
		if s := t.Clinic.Service(e.ID); s != nil && i < perList {
			out = append(out, s)
		}
	}
	return out
}

func priceOf(t *bot.Turn, s *config.Service) {
	data := map[string]any{"Name": s.Name, "Price": s.Price, "Asked": s.Price.From > 0 || len(s.Price.Note) > 0, "Minutes": s.Minutes, "Bring": s.Preparation}
	t.Say("price.one", data, t.Option("price.book", map[string]any{"Name": s.Name}, "/book "+s.ID),
		t.Option("price.others", nil, "/price d:"+s.Department), t.Option("menu.agent", nil, "/agent"))
}

func priceOptions(t *bot.Turn, list []*config.Service) []bot.Option {
	var out []bot.Option
	for _, s := range list {
		out = append(out, t.Option("price.line", map[string]any{"Name": s.Name, "Price": shortPrice(s.Price)}, "/price "+s.ID))
	}
	return out
}

// shortPrice leaves the note to the answer about one service.
func shortPrice(p config.Price) config.Price {
	if p.From > 0 {
		p.Note = nil
	}
	return p
}

// priceIndex leads into the price list: whole when it is short, else what is
// asked for most and the departments.
func priceIndex(t *bot.Turn) {
	t.Hub()
	var all, common []*config.Service
	for i := range t.Clinic.Services {
		s := &t.Clinic.Services[i]
		all = append(all, s)
		if s.Common && len(common) < 4 {
			common = append(common, s)
		}
	}
	if len(all) <= perList {
		t.Say("price.which", nil, priceOptions(t, all)...)
		return
	}
	options := priceOptions(t, common)
	for i := range t.Clinic.Departments {
		d := &t.Clinic.Departments[i]
		if len(servicesOf(t, d)) > 0 {
			options = append(options, bot.Option{Label: t.Text("price.department", map[string]any{"Name": d.Name}), Value: "/price d:" + d.ID})
		}
	}
	t.Say("price.which", nil, options...)
}

func servicesOf(t *bot.Turn, d *config.Department) []*config.Service {
	var out []*config.Service
	for i := range t.Clinic.Services {
		if s := &t.Clinic.Services[i]; s.Department == d.ID {
			out = append(out, s)
		}
	}
	return out
}

func pricesOf(t *bot.Turn, d *config.Department, page int) {
	t.Hub()
	list, more := pageOf(servicesOf(t, d), page)
	options := priceOptions(t, list)
	if more > 0 {
		options = append(options, t.Option("price.more", nil, "/price d:"+d.ID+" "+strconv.Itoa(more)))
	}
	t.Say("price.of", map[string]any{"Name": d.Name}, append(options, t.Option("price.all", nil, "/price all"))...)
}

// pageOf cuts a list into pages; more is the number of the next, 0 for none.
func pageOf[T any](list []T, page int) (part []T, more int) {
	from := page * perList
	if page < 0 || from >= len(list) {
		from, page = 0, 0
	}
	to := min(from+perList, len(list))
	if to < len(list) {
		more = page + 1
	}
	return list[from:to], more
}
