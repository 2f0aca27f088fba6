package plan

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// Explain returns the plans of an operation as a tree with their statements, as for a viewer: one for each field of
// the query. Statements of rows below others are those for more than one key.
func Explain(ctx context.Context, c Config, schema *ast.Schema, oc *graphql.OperationContext, v fleet.Viewer) string {
	ctx = graphql.WithOperationContext(ctx, oc)
	var b strings.Builder
	for _, f := range graphql.CollectFields(oc, oc.Operation.SelectionSet, []string{"Query"}) {
		if f.Name == "__typename" {
			continue
		}
		p, err := compile(ctx, &c, schema, f)
		if err != nil {
			fmt.Fprintf(&b, "%s: resolvers (%v)\n", f.Alias, err)
			continue
		}
		x := &execution{plan: p, viewer: v, results: make([]result, p.nodes)}
		for _, n := range p.roots {
			if n.edge.Bind == nil {
				fmt.Fprintf(&b, "%s: resolvers for ids of %s\n", f.Alias, n.edge.Object)
				continue
			}
			if err := x.bind(ctx, n); err != nil {
				fmt.Fprintf(&b, "%s: resolvers (%v)\n", f.Alias, err)
				continue
			}
			x.explain(&b, n, "", 1)
		}
	}
	return b.String()
}

// explain writes a node and those below it. level is that of its statements.
func (x *execution) explain(b *strings.Builder, n *node, indent string, level int) {
	r := &x.results[n.number]
	fmt.Fprintf(b, "%s%s: %s", indent, n, n.edge.Object)
	if n.edge.List {
		fmt.Fprintf(b, ", a page of %d", r.src.Window.Limit)
	}
	if n.edge.Key != "" {
		fmt.Fprintf(b, ", by %s of the row above", n.edge.Key)
	}
	fmt.Fprintf(b, ", level %d\n", level)
	keys := []fleet.UUID{{1}, {2}}
	if n.above == nil && r.src.Key == nil && x.plan.ids == "" {
		keys = nil
	} else if n.above == nil {
		keys = keys[:1]
	}
	if n.reads() {
		s := r.src.Rows(x.viewer, keys, RowColumns{Names: n.names, Cursor: n.cursor, Beyond: n.beyond})
		fmt.Fprintf(b, "%s  rows   %s\n", indent, inOneLine(s))
	}
	if n.count {
		fmt.Fprintf(b, "%s  length %s\n", indent, inOneLine(r.src.Count(x.viewer, keys)))
	}
	for _, child := range n.below {
		below := level + 1
		if n.edge.ByID && child.edge.Key == "id" {
			below = level
		}
		x.explain(b, child, indent+"  ", below)
	}
}

func inOneLine(s Statement) string { return strings.Join(strings.Fields(s.Text()), " ") }
