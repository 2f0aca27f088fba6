package batch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/gql/batch"
)

var schema = gqlparser.MustLoadSchema(&ast.Source{Input: `
	interface Node { id: ID! }
	type Query { machines: MachineConnection! list: [Machine!]! node: Node nodes: [Node]! payload: Payload refused: Machine }
	type Subscription { changed: Payload! }
	type MachineConnection { nodes: [Machine!]! edges: [MachineEdge!]! }
	type MachineEdge { node: Machine! }
	type Machine implements Node { id: ID! operator(n: Int): Operator guarded: Operator spares: MachineConnection }
	type Operator implements Node { id: ID! machine: Machine }
	type Payload { before: Machine after: Machine results: [Payload!]! rows: [Node!]! }
`})

// object is an object of the schema. fields are those without resolvers.
type object struct {
	typ    string
	id     int
	fields map[string]any
	fails  map[string]string // field with a resolver → error, panic, load, load panic, convert, guard or arguments
}

// resolvers are the fields with resolvers; all others only pass objects on.
var resolvers = map[string]bool{
	"Query.machines":   true,
	"Query.list":       true,
	"Query.node":       true,
	"Query.nodes":      true,
	"Query.payload":    true,
	"Query.refused":    true,
	"Machine.operator": true,
	"Machine.guarded":  true,
	"Machine.spares":   true,
	"Operator.machine": true,
}

// late is a key without value. Its batch takes long.
const late = -1000

func machine(id int) *object { return &object{typ: "Machine", id: id} }

func (o *object) failing(field, how string) *object {
	o.fails = map[string]string{field: how}
	return o
}

func with(typ string, fields map[string]any) *object { return &object{typ: typ, fields: fields} }

func connection(machines ...*object) *object {
	var edges []*object
	for _, m := range machines {
		edges = append(edges, with("MachineEdge", map[string]any{"node": m}))
	}
	return with("MachineConnection", map[string]any{"nodes": machines, "edges": edges})
}

// executor executes queries as generated code does: gqlgen's, which resolves
// every field in a goroutine, or field by field.
type executor struct {
	oc        *graphql.OperationContext
	fieldwise bool

	mu      sync.Mutex
	batches map[string][]int // by response path without indexes: the numbers of keys
	errs    []string
}

// run executes a document over the root's fields and returns the response.
func run(t *testing.T, document string, fieldwise bool, root *object) (x *executor, response any, backstops float64) {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(schema, document, nil)
	if errs != nil {
		t.Fatal(errs)
	}
	x = &executor{fieldwise: fieldwise, batches: map[string][]int{}}
	x.oc = &graphql.OperationContext{
		Doc: doc, Operation: doc.Operations[0], Variables: map[string]any{"yes": true, "no": false},
		ResolverMiddleware: func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
		RecoverFunc:        func(_ context.Context, p any) error { return fmt.Errorf("panic: %v", p) },
	}
	ctx := graphql.WithOperationContext(t.Context(), x.oc)
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	registry := prometheus.NewRegistry()
	metrics := batch.NewMetrics(registry)
	batch.Extension{Metrics: metrics}.InterceptResponse(ctx, func(ctx context.Context) *graphql.Response {
		if x.oc.Operation.Operation == ast.Subscription {
			event := root.fields["changed"].(*object)
			batch.Event(ctx, any(event), count)
			fc := graphql.GetFieldContext(ctx)
			response = map[string]any{fc.Field.Alias: x.value(ctx, fc.Field.Selections, event)}
		} else {
			ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: root.typ})
			response = x.object(ctx, x.oc.Operation.SelectionSet, root)
		}
		for _, err := range graphql.GetErrors(ctx) {
			x.errs = append(x.errs, fmt.Sprint(err.Path, " ", err.Message))
		}
		slices.Sort(x.errs)
		return nil
	})
	gathered, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range gathered {
		if family.GetName() == "fleet_loader_backstops_total" {
			return x, response, family.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatal("no metric of the back-stop")
	return nil, nil, 0
}

// count counts as generated functions do.
func count(c *batch.Counter, v any) { countAt(c, "", v) }

func countAt(c *batch.Counter, path string, v any) {
	switch v := v.(type) {
	case []*object:
		for _, o := range v {
			countAt(c, path, o)
		}
	case *object:
		if v == nil {
			return
		}
		c.Add(path, v.typ, 1)
		for name, value := range v.fields {
			if !resolvers[v.typ+"."+name] {
				countAt(c, strings.TrimPrefix(path+"/"+v.typ+"."+name, "/"), value)
			}
		}
	}
}

func satisfies(typ string) []string {
	return append([]string{typ}, schema.Types[typ].Interfaces...)
}

func (x *executor) object(ctx context.Context, sel ast.SelectionSet, o *object) map[string]any {
	fields := graphql.CollectFields(x.oc, sel, satisfies(o.typ))
	values := make([]any, len(fields))
	var all sync.WaitGroup
	for i, f := range fields {
		all.Go(func() { values[i] = x.field(ctx, f, o) })
	}
	all.Wait()
	return named(fields, values)
}

func named(fields []graphql.CollectedField, values []any) map[string]any {
	response := map[string]any{}
	for i, f := range fields {
		response[f.Alias] = values[i]
	}
	return response
}

// marshaled carries a value out of batch.Resolve.
type marshaled struct{ value any }

func (marshaled) MarshalGQL(io.Writer) {}

func (x *executor) field(ctx context.Context, f graphql.CollectedField, o *object) any {
	fc := &graphql.FieldContext{Object: o.typ, Field: f}
	if !resolvers[o.typ+"."+f.Name] {
		return x.value(graphql.WithFieldContext(ctx, fc), f.Selections, x.direct(f, o))
	}
	m := batch.Resolve(ctx, x.oc, o.typ, f,
		func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error) {
			if o.fails[f.Name] == "arguments" {
				return nil, errors.New("wrong arguments")
			}
			return fc, nil
		},
		func(ctx context.Context) (any, error) { return x.resolve(ctx, f, o) },
		func(_ context.Context, next graphql.Resolver) graphql.Resolver {
			return func(ctx context.Context) (any, error) {
				if o.fails[f.Name] == "guard" {
					return nil, errors.New("refused by a directive")
				}
				return next(ctx)
			}
		},
		func(ctx context.Context, sel ast.SelectionSet, v any) graphql.Marshaler {
			return marshaled{x.value(ctx, sel, v)}
		},
		true, false, count)
	if m, ok := m.(marshaled); ok {
		return m.value
	}
	return nil
}

