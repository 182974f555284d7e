// Package browser drives a headless Chromium for tests of the web chat and for
// whoever builds on it. It knows nothing of package testing.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Action is a step that returns nothing; chromedp.Do runs them.
type Action = chromedp.Action[chromedp.Void]

// ErrMissing says that no browser is installed.
var ErrMissing = errors.New("no chromium installed")

// Find gives the browser's path.
func Find() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p, nil
		}
	}
	return "", ErrMissing
}

// Start runs a browser with an empty profile; stop ends it and removes the
// profile. The context is for the functions of this package and for chromedp.
func Start(ctx context.Context) (tab context.Context, stop func(), err error) {
	path, err := Find()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "zhenban-browser-")
	if err != nil {
		return nil, nil, fmt.Errorf("make a profile: %w", err)
	}
	o := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(dir),
		chromedp.Flag("headless", "new"), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("password-store", "basic"), chromedp.Flag("use-mock-keychain", true),
	}
	for _, f := range []string{
		"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "disable-dev-shm-usage", "hide-scrollbars",
		"disable-background-timer-throttling", "disable-renderer-backgrounding", "no-default-browser-check", "disable-default-apps",
	} {
		o = append(o, chromedp.Flag(f, true))
	}
	all, cancelAll := chromedp.NewExecAllocator(ctx, o...)
	tab, _ = chromedp.NewContext(all)
	stop = func() {
		_ = chromedp.Cancel(tab) // asks the browser to close and waits for it
		cancelAll()
		chromedp.FromContext(tab).Allocator.Wait()
		_ = os.RemoveAll(dir)
	}
	if err := chromedp.Do(tab); err != nil {
		stop()
		return nil, nil, fmt.Errorf("start chromium: %w", err)
	}
	return tab, stop, nil
}

// Size sets the window.
func Size(width, height int64) Action {
	return chromedp.EmulateViewport(width, height, chromedp.EmulateScale(1))
}

// Prefer sets the reader's wishes: dark, reduced motion.
func Prefer(dark bool) Action {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		return err
	})
}

// Wait waits until a JavaScript expression is true. chromedp.Poll cannot be
// used: it needs eval, which the page's policy forbids.
func Wait(expression string) Action {
	script := `new Promise((done) => { const look = () => { let ok; try { ok = (` + expression + `) } catch { }
		if (ok) done(true); else setTimeout(look, 20); }; look(); })`
	wait := chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := wait(ctx, t); err != nil {
			return fmt.Errorf("wait for %s: %w", expression, err)
		}
		return nil
	})
}

// Do runs JavaScript and drops its value.
func Do(script string) Action {
	return chromedp.Evaluate[chromedp.Void]("void (() => {" + script + "})()")
}

// Shot writes what the window shows to a PNG file.
func Shot(path string) Action {
	settled := chromedp.Evaluate[bool](`new Promise((done) => { let n = 30; const f = () => n-- ? requestAnimationFrame(f) : done(true); f(); })`, chromedp.EvalAwaitPromise)
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		// Colours that just changed are painted some frames later.
		if _, err := settled(ctx, t); err != nil {
			return fmt.Errorf("wait for the paint: %w", err)
		}
		b, err := chromedp.CaptureScreenshot()(ctx, t)
		if err != nil {
			return fmt.Errorf("take screenshot: %w", err)
		}
		return os.WriteFile(path, b, 0o600)
	})
}
