package scheduler

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
)

// panicError is a job's panic. Its text names the kind only, since the value
// may hold what is known of a person.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string {
	if err, ok := e.value.(runtime.Error); ok {
		return "panic: " + err.Error()
	}
	return fmt.Sprintf("panic with a %T", e.value)
}

// catch turns a panic into an error.
func catch(err *error) {
	if p := recover(); p != nil {
		*err = &panicError{p, debug.Stack()}
	}
}

// failure is an error for the log, with where a panic came from.
func failure(err error) slog.Attr {
	var p *panicError
	if errors.As(err, &p) {
		return slog.Group("", slog.Any("error", err), slog.String("stack", string(p.stack)))
	}
	return slog.Any("error", err)
}
