package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"zhenban/bot"
	"zhenban/config"
	"zhenban/models"
)

// tools is what the operator's commands work with: the store and the profile,
// without channels.
type tools struct {
	settings config.Settings
	store    *models.Store
	clinic   *bot.Clinic
}

// withStore opens the database of the settings for one command.
func (w World) withStore(ctx context.Context, file string, fn func(*tools) error) error {
	s, err := w.settings(file)
	if err != nil {
		return err
	}
	key, _, err := dataKey(s)
	if err != nil {
		return err
	}
	store, err := models.Open(ctx, models.Options{DSN: s.DB, DataKey: key, Now: w.Clock.Now})
	if err != nil {
		return err
	}
	defer store.Close()
	h, err := openClinic(ctx, store, s.Clinic, false)
	if err != nil {
		return err
	}
	return fn(&tools{settings: s, store: store, clinic: h.current()})
}

// hasEnv reports a variable of the process's environment.
func (w World) hasEnv(name string) bool {
	for _, e := range w.Env {
		if k, v, _ := strings.Cut(e, "="); k == name && v != "" {
			return true
		}
	}
	return false
}

// printCode prints a one-time code and a QR picture that carries it: WeChat's
// own parametric code where the Official Account is set up, else a link to the
// web chat, else the bare code.
func printCode(ctx context.Context, w World, out io.Writer, a *tools, purpose, code string, expires time.Time) error {
	loc := a.clinic.Location("")
	fmt.Fprintf(out, "code     %s\nexpires  %s\n", code, expires.In(loc).Format("2006-01-02 15:04 MST"))
	text, err := codeLink(ctx, w, a, purpose, code)
	if err != nil {
		return err
	}
	if text != code {
		fmt.Fprintf(out, "link     %s\n", text)
	}
	qr, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(out, "\n"+qr.ToSmallString(false))
	return err
}

// codeLink is what the QR picture says.
func codeLink(ctx context.Context, w World, a *tools, purpose, code string) (string, error) {
	link, err := sceneLink(ctx, w, a, purpose+"_"+code, models.CodeLife)
	if link == "" {
		link = code
	}
	return link, err
}

// sceneLink leads into the chat with a scene: WeChat's own parametric code
// where the Official Account is set up, else a link to the web chat; "" when
// there is neither. life 0 is for good.
func sceneLink(ctx context.Context, w World, a *tools, scene string, life time.Duration) (string, error) {
	if a.settings.WeChat.AppID != "" {
		c, err := openWeChat(&app{settings: a.settings, clock: w.Clock, log: w.logger(a.settings), store: a.store, metrics: bot.NewMetrics()}, w.Clock)
		if err != nil {
			return "", err
		}
		qr, err := c.QR(ctx, scene, life)
		return qr.URL, err
	}
	if base := strings.TrimRight(a.settings.PublicURL, "/"); base != "" {
		return base + "/#scene=" + scene, nil
	}
	return "", nil
}
