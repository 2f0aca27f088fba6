package transport

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/internal/guard"
)

// Transports are the transports of a server.
type Transports struct {
	http    *HTTP
	sockets *WebSocket
	streams *SSE
	exports *Export
}

// New returns transports that share a configuration. Shutdown ends what they start.
func New(c Config) *Transports {
	return &Transports{http: NewHTTP(c), sockets: NewWebSocket(c), streams: NewSSE(c), exports: NewExport(c)}
}

// All returns the transports in the order in which they are to be tried: the
// last one answers every request that no other supports.
func (t *Transports) All() []graphql.Transport {
	return []graphql.Transport{t.sockets, t.streams, t.exports, t.http}
}

// Streams reports whether r opens a socket or an event stream.
func (t *Transports) Streams(r *http.Request) bool {
	return t.sockets.Supports(r) || t.streams.Supports(r)
}

// Exports reports whether r asks for a file.
func (t *Transports) Exports(r *http.Request) bool { return t.exports.Supports(r) }

// Sockets returns the number of open sockets.
func (t *Transports) Sockets() int { return t.sockets.Open() }

// EventStreams returns the number of open event streams.
func (t *Transports) EventStreams() int { return t.streams.Open() }

// Shutdown ends sockets and event streams in a way that makes clients reconnect
// elsewhere, and waits until they have ended. When ctx ends first, connections
// are dropped and its error is returned.
func (t *Transports) Shutdown(ctx context.Context) error {
	var both errgroup.Group // side by side: one that is slow must not take the other's time
	both.Go(func() (err error) {
		defer guard.Into(&err, "shutdown of sockets")
		return t.sockets.Shutdown(ctx)
	})
	both.Go(func() (err error) {
		defer guard.Into(&err, "shutdown of event streams")
		return t.streams.Shutdown(ctx)
	})
	return both.Wait()
}
