package plan

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// errUncovered is returned for a selection that no plan covers.
var errUncovered = errors.New("not covered by a plan")

type compiler struct {
	ctx        context.Context // of the request that is the first one
	config     *Config
	oc         *graphql.OperationContext
	schema     *ast.Schema
	implements map[string][]string
	plan       *Plan
}

// compile compiles a field of the query.
func compile(ctx context.Context, c *Config, schema *ast.Schema, f graphql.CollectedField) (*Plan, error) {
	p := &Plan{config: c, field: f}
	k := compiler{ctx: ctx, config: c, oc: graphql.GetOperationContext(ctx), schema: schema, plan: p}
	k.rule(f.Definition)
	if f.Definition.Type.Name() == "Node" {
		return p, k.anyKind(f)
	}
	n, err := k.edge("Query", f, nil)
	if err != nil {
		return nil, err
	}
	p.roots = []*node{n}
	p.finish()
	return p, nil
}

// anyKind compiles a field that takes ids of rows of any kind.
func (k *compiler) anyKind(f graphql.CollectedField) error {
	k.plan.list = f.Definition.Type.Elem != nil
	k.plan.ids = "id"
	if k.plan.list {
		k.plan.ids = "ids"
	}
	if len(f.Definition.Arguments) != 1 || f.Definition.Arguments.ForName(k.plan.ids) == nil {
		return errUncovered
	}
	for _, kind := range slices.Sorted(maps.Keys(k.config.Kinds)) {
		row := k.config.Kinds[kind]
		n := k.node("Query."+f.Name, Edge{Object: row.Object, ByID: true}, f, nil)
		n.edge.Bind = func(fleet.Viewer, Arguments) (Source, error) { return Source{Rows: row.Rows}, nil }
		n.constant, n.kind, n.nonNull = true, kind, false
		if err := k.row(n, f.Selections); err != nil {
			n.edge.Bind = nil // an id of this kind is left to the resolvers
		}
		k.plan.roots = append(k.plan.roots, n)
	}
	k.plan.finish()
	return nil
}

// rule notes the access rule of a field.
func (k *compiler) rule(f *ast.FieldDefinition) {
	if f.Directives.ForName("auth") != nil && !slices.Contains(k.plan.rules, f) {
		k.plan.rules = append(k.plan.rules, f)
	}
}

func (k *compiler) node(name string, e Edge, f graphql.CollectedField, above *node) *node {
	n := &node{
		number: k.plan.nodes, name: name, edge: e, above: above, key: -1, field: f, nonNull: f.Definition.Type.NonNull,
		kind: k.kindOf(e.Object),
	}
	k.plan.nodes++
	return n
}

func (k *compiler) kindOf(object string) fleet.Kind {
	for kind, row := range k.config.Kinds {
		if row.Object == object {
			return kind
		}
	}
	return ""
}

// edge compiles a field of object that leads to rows.
func (k *compiler) edge(object string, f graphql.CollectedField, above *node) (*node, error) {
	name := object + "." + f.Name
	e, ok := k.config.Edges[name]
	if !ok {
		return nil, errUncovered
	}
	k.rule(f.Definition)
	if e.Known != nil && above != nil && above.above == nil && above.edge.ByID {
		e = *e.Known
	}
	n := k.node(name, e, f, above)
	n.constant = true
	if len(f.Definition.Arguments) > 0 {
		if n.decode = k.config.Arguments[name]; n.decode == nil {
			return nil, errUncovered
		}
		n.constant = !hasVariables(f.Arguments)
	}
	if n.decode != nil && n.constant {
		n.given.Sent = f.ArgumentMap(nil)
		var err error
		if n.given.Decoded, err = n.decode(k.ctx, n.given.Sent); err != nil {
			return nil, errUncovered
		}
	}
	if e.Key != "" {
		above.need(e.Key)
	}
	if e.List {
		return n, k.connection(n, f.Selections)
	}
	return n, k.row(n, f.Selections)
}

func hasVariables(arguments ast.ArgumentList) bool {
	var in func(v *ast.Value) bool
	in = func(v *ast.Value) bool {
		return v.Kind == ast.Variable ||
			slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return in(c.Value) })
	}
	return slices.ContainsFunc(arguments, func(a *ast.Argument) bool { return in(a.Value) })
}

// need adds a column to those that are read.
func (n *node) need(column string) {
	if !slices.Contains(n.names, column) {
		n.names = append(n.names, column)
	}
}

// row compiles a selection on the row of n.
func (k *compiler) row(n *node, set ast.SelectionSet) error {
	v := &view{pieces: 1}
	n.views = append(n.views, v)
	text, err := k.object(n, v, nil, n.edge.Object, set)
	v.end = text
	return err
}

