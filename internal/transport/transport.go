// Package transport carries GraphQL over HTTP, WebSocket
// (graphql-transport-ws), server-sent events (graphql-sse, distinct
// connections mode) and as files of rows, in place of gqlgen's transports, which violate all three
// protocols. It knows nothing of the schema, of users or of limits: those
// reach it through the hooks of Config. Requests come from net/http by way of
// gqlgen's handler and go to the executor, and responses go out as the
// executor made them; only protocol errors are made here.
package transport

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
)

// Config is shared by the transports. The zero Config is valid: a field
// that is zero takes its default. Hooks may be called concurrently.
type Config struct {
	// MaxBody is the largest request body and WebSocket message, in bytes
	// (default 1 MiB).
	MaxBody int64
	// OperationTimeout is the deadline of a query or mutation over any
	// transport (default 30 s). Subscriptions have none.
	OperationTimeout time.Duration
	// WriteTimeout is how long one write to a socket or event stream may block
	// (default 10 s). After it the connection is dropped without a close frame,
	// because a half-written frame may precede it; the reason is logged.
	WriteTimeout time.Duration

	// InitTimeout is how long a client may take to send connection_init and
	// Init to return (default 10 s). After it the socket is closed with 4408.
	InitTimeout time.Duration
	// PingInterval is the time between two pings on a socket (default 25 s;
	// proxies drop connections that are silent for 60 s).
	PingInterval time.Duration
	// StuckTimeout is how long a client may take to answer a ping (default
	// 30 s). A ping queues behind everything sent before it, so a client that
	// does not read does not answer either. After it the socket is closed with
	// 1013.
	StuckTimeout time.Duration
	// MaxOperations is how many operations may run on one socket at a time
	// (default 50). Further ones are refused with LIMIT_EXCEEDED.
	MaxOperations int
	// MessageRate is how many messages per second are read from one socket
	// (default 50), with a burst of four times as many. Further ones wait in
	// the network.
	MessageRate float64
	// CommentInterval is the time between two comments on an event stream
	// without events (default 12 s).
	CommentInterval time.Duration

	// CheckOrigin returns an error if the request's Origin may not open a socket;
	// a fleet.Error has the message for it. If it is nil, the Origin must be absent, as from clients that are not browsers,
	// or have the request's host.
	CheckOrigin func(*http.Request) error
	// MayCompress, if set, reports whether the answer of a query may be
	// compressed: its length tells about its text (the BREACH attack).
	MayCompress func(*http.Request) bool
	// Init, if set, handles connection_init. The context that it returns must
	// be derived from ctx and is the parent of all operations of the socket; ctx
	// ends with the socket. A fleet.Error closes the socket with 4403 and its
	// message as the reason. Any other error, and one of the codes UNAVAILABLE and
	// TIMEOUT, means that the check itself failed: the close code is 1013, upon
	// which clients try again.
	Init func(ctx context.Context, r *http.Request, payload map[string]any) (context.Context, error)
	// Admission bounds requests, SocketAdmission sockets (default: no limit).
	Admission       Admission
	SocketAdmission SocketAdmission
	// Recheck, if set, is called with the operation's context before each
	// operation of a socket and before each delivery to any subscription. A
	// fleet.Error ends the operation, but one with the code UNAUTHENTICATED ends
	// the connection as Watch does. Any other error means that the check itself
	// failed: the connection ends in a way that makes clients reconnect. It must
	// be fast: it is called once per subscriber and event.
	Recheck func(ctx context.Context) error
	// Watch, if set, is called with the context of each socket that Init has let
	// in, and of each subscription over an event stream. It arranges that ended is
	// called, once, when the credentials of ctx end before ctx does, and returns
	// at once. The socket is then closed with 4403, and the stream ends without
	// "complete", upon which clients subscribe again with fresh credentials.
	Watch func(ctx context.Context, ended func(error))
	// Queue, if set, returns the queue of a subscription that was started, or nil. A socket then needs no goroutine
	// that waits for the subscription's responses.
	Queue func(o *graphql.OperationContext) Queue
	// Closed, if set, is called when a socket has ended, with the close code and
	// reason of the server or the client (1006 if there was no close frame).
	Closed func(ctx context.Context, code int, reason string)
	// Export is what exports need; without a schema there are none.
	Export ExportConfig
	// Log receives panics and dropped connections (default slog.Default()).
	Log *slog.Logger
}

// Queue has the responses of a subscription. Its methods are for one caller at a time.
type Queue interface {
	// Next returns the next response. ok is false while there is none, and the response nil after the last one.
	Next() (response *graphql.Response, ok bool)
	// Park arranges that wake is called, once, when Next has something to return. If it has by now, Park returns
	// false and wake is not called. wake does not block.
	Park(wake func()) bool
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
	if c.Admission == nil {
		c.Admission = unlimited{}
	}
	if c.SocketAdmission == nil {
		c.SocketAdmission = unlimited{}
	}
	return c
}

func (c *Config) recheck(ctx context.Context) error {
	if c.Recheck == nil {
		return nil
	}
	return c.Recheck(ctx)
}

func (c *Config) watch(ctx context.Context, ended func(error)) {
	if c.Watch != nil {
		c.Watch(ctx, ended)
	}
}

// isInconclusive reports whether err of Init or Recheck says that the check itself
// failed, so that nothing is known about the session.
func isInconclusive(err error) bool {
	var refused *fleet.Error
	return !errors.As(err, &refused) || refused.Code == fleet.Unavailable || refused.Code == fleet.Timeout
}

type headersKey struct{}

// Headers returns the response headers of ctx's operation. Over a WebSocket,
// and without an operation, it returns a header that is discarded. Operation
// and response interceptors may set headers; field resolvers must not, because
// they run concurrently.
func Headers(ctx context.Context) http.Header {
	if h, ok := ctx.Value(headersKey{}).(http.Header); ok {
		return h
	}
	return http.Header{}
}

func withHeaders(ctx context.Context, h http.Header) context.Context {
	return context.WithValue(ctx, headersKey{}, h)
}
