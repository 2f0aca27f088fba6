// Package cost refuses expensive operations before they are validated or run: by
// the size and shape of the document (shape.go), by the cost of the fields
// (cost.go), and by the budget of the client, which the server keeps. Each limit
// has its own message, with the code LIMIT_EXCEEDED or RATE_LIMITED.
package cost

import (
	"context"
	"fmt"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/telemetry"
)

// Config holds the limits of one operation. Each is at least 1, which app.Config
// checks; Default suits clients of all kinds.
type Config struct {
	QueryBytes     int // of a document
	Tokens         int // of a document
	Depth          int // of nested fields
	Fields         int // with every fragment expanded where it is used
	Aliases        int // likewise
	Directives     int // likewise
	RootFields     int // likewise
	Fragments      int // that a document defines
	Repetitions    int // of fields already selected in the same selection set, fragments expanded
	VariableValues int // of scalars, lists and objects in the variables
	VariableDepth  int // of nested lists and objects
	Cost           int // see Cost
	EventCost      int // of a subscription, which is charged once for all its events
}

// Default exceeds the needs of known client libraries and tools by a wide margin:
// their largest document is the introspection query.
var Default = Config{
	QueryBytes:     100_000,
	Tokens:         5000,
	Depth:          20,
	Fields:         5000,
	Aliases:        50,
	Directives:     50,
	RootFields:     50,
	Fragments:      100,
	Repetitions:    200,
	VariableValues: 20_000,
	VariableDepth:  20,
	Cost:           500_000,
	EventCost:      5000,
}

// Extension applies the limits. New makes one.
type Extension struct {
	config Config
	schema *ast.Schema
	report bool

	admission Admission
	documents Documents
}

// Admission bounds what the operations of all callers take together. Its
// methods may wait, for a bounded time; an error refuses the operation.
type Admission interface {
	// Validate waits until an unknown document of the given size may be parsed
	// and validated.
	Validate(ctx context.Context, bytes int) error
	// Spend charges an operation of some cost to the caller's budget. It returns
	// the requests that are left, nil without a budget.
	Spend(ctx context.Context, cost int) (left *int, err error)
	// Execute waits until an operation of the given cost may run; done releases its slot.
	Execute(ctx context.Context, cost int) (done func(), err error)
}

// Documents reads documents.
type Documents interface {
	// Contains reports whether a document was found valid and is cached.
	Contains(document string) bool
	// Parse returns a document as it is written; what validates it afterwards does not parse it again.
	Parse(ctx context.Context, document string) (*ast.QueryDocument, error)
}

var (
	_ graphql.HandlerExtension          = (*Extension)(nil)
	_ graphql.OperationParameterMutator = (*Extension)(nil)
	_ graphql.OperationContextMutator   = (*Extension)(nil)
	_ graphql.OperationInterceptor      = (*Extension)(nil)
	_ graphql.ResponseInterceptor       = (*Extension)(nil)
)

// New returns an extension; report adds the cost to responses.
func New(c Config, admission Admission, documents Documents, report bool) *Extension {
	return &Extension{config: c, report: report, admission: admission, documents: documents}
}

// ExtensionName implements graphql.HandlerExtension.
func (*Extension) ExtensionName() string { return "Limits" }

// Validate implements graphql.HandlerExtension. A schema with a list of any size has no estimates.
func (e *Extension) Validate(schema graphql.ExecutableSchema) error {
	e.schema = schema.Schema()
	return CheckSchema(e.schema)
}

// MutateOperationParameters implements graphql.OperationParameterMutator: it
// is the only hook before validation, which can be made slow. It checks the
// document as parsed, without the schema.
func (e *Extension) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if err := e.checkVariables(request.Variables); err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	if n := len(request.Query); n > e.config.QueryBytes {
		return refused("the document has %d bytes, at most %d are allowed", n, e.config.QueryBytes)
	}
	if e.documents.Contains(request.Query) {
		return nil
	}
	if err := e.admission.Validate(ctx, len(request.Query)); err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	doc, err := e.documents.Parse(ctx, request.Query)
	if err != nil || doc == nil {
		return nil //nolint:nilerr // the validation reports the error
	}
	defer telemetry.Of(ctx).Since(telemetry.Parse, time.Now())
	if err := e.config.checkShape(doc); err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	return nil
}

// Persisted waits as Extension does, after documents that requests name by
// their hash have been filled in: their shape was checked when they came, but
// they may have to be validated again.
type Persisted struct{ limits *Extension }

var _ graphql.OperationParameterMutator = Persisted{}

// ExtensionName implements graphql.HandlerExtension.
func (Persisted) ExtensionName() string { return "PersistedLimits" }

// Validate implements graphql.HandlerExtension.
func (Persisted) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters implements graphql.OperationParameterMutator.
func (p Persisted) MutateOperationParameters(ctx context.Context, request *graphql.RawParams) *gqlerror.Error {
	if p.limits.documents.Contains(request.Query) {
		return nil
	}
	if err := p.limits.admission.Validate(ctx, len(request.Query)); err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	return nil
}

// Persisted returns the extension to use behind that of persisted queries.
func (e *Extension) Persisted() Persisted { return Persisted{e} }

func refused(format string, args ...any) *gqlerror.Error {
	return gqlerror.WrapIfUnwrapped(exceeded(format, args...))
}

func exceeded(format string, args ...any) error {
	return &fleet.Error{Code: fleet.LimitExceeded, Message: fmt.Sprintf(format, args...)}
}

// checkVariables limits the work of validating and copying the variables.
func (e *Extension) checkVariables(variables map[string]any) error {
	left := e.config.VariableValues
	var look func(v any, depth int) error
	look = func(v any, depth int) error {
		if left--; left < 0 {
			return exceeded("the variables have more than %d values", e.config.VariableValues)
		}
		if depth > e.config.VariableDepth {
			return exceeded("the variables are nested more than %d deep", e.config.VariableDepth)
		}
		switch v := v.(type) {
		case map[string]any:
			for _, inner := range v {
				if err := look(inner, depth+1); err != nil {
					return err
				}
			}
		case []any:
			for _, inner := range v {
				if err := look(inner, depth+1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, v := range variables {
		if err := look(v, 1); err != nil {
			return err
		}
	}
	return nil
}
