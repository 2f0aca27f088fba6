package server

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"bitcorp.dev/fleet/internal/admission"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/edge"
	"bitcorp.dev/fleet/internal/telemetry"
	"bitcorp.dev/fleet/internal/transport"
)

// Headers with what a request has taken. MemoryHeader is sent if Config.ReportMemory says so.
const (
	timeHeader   = "X-Response-Time"
	timingHeader = "Server-Timing"
	MemoryHeader = "X-Memory-Used"
)

// measured is middleware that sets the headers of timing, counts the request and writes its line of the
// log. Sockets have a line when they open, and one for each operation.
func (s *Server) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := telemetry.Of(r.Context())
		m := &measuredWriter{ResponseWriter: w, request: request}
		if s.config.ReportMemory {
			m.allocated = allocated()
		}
		stream := s.transports.Streams(r) || s.exporting(r)
		defer func() { //nolint:contextcheck // it has the request; also after a panic that drops the connection
			m.setHeaders() // of an answer without a body
			endpoint := cmp.Or(request.Endpoint(), "other")
			status := cmp.Or(m.status, http.StatusOK)
			span := trace.SpanFromContext(r.Context())
			span.SetAttributes(attribute.Int("http.response.status_code", status))
			if status >= http.StatusInternalServerError { // as OpenTelemetry says for servers; 4xx is the client's fault
				span.SetStatus(codes.Error, "")
			}
			s.metered.Request(r.Method, endpoint, strconv.Itoa(status), request.Total(), stream)
			if endpoint == "/healthz" || endpoint == "/readyz" {
				return
			}
			s.requestLog.Write(r.Context(), request, stream, slog.String("method", r.Method),
				slog.String("endpoint", endpoint), slog.Int("status", status))
		}()
		next.ServeHTTP(m, r)
	})
}

// traced is middleware that begins the span of each request but those of sockets and streams, which stay open for long,
// and of probes. Its attributes have nothing that a client has sent in the query or the body.
func (s *Server) traced(next http.Handler) http.Handler {
	if s.config.Traces == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.transports.Streams(r) || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		request := telemetry.Of(r.Context())
		ctx, span := s.config.Traces.Request(r.Context(), method(r), propagation.HeaderCarrier(r.Header),
			attribute.String("http.request.method", method(r)), attribute.String("fleet.request", request.ID()))
		defer func() { //nolint:contextcheck // the span has it
			endpoint := cmp.Or(request.Endpoint(), "other")
			span.SetName(method(r) + " " + endpoint)
			span.SetAttributes(attribute.String("http.route", endpoint))
			span.End()
		}()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// method returns the method of r if it is one of HTTP's, else "_OTHER", as OpenTelemetry names it.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions,
		http.MethodPatch, http.MethodConnect, http.MethodTrace:
		return r.Method
	}
	return "_OTHER"
}

// routed is the handler of mux that notes which route was taken.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { telemetry.Of(r.Context()).SetEndpoint(endpointOf(r.Pattern)) }() //nolint:contextcheck // mux has set it
		mux.ServeHTTP(w, r)
	})
}

// endpointOf returns the path of a pattern of routes, without its method.
func endpointOf(pattern string) string {
	if at := strings.IndexByte(pattern, '/'); at >= 0 {
		pattern = pattern[at:]
	}
	if base, exact := strings.CutSuffix(pattern, "/{$}"); exact {
		return base
	}
	return pattern
}

// measuredWriter sets headers before the status is sent, and measures writes.
type measuredWriter struct {
	http.ResponseWriter
	request   *telemetry.Request
	status    int    // 0 before it is sent
	allocated uint64 // bytes by the whole process before the request; 0 if that is not reported
}

// Unwrap gives http.ResponseController the writer of net/http.
func (w *measuredWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w *measuredWriter) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.setHeaders()
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *measuredWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	defer w.request.Since(telemetry.Writing, time.Now())
	return w.ResponseWriter.Write(b)
}

// setHeaders sets the headers of timing unless the status is sent.
func (w *measuredWriter) setHeaders() {
	if w.status != 0 {
		return
	}
	h := w.Header()
	h.Set(timeHeader, string(append(telemetry.AppendMilliseconds(make([]byte, 0, 16), w.request.Total()), "ms"...)))
	h.Set(timingHeader, w.request.ServerTiming())
	if w.allocated > 0 {
		h.Set(MemoryHeader, strconv.FormatUint(allocated()-w.allocated, 10))
	}
}

// allocated returns the bytes that the process has allocated on its heap since its start.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// wellFormed matches ids of requests that are taken from clients: those of proxies and UUIDs are.
var wellFormed = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$`)

// requestID returns the id that a client or a proxy has given to r if it is well-formed, else a new one.
func requestID(r *http.Request) string {
	if given := r.Header.Values(caller.RequestIDHeader); len(given) == 1 && wellFormed.MatchString(given[0]) {
		return given[0]
	}
	return fleet.NewUUID().String()
}

// finished counts an operation, and writes the line of one that a socket has sent.
func (s *Server) finished(ctx context.Context) {
	request := telemetry.Of(ctx)
	if request == nil {
		return
	}
	s.metered.Operation(request)
	if ctx.Value(socketKey{}) != nil {
		s.requestLog.Write(ctx, request, false, slog.String("method", "SOCKET"), slog.String("endpoint", "/graphql"))
	}
}

type socketKey struct{}

// socketAdmission gives each operation of a socket a telemetry.Request of its own.
type socketAdmission struct {
	*admission.Controller
	server *Server
}

// Receive implements transport.SocketAdmission.
func (a socketAdmission) Receive(ctx context.Context, bytes int) (context.Context, error) {
	c := caller.Of(ctx)
	ctx, request := telemetry.With(context.WithValue(ctx, socketKey{}, true), c.RequestID)
	request.SetUser(userOf(c))
	ctx, err := a.Controller.Receive(ctx, bytes)
	if err != nil {
		request.Describe(func(o *telemetry.Operation) { o.Outcome = strings.ToLower(string(fleet.CodeOf(err))) })
		a.server.finished(ctx)
	}
	return ctx, err
}

// queueOf adapts edge.QueueOf to the transports.
func queueOf(o *graphql.OperationContext) transport.Queue {
	if q := edge.QueueOf(o); q != nil {
		return q
	}
	return nil
}

// userOf returns the id of the caller's user; "" for an anonymous caller.
func userOf(c caller.Caller) string {
	if c.Viewer.UserID == (fleet.UUID{}) {
		return ""
	}
	return c.Viewer.UserID.String()
}