func (x *executor) direct(f graphql.CollectedField, o *object) any {
	if f.Name == "id" {
		return o.id
	}
	return o.fields[f.Name]
}

// resolve is a resolver. A machine's operator has its id, and the other way round.
func (x *executor) resolve(ctx context.Context, f graphql.CollectedField, o *object) (any, error) {
	switch o.fails[f.Name] {
	case "error":
		return nil, errors.New("an error of the resolver")
	case "panic":
		panic("in the resolver")
	}
	if o.typ == "Query" || o.fields[f.Name] != nil {
		return o.fields[f.Name], nil
	}
	path := x.path(ctx)
	load := func(_ context.Context, keys []int) (map[int]*object, error) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.batches[path] = append(x.batches[path], len(keys))
		found := map[int]*object{}
		for _, key := range keys {
			switch typ := f.Definition.Type.Name(); {
			case key == late:
				time.Sleep(50 * time.Millisecond)
			case key < 0: // there is none
			case typ == "MachineConnection":
				found[key] = connection(machine(key+100), machine(key+200))
			default:
				found[key] = &object{typ: typ, id: key}
			}
		}
		switch o.fails[f.Name] {
		case "load":
			return nil, errors.New("an error of the batch")
		case "load panic":
			panic("in the batch")
		}
		return found, nil
	}
	return batch.Load(ctx, o.id, load, func(v *object) (any, error) {
		if o.fails[f.Name] == "convert" {
			panic("in the conversion")
		}
		if v == nil {
			return nil, nil
		}
		return v, nil
	})
}

func (x *executor) path(ctx context.Context) string {
	var names []string
	for fc := graphql.GetFieldContext(ctx); fc != nil; fc = fc.Parent {
		if fc.Field.Field != nil {
			names = append(names, fc.Field.Alias)
		}
	}
	slices.Reverse(names)
	return strings.Join(names, ".")
}

func (x *executor) value(ctx context.Context, sel ast.SelectionSet, v any) any {
	switch v := v.(type) {
	case *object:
		if v == nil {
			return nil
		}
		return x.object(ctx, sel, v)
	case []*object:
		return x.list(ctx, sel, v)
	}
	return v
}

func (x *executor) list(ctx context.Context, sel ast.SelectionSet, list []*object) any {
	in := func(i int) context.Context { return graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i}) }
	values := make([]any, len(list))
	same := !slices.ContainsFunc(list, func(o *object) bool { return o == nil || o.typ != list[0].typ })
	if x.fieldwise && same && len(list) > 0 {
		return x.byField(ctx, in, sel, list)
	}
	var all sync.WaitGroup
	for i, o := range list {
		all.Go(func() { values[i] = x.value(in(i), sel, o) })
	}
	all.Wait()
	return values
}

// byField resolves the objects of a list as package fieldwise does.
func (x *executor) byField(
	ctx context.Context,
	in func(int) context.Context,
	sel ast.SelectionSet,
	list []*object,
) any {
	fields := graphql.CollectFields(x.oc, sel, satisfies(list[0].typ))
	values := make([][]any, len(list))
	for e := range list {
		values[e] = make([]any, len(fields))
	}
	var others sync.WaitGroup
	var pending []func()
	for i, f := range fields {
		if !resolvers[list[0].typ+"."+f.Name] || f.Name == "guarded" {
			for e, o := range list {
				others.Go(func() { values[e][i] = x.field(in(e), f, o) })
			}
			continue
		}
		fc := func() *graphql.FieldContext { return &graphql.FieldContext{Object: list[0].typ, Field: f} }
		round := batch.NewRound(graphql.WithFieldContext(ctx, fc()), graphql.GetFieldContext(ctx), list[0].typ, &f, count)
		for e, o := range list {
			at := graphql.WithFieldContext(in(e), fc())
			guard := func() {
				if p := recover(); p != nil {
					x.oc.Error(at, x.oc.Recover(at, p))
				}
			}
			func() {
				defer guard()
				result := round.Enqueue(func(ctx context.Context) (any, error) { return x.resolve(ctx, f, o) })
				pending = append(pending, func() {
					defer guard()
					v, err := result()
					if err != nil {
						x.oc.Error(at, err)
						return
					}
					others.Go(func() { values[e][i] = x.value(at, f.Selections, v) })
				})
			}()
		}
	}
	for _, await := range pending {
		await()
	}
	others.Wait()
	response := make([]any, len(list))
	for e := range list {
		response[e] = named(fields, values[e])
	}
	return response
}
