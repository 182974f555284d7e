// Zhenban 诊伴 is a clinic's chat assistant: people book, move and cancel
// visits in WeChat, Telegram and on the web; the clinic's staff see it in
// their own chat. See README.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/jonboulle/clockwork"

	"zhenban/cmd"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// What a message allocates is garbage at once. Half the collections
		// save a twentieth of the work.
		debug.SetGCPercent(200)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cmd.Run(ctx, cmd.World{
		Args: os.Args[1:], Env: os.Environ(), In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Clock: clockwork.NewRealClock(),
	})
	stop()
	os.Exit(code)
}
