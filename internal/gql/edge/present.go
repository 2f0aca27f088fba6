package edge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

// PresenterConfig is what a Presenter needs; every field must be set.
type PresenterConfig struct {
	// Explores returns an error unless the caller of ctx may explore the schema.
	Explores func(ctx context.Context) error
	// Fault returns what clients see of an error of the database: TIMEOUT or
	// UNAVAILABLE; nil for any other error.
	Fault func(err error) *fleet.Error
	// Timeout is the deadline of a request, which messages name.
	Timeout  time.Duration
	Registry prometheus.Registerer
	Log      *slog.Logger
}

// Presenter decides what clients see of errors. All errors leave the server
// through it, whatever carries them.
type Presenter struct {
	explores func(ctx context.Context) error
	fault    func(err error) *fleet.Error
	timeout  time.Duration
	log      *slog.Logger
	errors   *prometheus.CounterVec // by code
}

// NewPresenter returns a presenter and registers its metric.
func NewPresenter(c PresenterConfig) *Presenter {
	p := &Presenter{explores: c.Explores, fault: c.Fault, timeout: c.Timeout, log: c.Log}
	p.errors = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "fleet_errors_total",
		Help: "Errors in responses, by code: RATE_LIMITED and LIMIT_EXCEEDED grow when clients ask for too much, " +
			"UNAVAILABLE while the database does not answer, INTERNAL when something is broken.",
	}, []string{"code"}) // codes are ours, never what clients send
	c.Registry.MustRegister(p.errors)
	return p
}

// Present returns what the client sees of err: code, message and field of a
// fleet.Error, or INTERNAL with the id of the request and nothing else. Faults
// of the database are logged as warnings, because the administrator mends them.
func (p *Presenter) Present(ctx context.Context, err error) *gqlerror.Error {
	shown := &gqlerror.Error{Extensions: map[string]any{}}
	var located *gqlerror.Error
	if errors.As(err, &located) {
		shown.Path, shown.Locations = located.Path, located.Locations
	}
	if shown.Path == nil {
		shown.Path = graphql.GetPath(ctx)
	}
	read := argument(ctx, shown.Path)
	if read != "" {
		shown.Path = graphql.GetPath(ctx) // of the field; the argument stands in extensions
	}
	var known *fleet.Error
	if !errors.As(err, &known) {
		if known = p.fault(err); known != nil {
			p.log.WarnContext(ctx, "database fault", "code", known.Code, "error", err, "path", shown.Path.String(),
				"request", caller.Of(ctx).RequestID)
		}
	}
	switch {
	case known != nil:
		shown.Message = p.withoutSuggestion(ctx, known.Message)
		shown.Extensions["code"] = known.Code
		field := known.Field
		if read != "" && known.Code == fleet.BadInput {
			field = strings.TrimSuffix(read+"."+field, ".")
		}
		if field != "" {
			shown.Message = field + ": " + shown.Message
			shown.Extensions["argument"] = strings.Split(field, ".")
		}
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		shown.Message = "the database is busy: try again in a moment"
		shown.Extensions["code"] = fleet.Timeout
	case errors.Is(err, context.DeadlineExceeded):
		shown.Message = fmt.Sprintf("the request took longer than %s: ask for less at once", p.timeout)
		shown.Extensions["code"] = fleet.Timeout
	case errors.Is(err, context.Canceled):
		shown.Message = "the client has disconnected"
		shown.Extensions["code"] = fleet.Timeout
	case located != nil && located.Err == nil:
		// An error of the document, from the parser, the validation or a limit.
		shown.Message = shorten(p.withoutSuggestion(ctx, located.Message))
		shown.Extensions["code"] = documentCode(located)
		if located.Extensions["code"] == persistedQueryNotFound { // tells clients to send the whole document
			shown.Extensions["code"] = persistedQueryNotFound
		}
	default:
		id := caller.Of(ctx).RequestID
		if panicked := new(guard.Panic); !errors.As(err, &panicked) { // a panic has been logged
			p.log.ErrorContext(ctx, "internal error", "error", err, "path", shown.Path.String(), "request", id)
		}
		shown.Message = "something went wrong on our side; the log has the details under this request's id"
		shown.Extensions["code"] = fleet.Internal
		shown.Extensions["requestId"] = id
	}
	p.errors.WithLabelValues(fmt.Sprint(shown.Extensions["code"])).Inc()
	return shown
}

const persistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND"

// documentCode returns the code of an error of the document.
func documentCode(e *gqlerror.Error) fleet.Code {
	if strings.Contains(e.Message, "token limit") {
		return fleet.LimitExceeded
	}
	return fleet.BadInput
}

// argument returns the path of the argument that could not be decoded: the
// error's path is that of the field, followed by it.
func argument(ctx context.Context, path ast.Path) string {
	fc := graphql.GetFieldContext(ctx)
	if fc == nil || len(path) <= len(fc.Path()) {
		return ""
	}
	var parts []string
	for _, element := range path[len(fc.Path()):] {
		switch element := element.(type) {
		case ast.PathName:
			parts = append(parts, string(element))
		case ast.PathIndex:
			parts = append(parts, fmt.Sprint(int(element)))
		}
	}
	return strings.Join(parts, ".")
}

// recovered turns a resolver's panic into an internal error.
func (p *Presenter) recovered(ctx context.Context, panicked any) error {
	p.log.ErrorContext(
		ctx,
		"panic",
		"panic",
		fmt.Sprint(panicked),
		"stack",
		string(debug.Stack()),
		"request",
		caller.Of(ctx).RequestID,
	)
	return &guard.Panic{Where: "a resolver", Value: panicked}
}

// failed is the response of a subscription that has panicked.
func (p *Presenter) failed(ctx context.Context, panicked any) *graphql.Response {
	return &graphql.Response{Errors: gqlerror.List{p.Present(ctx, p.recovered(ctx, panicked))}}
}
