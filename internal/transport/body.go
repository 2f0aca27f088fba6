package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"bitcorp.dev/fleet/internal/fleet"
)

// smallBody is how much of a body or message is kept without asking.
const smallBody = 64 << 10

// readAll reads a body or a message to its end; it asks Keep for what is kept
// beyond smallBody. free gives that back, once nothing of data is needed.
func (c *Config) readAll(ctx context.Context, r io.Reader) (data []byte, free func(), err error) {
	var held []func()
	free = func() {
		for _, release := range held {
			release()
		}
		held = nil
	}
	data = make([]byte, 0, 512)
	for {
		if len(data) == cap(data) {
			size := 2 * cap(data)
			if more := size - max(cap(data), smallBody); more > 0 && c.Keep != nil {
				release, err := c.Keep(ctx, more)
				if err != nil {
					free()
					return nil, free, err
				}
				held = append(held, release)
			}
			data = append(make([]byte, 0, size), data...)
		}
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF):
			return data, free, nil
		case err != nil:
			free()
			return nil, free, err
		}
	}
}

// admitted waits until so many bytes may be parsed, and what they ask for
// prepared.
func (c *Config) admitted(ctx context.Context, bytes int) (done func(), err error) {
	if c.Admit == nil {
		return func() {}, nil
	}
	return c.Admit(ctx, bytes)
}

// unread says what kept a body from being read.
func unread(err error) *refusal {
	var tooLarge *http.MaxBytesError
	var known *fleet.Error
	switch {
	case errors.As(err, &tooLarge):
		refused := refuse(http.StatusRequestEntityTooLarge, "the body is over %d bytes", tooLarge.Limit)
		refused.code = fleet.LimitExceeded
		return refused
	case errors.As(err, &known):
		return refusalOf(known)
	case errors.Is(err, os.ErrDeadlineExceeded):
		refused := refuse(http.StatusRequestTimeout, "the body did not arrive in time")
		refused.code = fleet.Timeout
		return refused
	default:
		return refuse(http.StatusBadRequest, "the body could not be read to its end")
	}
}

// refusalOf makes a refusal of an error of a hook. What is no fleet.Error is
// that of a context: it was not the request's turn in time, or the client has left.
func refusalOf(err error) *refusal {
	var known *fleet.Error
	if !errors.As(err, &known) {
		known = &fleet.Error{Code: fleet.Timeout, Message: "it was not the request's turn in time: the server is busy, try again later"}
	}
	refused := refuse(statusOfCode(known.Code), "%s", known.Message)
	refused.code = known.Code
	return refused
}