// object compiles a selection on a row. text is what stands before it, and what follows the last op is returned.
func (k *compiler) object(n *node, v *view, text []byte, object string, set ast.SelectionSet) ([]byte, error) {
	columns := k.config.Columns[object]
	text = append(text, '{')
	for i, f := range graphql.CollectFields(k.oc, set, k.satisfied(object)) {
		text = appendKey(text, i, f)
		v.keys++
		o := op{what: writesColumn}
		if f.Name == "__typename" {
			text = append(text, `"`+object+`"`...)
			continue
		}
		if column, ok := columns[f.Name]; ok {
			n.need(column.Name)
			o.name, o.as, o.null = column.Name, column.Type, !column.NonNull
			k.rule(f.Definition)
		} else {
			child, err := k.edge(object, f, n)
			if err != nil {
				return nil, err
			}
			n.below = append(n.below, child)
			o.what, o.child = writesChild, child
			v.pieces++
		}
		o.text, text = text, nil
		v.ops = append(v.ops, o)
	}
	return append(text, '}'), nil
}

func appendKey(text []byte, i int, f graphql.CollectedField) []byte {
	if i > 0 {
		text = append(text, ',')
	}
	return append(append(append(text, '"'), f.Alias...), '"', ':')
}

// connection compiles a selection on a connection.
func (k *compiler) connection(n *node, set ast.SelectionSet) error {
	p := &parts{}
	n.parts = p
	object := n.field.Definition.Type.Name()
	text := []byte{'{'}
	add := func(o partOp) {
		o.text, text = text, nil
		p.ops = append(p.ops, o)
	}
	for i, f := range graphql.CollectFields(k.oc, set, k.satisfied(object)) {
		text = appendKey(text, i, f)
		p.keys++
		switch f.Name {
		case "__typename":
			text = append(text, `"`+object+`"`...)
		case "nodes":
			if err := k.row(n, f.Selections); err != nil {
				return err
			}
			add(partOp{what: writesRows, view: len(n.views) - 1})
		case "edges":
			if err := k.edges(n, f); err != nil {
				return err
			}
			add(partOp{what: writesRows, view: len(n.views) - 1})
		case "pageInfo":
			var err error
			if text, err = k.pageInfo(n, f, text); err != nil {
				return err
			}
		case "totalCount":
			n.count = true
			add(partOp{what: writesTotal})
		default:
			return errUncovered
		}
	}
	p.end = append(text, '}')
	return nil
}

// edges compiles a selection on the edges of a connection: they are rows with their cursors.
func (k *compiler) edges(n *node, edges graphql.CollectedField) error {
	v := &view{pieces: 1}
	n.views = append(n.views, v)
	object := edges.Definition.Type.Name()
	text := []byte{'{'}
	for i, f := range graphql.CollectFields(k.oc, edges.Selections, k.satisfied(object)) {
		text = appendKey(text, i, f)
		v.keys++
		switch f.Name {
		case "__typename":
			text = append(text, `"`+object+`"`...)
		case "cursor":
			n.cursor = true
			v.ops, text = append(v.ops, op{text: text, what: writesCursor}), nil
		case "node":
			var err error
			if text, err = k.object(n, v, text, n.edge.Object, f.Selections); err != nil {
				return err
			}
		default:
			return errUncovered
		}
	}
	v.end = append(text, '}')
	return nil
}

// pageInfo compiles a selection on the place of a page in its list.
func (k *compiler) pageInfo(n *node, info graphql.CollectedField, text []byte) ([]byte, error) {
	text = append(text, '{')
	var ops []partOp
	for i, f := range graphql.CollectFields(k.oc, info.Selections, k.satisfied("PageInfo")) {
		text = appendKey(text, i, f)
		n.parts.keys++
		o := partOp{text: text}
		switch f.Name {
		case "__typename":
			text = append(text, `"PageInfo"`...)
			continue
		case "hasNextPage":
			o.what = writesHasNext
			n.beyond = true
		case "hasPreviousPage":
			o.what = writesHasPrevious
			n.beyond = true
		case "startCursor":
			o.what, n.cursor = writesStart, true
		case "endCursor":
			o.what, n.cursor = writesEnd, true
		default:
			return nil, errUncovered
		}
		ops, text = append(ops, o), nil
	}
	n.parts.ops = append(n.parts.ops, ops...)
	return append(text, '}'), nil
}

// satisfied returns the types whose fragments apply to an object.
func (k *compiler) satisfied(object string) []string {
	if known, ok := k.implements[object]; ok {
		return known
	}
	names := []string{object}
	for _, abstract := range k.schema.GetImplements(k.schema.Types[object]) {
		names = append(names, abstract.Name)
	}
	if k.implements == nil {
		k.implements = map[string][]string{}
	}
	k.implements[object] = names
	return names
}

// finish fixes the columns of each statement, in an order that does not depend on the selection's: documents
// that differ in the order of fields share statements.
func (p *Plan) finish() {
	var each func(n *node)
	each = func(n *node) {
		if n.cursor {
			n.need("id")
		}
		slices.Sort(n.names)
		for _, v := range n.views {
			v.before = n.pieces
			n.pieces += v.pieces
			for i := range v.ops {
				v.ops[i].column = slices.Index(n.names, v.ops[i].name)
			}
		}
		for _, child := range n.below {
			if child.edge.Key != "" {
				child.key = slices.Index(n.names, child.edge.Key)
			}
			each(child)
		}
	}
	for _, n := range p.roots {
		each(n)
	}
}
