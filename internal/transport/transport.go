// Package transport carries GraphQL over HTTP, WebSocket
// (graphql-transport-ws) and server-sent events (graphql-sse, distinct
// connections). It replaces gqlgen's transports, which break rules of all
// three. It knows nothing of the schema: requests go to the executor, and what
// the executor answers goes out as it is. Errors of the protocol are made
// here; all others come through the executor's error presenter.
package transport

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// Config is shared by the transports. The zero Config works: what is 0 takes
// its default.
type Config struct {
	// MaxBody is the largest request body and WebSocket message, in bytes
	// (default 1 MiB).
	MaxBody int64
	// OperationTimeout is the deadline of a query or mutation over any
	// transport (default 30 s). Subscriptions have none.
	OperationTimeout time.Duration
	// WriteTimeout is how long one write to a socket or stream may block
	// (default 10 s). After it the connection is cut without a word: a frame
	// that is half written leaves no room for a reason, so the log has it.
	WriteTimeout time.Duration

	// InitTimeout is how long a new socket may take to be initialised
	// (default 10 s), the Init hook included; then it is closed with 4408.
	InitTimeout time.Duration
	// PingInterval is the time between two pings of a socket (default 25 s;
	// proxies cut connections that are silent for 60 s).
	PingInterval time.Duration
	// StuckTimeout is how long a client may leave a ping unanswered (default
	// 30 s). A ping queues behind all that was sent before it, so a client
	// that takes no messages does not answer either. It is closed with 1013.
	StuckTimeout time.Duration
	// MaxOperations is how many operations may be under way on one socket at
	// a time (default 50). One more is refused with LIMIT_EXCEEDED.
	MaxOperations int
	// MessageRate is how many messages a second are read of one socket, 4
	// times as many at once (default 50); more wait in the network.
	MessageRate float64
	// CommentInterval is the time between two comments in a silent event
	// stream (default 12 s).
	CommentInterval time.Duration

	// CheckOrigin reports whether a page of the request's Origin may open a
	// socket. Without it only pages of the same host may, and clients that
	// send no Origin because they are not browsers.
	CheckOrigin func(*http.Request) bool
	// Init is asked when a socket is initialised. The context it returns, made
	// from the one it is given, is that of all operations of the socket; it
	// ends with the socket (context.AfterFunc tells). An error closes the
	// socket with 4403; the message of a fleet.Error is the reason.
	Init func(ctx context.Context, r *http.Request, payload map[string]any) (context.Context, error)
	// Keep, if set, is asked before so many more bytes are kept of a body or a
	// message that has not come to its end yet and is over 64 KB; release gives
	// them back. An error refuses it.
	Keep func(ctx context.Context, bytes int) (release func(), err error)
	// Admit, if set, is asked before a body or message of so many bytes is
	// parsed; done says that the operation in it has been parsed, validated
	// and found good or bad. While it waits, which it must not do for ever,
	// nothing is done of the request. An error refuses it.
	Admit func(ctx context.Context, bytes int) (done func(), err error)
	// Received, if set, is told of each operation of a socket, and of how many
	// bytes it came in, before it is looked at; the operation gets the context
	// it returns. While it waits, nothing more is read of the socket. An error
	// refuses the operation.
	Received func(ctx context.Context, bytes int) (context.Context, error)
	// Recheck is asked with the operation's context before each operation of a
	// socket and before each message of any subscription is delivered. An
	// error ends the operation, and with the code UNAUTHENTICATED the socket
	// too, with 4403: clients connect again, with newer credentials if they
	// have any. An error that is no fleet.Error says that it is not known: the
	// connection ends in a way that makes clients come again. It must be fast;
	// it is called for each subscriber of each event.
	Recheck func(ctx context.Context) error
	// Closed, if set, is told of each socket that has ended: the close code
	// and reason, ours or the client's (1006 if it left without one).
	Closed func(ctx context.Context, code int, reason string)
	// Log gets panics and cut connections (default slog.Default()).
	Log *slog.Logger
}

// Defaults of Config that are settings of the server.
const (
	DefaultMaxBody          = 1 << 20 // bytes
	DefaultOperationTimeout = 30 * time.Second
	DefaultMaxOperations    = 50
)

func (c Config) withDefaults() Config {
	c.MaxBody = cmp.Or(c.MaxBody, DefaultMaxBody)
	c.OperationTimeout = cmp.Or(c.OperationTimeout, DefaultOperationTimeout)
	c.WriteTimeout = cmp.Or(c.WriteTimeout, 10*time.Second)
	c.InitTimeout = cmp.Or(c.InitTimeout, 10*time.Second)
	c.PingInterval = cmp.Or(c.PingInterval, 25*time.Second)
	c.StuckTimeout = cmp.Or(c.StuckTimeout, 30*time.Second)
	c.MaxOperations = cmp.Or(c.MaxOperations, DefaultMaxOperations)
	c.MessageRate = cmp.Or(c.MessageRate, 50)
	c.CommentInterval = cmp.Or(c.CommentInterval, 12*time.Second)
	c.Log = cmp.Or(c.Log, slog.Default())
	return c
}

func (c *Config) recheck(ctx context.Context) error {
	if c.Recheck == nil {
		return nil
	}
	return c.Recheck(ctx)
}

// isUnknown reports whether a recheck could not be made.
func isUnknown(err error) bool {
	var known *fleet.Error
	return !errors.As(err, &known)
}

type headersKey struct{}

// Headers returns the headers of the HTTP response that ctx's operation is
// answered with. Elsewhere, as on a socket, it returns headers that nobody
// reads. Interceptors of operations and responses may set them; resolvers of
// fields must not, because they run at the same time.
func Headers(ctx context.Context) http.Header {
	if h, ok := ctx.Value(headersKey{}).(http.Header); ok {
		return h
	}
	return http.Header{}
}

func withHeaders(ctx context.Context, h http.Header) context.Context {
	return context.WithValue(ctx, headersKey{}, h)
}
