// Package guard keeps a panic from ending the process. Every goroutine of the
// program defers one of its functions, or one that presents the panic to a
// client; a test reads the source and finds goroutines that do not.
package guard

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// restartDelay is the pause before a job that has panicked runs again.
const restartDelay = time.Second

// Panic is the error that a panic has become. It has been logged with its stack.
type Panic struct {
	Where string // which goroutine
	Value any    // what was passed to panic
}

// Error returns where and with what the panic happened.
func (p *Panic) Error() string { return fmt.Sprintf("panic in %s: %v", p.Where, p.Value) }

// Recover recovers from a panic and logs it. It must be deferred itself.
func Recover(where string) {
	if v := recover(); v != nil {
		Log(context.Background(), where, v)
	}
}

// Into recovers from a panic, logs it and makes it the error of the function
// that defers Into. It must be deferred itself.
func Into(err *error, where string) {
	if v := recover(); v != nil {
		Log(context.Background(), where, v)
		*err = &Panic{Where: where, Value: v}
	}
}

// Call calls f; a panic is its error.
func Call(where string, f func() error) (err error) {
	defer Into(&err, where)
	return f()
}

// Log writes the one log line of a panic. The deferred function that has
// recovered calls it, so that the stack is that of the panic; args are further
// attributes.
func Log(ctx context.Context, where string, value any, args ...any) {
	slog.ErrorContext(ctx, "panic", append([]any{
		"where", where, "panic", fmt.Sprint(value), "stack", string(debug.Stack()),
	}, args...)...)
}

// Job returns a function for an errgroup that runs job, again and again while
// it panics. It returns when job does, or when ctx ends.
func Job(ctx context.Context, where string, job func(ctx context.Context) error) func() error {
	return func() error {
		for {
			err, panicked := attempt(ctx, where, job)
			if !panicked {
				return err
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(restartDelay):
			}
		}
	}
}

func attempt(
	ctx context.Context,
	where string,
	job func(ctx context.Context) error,
) (err error, panicked bool) { //nolint:revive,staticcheck // the error is the job's, not of the attempt
	panicked = true
	defer Recover(where)
	err = job(ctx)
	return err, false
}
