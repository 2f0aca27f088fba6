package telemetry

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"
)

// scope names the instrumentation of all spans.
const scope = "bitcorp.dev/fleet"

// TracesConfig configures Traces.
type TracesConfig struct {
	// URL is where a collector takes OTLP over HTTP, such as http://collector:4318; without a path spans are sent
	// to /v1/traces there.
	URL string
	// Ratio is the part of traces that is sent, from 0 to 1. Instances and services with the same ratio choose the
	// same traces, because the trace's id decides.
	Ratio float64
	// Version is that of the program.
	Version string
	Log     *slog.Logger
}

// Traces sends spans to a collector. Its methods may be called on nil, which sends none.
//
// Spans are queued and sent by a goroutine of their own: a collector that is slow or away costs spans, never requests.
type Traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// NewTraces returns what sends spans, nil without a URL. Shutdown ends it.
func NewTraces(ctx context.Context, c TracesConfig) (*Traces, error) {
	if c.URL == "" {
		return nil, nil
	}
	target, err := ParseTracesURL(c.URL)
	if err != nil {
		return nil, err
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target.String()),
		otlptracehttp.WithTimeout(5*time.Second), otlptracehttp.WithRetry(otlptracehttp.RetryConfig{
			Enabled: true, InitialInterval: time.Second, MaxInterval: 5 * time.Second, MaxElapsedTime: 10 * time.Second}))
	if err != nil {
		return nil, err
	}
	about, err := resource.New(ctx, resource.WithFromEnv(), resource.WithHost(), resource.WithAttributes(
		attribute.String("service.name", "fleet"), attribute.String("service.version", c.Version)))
	if err != nil {
		return nil, err
	}
	reportTo(c.Log)
	byID := sdktrace.TraceIDRatioBased(c.Ratio)
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(about),
		// A client cannot have more of its requests traced than others by calling them sampled.
		sdktrace.WithSampler(sdktrace.ParentBased(byID, sdktrace.WithRemoteParentSampled(byID))))
	return &Traces{provider: provider, tracer: provider.Tracer(scope)}, nil
}

// ParseTracesURL parses FLEET_TRACES_URL. The error names what is allowed.
func ParseTracesURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" ||
		u.Fragment != "" {
		return nil, fmt.Errorf("FLEET_TRACES_URL is %q: it must be the http or https URL of an OTLP collector, "+
			"such as http://collector:4318; credentials belong in OTEL_EXPORTER_OTLP_HEADERS", text)
	}
	u.Path = cmp.Or(u.Path, "/v1/traces")
	return u, nil
}

// reportTo logs what the exporter cannot send, a line a minute at most.
func reportTo(log *slog.Logger) {
	lines := rate.NewLimiter(rate.Every(time.Minute), 1)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		if lines.Allow() {
			log.Warn("spans were not sent", "error", err)
		}
	}))
}

// shutdownTime is how long a collector may take to be sent the last spans.
const shutdownTime = 5 * time.Second

// Shutdown sends what is queued and stops. It may be called more than once.
func (t *Traces) Shutdown(ctx context.Context) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, shutdownTime)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		otel.Handle(err)
	}
}

// Request begins the span of a request, below the one that its headers name if they do.
func (t *Traces) Request(ctx context.Context, name string, headers propagation.TextMapCarrier,
	about ...attribute.KeyValue) (context.Context, trace.Span) {
	if t == nil {
		return ctx, trace.SpanFromContext(context.Background())
	}
	ctx = propagation.TraceContext{}.Extract(ctx, headers)
	return t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(about...))
}

// Operation begins the span of an operation: below that of its request, or the first of a trace where the request is
// a socket, which stays open for long.
func (t *Traces) Operation(ctx context.Context, name string) (context.Context, trace.Span) {
	if t == nil {
		return ctx, trace.SpanFromContext(context.Background())
	}
	return t.tracer.Start(ctx, name)
}

// Batch begins the span of a batch of the field at place, below that of its operation.
func Batch(ctx context.Context, place string, keys int) (context.Context, trace.Span) {
	return trace.SpanFromContext(ctx).TracerProvider().Tracer(scope).Start(ctx, "batch",
		trace.WithAttributes(attribute.String("fleet.field", place), attribute.Int("fleet.keys", keys)))
}

// Trace describes the request's operation in its span.
func (r *Request) Trace(span trace.Span) {
	if r == nil || !span.IsRecording() {
		return
	}
	o := r.Operation()
	span.SetAttributes(
		attribute.String("graphql.operation.name", o.Name),
		attribute.String(
			"graphql.operation.type",
			o.Type,
		),
		attribute.String("fleet.outcome", o.Outcome),
		attribute.Int("fleet.cost", o.Cost),
		attribute.Int("fleet.statements", r.Statements()),
	)
	for p := range phases {
		span.SetAttributes(attribute.Float64("fleet."+p.String()+"_ms", Milliseconds(r.Took(p))))
	}
	if o.Outcome != "" && o.Outcome != "ok" {
		span.SetStatus(codes.Error, o.Outcome)
	}
}

// Traced reports whether spans below that of ctx are recorded.
func Traced(ctx context.Context) bool { return trace.SpanFromContext(ctx).IsRecording() }

// traceStatement adds the span of a statement that has ended now.
func traceStatement(ctx context.Context, kind, place, shown string, begun time.Time, rows int64, failed error) {
	_, span := trace.SpanFromContext(ctx).TracerProvider().Tracer(scope).Start(ctx, kind, trace.WithTimestamp(begun),
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
			attribute.String("db.system.name", "postgresql"), attribute.String("db.query.text", shown),
			attribute.Int64("db.response.returned_rows", rows), attribute.String("fleet.field", place)))
	Failed(span, failed)
	span.End()
}

// Failed marks a span as failed, without the error's text, which may have values. nil marks nothing.
func Failed(span trace.Span, err error) {
	if err != nil {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", err)))
	}
}
