package transport

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"bitcorp.dev/fleet/internal/fleet"
)

// smallBody is how many bytes of a body or message need no reservation.
const smallBody = 64 << 10

// Without a hint a body is read into buffers that grow from firstRead; up to hintedRead bytes are made at once.
const (
	firstRead  = 512
	hintedRead = 4 << 10
)

// readAll reads a body or a message to its end; hint is the length that it should have, if that is known. Memory
// beyond smallBody is
// reserved through Config.Admission; release returns it and must be called, also after
// an error, once data is no longer needed.
func (c *Config) readAll(ctx context.Context, r io.Reader, hint int64) (data []byte, release func(), err error) {
	var reserved []func()
	release = func() {
		for _, release := range reserved {
			release()
		}
		reserved = nil
	}
	data = make([]byte, 0, min(max(hint+1, firstRead), hintedRead)) // one byte more, to see the end
	for {
		if len(data) == cap(data) {
			size := 2 * cap(data)
			if more := size - max(cap(data), smallBody); more > 0 {
				returned, err := c.Admission.Reserve(ctx, more)
				if err != nil {
					release()
					return nil, release, err
				}
				reserved = append(reserved, returned)
			}
			data = append(make([]byte, 0, size), data...)
		}
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case errors.Is(err, io.EOF):
			return data, release, nil
		case err != nil:
			release()
			return nil, release, err
		}
	}
}

// refusalOfBody makes a refusal of an error of readAll.
func refusalOfBody(err error) *refusal {
	var tooLarge *http.MaxBytesError
	var known *fleet.Error
	switch {
	case errors.As(err, &tooLarge):
		refused := refuse(http.StatusRequestEntityTooLarge, "the body is over %d bytes", tooLarge.Limit)
		refused.code = fleet.LimitExceeded
		return refused
	case errors.As(err, &known):
		return refusalOf(known)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.As(err, new(flate.CorruptInputError)):
		return refuse(http.StatusBadRequest, "the body is not valid gzip, which its Content-Encoding says")
	case errors.Is(err, os.ErrDeadlineExceeded):
		refused := refuse(http.StatusRequestTimeout, "the body did not arrive in time")
		refused.code = fleet.Timeout
		return refused
	default:
		return refuse(http.StatusBadRequest, "the body could not be read completely")
	}
}

// refusalOf makes a refusal of an error of a hook. An error that is no fleet.Error
// comes from the context: the request waited too long, or the client has
// disconnected.
func refusalOf(err error) *refusal {
	var known *fleet.Error
	if !errors.As(err, &known) {
		known = &fleet.Error{
			Code: fleet.Timeout, Message: "the server is busy and the request has waited too long: try again later",
		}
	}
	refused := refuse(StatusOf(known.Code), "%s", known.Message)
	refused.code = known.Code
	return refused
}
