package staff

import (
	"context"
	"slices"

	"github.com/skip2/go-qrcode"

	"zhenban/bot"
	"zhenban/config"
)

// Poster hands out the QR picture that leads to a survey on the spot, to print
// and put up. Arg of /poster: a branch.
type Poster struct{}

// posterSide is the width of the picture in pixels, enough for a sheet of A5.
const posterSide = 720

// Name implements bot.Flow.
func (Poster) Name() string { return "poster" }

// Step implements bot.Flow.
func (Poster) Step(_ context.Context, t *bot.Turn) error {
	list := branchesOf(t)
	if i := slices.IndexFunc(list, func(b *config.Branch) bool { return b.ID == t.Arg }); i >= 0 {
		list = list[i : i+1]
	}
	t.Hub()
	if len(list) != 1 {
		var options []bot.Option
		for _, b := range list {
			options = append(options, bot.Option{Label: b.Name.In(t.Lang), Value: "/poster " + b.ID})
		}
		t.Say("results.which_branch", nil, options...)
		return nil
	}
	b := list[0]
	data := map[string]any{"Branch": b.Name, "ID": b.ID, "Link": ""}
	if !t.Files || t.PublicURL == "" {
		t.Say("results.no_poster", data)
		return nil
	}
	link := t.PublicURL + "/#scene=survey_" + b.ID
	png, err := qrcode.Encode(link, qrcode.Medium, posterSide)
	if err != nil {
		return err
	}
	data["Link"] = link
	t.Add(bot.Message{Media: &bot.Media{Name: "survey-" + b.ID + ".png", ContentType: "image/png", Data: png}})
	t.Say("results.poster", data)
	return nil
}
