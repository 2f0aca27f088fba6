package plan

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"weak"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
)

// Extension answers fields of the query by plans. New makes one.
type Extension struct {
	config Config
	schema *ast.Schema
	// counted is told how many members of objects a planned field has written.
	counted func(ctx context.Context, fields int)
	fields  *prometheus.CounterVec
	known   sync.Map // *document by weak.Pointer[ast.OperationDefinition]
}

var (
	_ graphql.HandlerExtension     = (*Extension)(nil)
	_ graphql.RootFieldInterceptor = (*Extension)(nil)
)

// New returns an extension and registers its metric with reg unless that is nil.
func New(c Config, counted func(ctx context.Context, fields int), reg prometheus.Registerer) *Extension {
	e := &Extension{config: c, counted: counted}
	e.fields = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "fleet_query_fields_total",
		Help: "Fields of Query that were answered, by the way: plan, or resolvers because no plan covers the field " +
			"(uncovered), an argument or a right was refused (refused), or a plan did not succeed (failed).",
	}, []string{"way"})
	if reg != nil {
		reg.MustRegister(e.fields)
	}
	return e
}

// The ways of the metric.
const (
	planned   = "plan"
	uncovered = "uncovered"
	refused   = "refused"
	failed    = "failed"
)

// ExtensionName implements graphql.HandlerExtension.
func (*Extension) ExtensionName() string { return "Plans" }

// Validate implements graphql.HandlerExtension.
func (e *Extension) Validate(schema graphql.ExecutableSchema) error {
	e.schema = schema.Schema()
	return nil
}

// InterceptRootField implements graphql.RootFieldInterceptor.
func (e *Extension) InterceptRootField(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
	if graphql.GetOperationContext(ctx).Operation.Operation != ast.Query {
		return next(ctx)
	}
	text, way, err := e.answer(ctx)
	e.fields.WithLabelValues(way).Inc()
	var first firstError
	switch {
	case way == planned:
		return written(text)
	case errors.As(err, &first):
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{
			Object: "Query", Field: graphql.GetRootFieldContext(ctx).Field, IsMethod: true, IsResolver: true,
		})
		graphql.AddError(ctx, graphql.AddFieldLocationToError(ctx, err))
		return graphql.Null
	case err != nil && ctx.Err() == nil:
		slog.WarnContext(ctx, "a plan failed, and the resolvers answer", "error", err)
	}
	return next(ctx)
}

// written is JSON.
type written []byte

// MarshalGQL implements graphql.Marshaler.
func (w written) MarshalGQL(to io.Writer) { _, _ = to.Write(w) }

// answer returns the value of the field of ctx, if the way is that of a plan.
func (e *Extension) answer(ctx context.Context) (text []byte, way string, err error) {
	v, ok := e.config.Viewer(ctx)
	if !ok {
		return nil, refused, nil
	}
	field := graphql.GetRootFieldContext(ctx).Field
	p := e.planOf(ctx, field)
	if p == nil {
		return nil, uncovered, nil
	}
	defer func() {
		if r := recover(); r != nil {
			slog.ErrorContext(
				ctx,
				"a plan panicked",
				"field",
				field.Name,
				"panic",
				fmt.Sprint(r),
				"stack",
				string(debug.Stack()),
			)
			text, way, err = nil, failed, nil
		}
	}()
	x, err := p.run(ctx, v)
	if err == nil {
		text, err = x.answer()
		x.release()
	}
	switch {
	case errors.Is(err, errUncovered):
		return nil, uncovered, nil
	case errors.Is(err, errRefused):
		return nil, refused, nil
	case err != nil:
		return nil, failed, fmt.Errorf("%s by a plan: %w", field.Name, err)
	}
	if e.counted != nil {
		e.counted(ctx, x.fields)
	}
	return text, planned, nil
}

// document has the plans of an operation. It lives as long as the parsed document does.
type document struct {
	conditions []string // variables of @skip and @include
	mu         sync.Mutex
	plans      map[compiled]*Plan // nil for a field that is not planned
}

// compiled is a field of an operation with the values of the conditions.
type compiled struct{ alias, conditions string }

// maxPlans is how many plans of one operation are kept: fields times values of conditions.
const maxPlans = 64

// planOf returns the plan of a field of the query, nil for none.
func (e *Extension) planOf(ctx context.Context, f graphql.CollectedField) *Plan {
	oc := graphql.GetOperationContext(ctx)
	d := e.documentOf(oc)
	key := compiled{alias: f.Alias}
	for _, name := range d.conditions {
		bit := "0"
		if on, _ := oc.Variables[name].(bool); on {
			bit = "1"
		}
		key.conditions += bit
	}
	d.mu.Lock()
	p, known := d.plans[key]
	d.mu.Unlock()
	if known {
		return p
	}
	p, err := compile(ctx, &e.config, e.schema, f)
	if err != nil {
		p = nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if other, known := d.plans[key]; known {
		return other
	}
	if len(d.plans) < maxPlans {
		d.plans[key] = p
	}
	return p
}

// documentOf returns the plans of the operation.
func (e *Extension) documentOf(oc *graphql.OperationContext) *document {
	key := weak.Make(oc.Operation)
	if known, ok := e.known.Load(key); ok {
		return known.(*document)
	}
	made := &document{conditions: conditionsOf(oc), plans: map[compiled]*Plan{}}
	known, loaded := e.known.LoadOrStore(key, made)
	if !loaded {
		runtime.AddCleanup(oc.Operation, func(key weak.Pointer[ast.OperationDefinition]) { e.known.Delete(key) }, key)
	}
	return known.(*document)
}

// conditionsOf returns the variables that decide what is selected.
func conditionsOf(oc *graphql.OperationContext) []string {
	found := map[string]bool{}
	visited := map[string]bool{}
	note := func(directives ast.DirectiveList) {
		for _, d := range directives {
			for _, a := range d.Arguments {
				if a.Value.Kind == ast.Variable {
					found[a.Value.Raw] = true
				}
			}
		}
	}
	var look func(set ast.SelectionSet)
	look = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				note(s.Directives)
				look(s.SelectionSet)
			case *ast.InlineFragment:
				note(s.Directives)
				look(s.SelectionSet)
			case *ast.FragmentSpread:
				note(s.Directives)
				if fragment := oc.Doc.Fragments.ForName(s.Name); fragment != nil && !visited[s.Name] {
					visited[s.Name] = true
					look(fragment.SelectionSet)
				}
			}
		}
	}
	look(oc.Operation.SelectionSet)
	return slices.Sorted(maps.Keys(found))
}

func variablesOf(ctx context.Context) map[string]any {
	return graphql.GetOperationContext(ctx).Variables
}
