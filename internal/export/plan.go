package export

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/tabular"
)

// Plan says where the rows of an operation are in its response, and which columns they have.
type Plan struct {
	Columns []tabular.Column

	list  *ast.Field // its resolver reads the pages
	pages bool       // it has more than one
	path  []string   // response keys that lead to the array of rows
	row   *node      // the selection of a row
}

// node is a field of a row: a value with a column, an object, or a short list with a node for each element.
type node struct {
	column  int
	fields  map[string]*node // by response key; nil unless it is an object
	items   []*node          // nil unless it is a short list
	longest int              // of the short lists that were read
}

// shortList is how many elements the lists have at most that become columns of their own. Longer lists are a
// text of JSON in one column.
const shortList = 10

// NewPlan finds the list that a valid operation selects. The error is a BAD_INPUT that says what an export
// cannot hold.
func NewPlan(schema *ast.Schema, o *ast.OperationDefinition, variables map[string]any) (*Plan, error) {
	f := finder{schema: schema, variables: variables}
	f.find(f.collect(o.SelectionSet), nil, nil)
	switch {
	case len(f.found) == 0:
		return nil, fleet.BadInputf("query", "an export has one list, and the operation selects none")
	case len(f.found) > 1:
		return nil, fleet.BadInputf("query", "an export has one list, and the operation selects %s and %s",
			dotted(f.found[0].path), dotted(f.found[1].path))
	case len(f.others) > 0:
		return nil, fleet.BadInputf("query", "an export has the rows of a list alone: leave out %s", f.others[0])
	}
	found := f.found[0]
	p := &Plan{list: found.list, pages: found.pages, path: found.path}
	p.row = f.object(p, found.rows, "")
	if len(p.Columns) == 0 {
		return nil, fleet.BadInputf("query", "an export has columns, and %s selects no fields", dotted(found.path))
	}
	return p, nil
}

func dotted(path []string) string { return strings.Join(path, ".") }

// selected is what a selection set has under one response key: a field, or several that are merged.
type selected struct {
	key    string
	fields []*ast.Field
}

func (s *selected) definition() *ast.FieldDefinition { return s.fields[0].Definition }

func (s *selected) sets() []ast.SelectionSet {
	sets := make([]ast.SelectionSet, len(s.fields))
	for i, f := range s.fields {
		sets[i] = f.SelectionSet
	}
	return sets
}

// candidate is a list that the operation selects.
type candidate struct {
	list  *ast.Field
	pages bool
	path  []string
	rows  []*selected
}

type finder struct {
	schema    *ast.Schema
	variables map[string]any

	found  []candidate
	others []string // fields that belong to no row
}

// collect lists what selection sets have, in the order of the response.
func (f *finder) collect(sets ...ast.SelectionSet) []*selected {
	var list []*selected
	var add func(set ast.SelectionSet)
	add = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if !f.included(s.Directives) || s.Name == "__typename" {
					continue
				}
				at := slices.IndexFunc(list, func(l *selected) bool { return l.key == s.Alias })
				if at < 0 {
					at, list = len(list), append(list, &selected{key: s.Alias})
				}
				list[at].fields = append(list[at].fields, s)
			case *ast.InlineFragment:
				if f.included(s.Directives) {
					add(s.SelectionSet)
				}
			case *ast.FragmentSpread:
				if f.included(s.Directives) {
					add(s.Definition.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		add(set)
	}
	return list
}

// included evaluates @skip and @include.
func (f *finder) included(list ast.DirectiveList) bool {
	condition := func(name string) (value, given bool) {
		d := list.ForName(name)
		if d == nil {
			return false, false
		}
		value, _ = d.ArgumentMap(f.variables)["if"].(bool)
		return value, true
	}
	if skip, given := condition("skip"); given && skip {
		return false
	}
	include, given := condition("include")
	return !given || include
}

// find adds the lists below an object. above is the connection that has the object, nil for another object.
func (f *finder) find(fields []*selected, above *selected, path []string) {
	for _, s := range fields {
		at := append(slices.Clone(path), s.key)
		definition := s.definition()
		switch kind := f.schema.Types[definition.Type.Name()]; {
		case definition.Type.Elem != nil && !kind.IsLeafType():
			list := s.fields[0]
			if above != nil {
				list = above.fields[0]
			}
			f.found = append(f.found, candidate{list, above != nil, at, f.collect(s.sets()...)})
		case kind.Name == "PageInfo":
		case definition.Type.Elem == nil && kind.IsCompositeType():
			var connection *selected
			if isConnection(kind) {
				connection = s
			}
			f.find(f.collect(s.sets()...), connection, at)
		default:
			f.others = append(f.others, dotted(at))
		}
	}
}

func isConnection(d *ast.Definition) bool {
	return strings.HasSuffix(d.Name, "Connection") && d.Fields.ForName("pageInfo") != nil
}

// object returns the node of an object and adds its columns to p, each with the way to it as name.
func (f *finder) object(p *Plan, fields []*selected, prefix string) *node {
	n := &node{fields: make(map[string]*node, len(fields))}
	for _, s := range fields {
		n.fields[s.key] = f.field(p, s, prefix+s.key)
	}
	return n
}

func (f *finder) field(p *Plan, s *selected, name string) *node {
	t := s.definition().Type
	d := f.schema.Types[t.Name()]
	switch {
	case t.Elem != nil && !d.IsLeafType() && f.most(s.definition(), d) <= shortList:
		n := &node{items: make([]*node, f.most(s.definition(), d))}
		for i := range n.items {
			n.items[i] = f.object(p, f.collect(s.sets()...), name+"."+strconv.Itoa(i+1)+".")
		}
		return n
	case t.Elem == nil && d.IsCompositeType():
		return f.object(p, f.collect(s.sets()...), name+".")
	}
	column := tabular.Column{Name: name}
	if t.Elem == nil {
		column.Type = typeOf(d.Name)
	}
	p.Columns = append(p.Columns, column)
	return &node{column: len(p.Columns) - 1}
}

// most returns how many elements @listSize allows in a list of the field or of the type; many if it says nothing.
func (f *finder) most(field *ast.FieldDefinition, d *ast.Definition) int {
	for _, directives := range []ast.DirectiveList{field.Directives, d.Directives} {
		if size := directives.ForName("listSize"); size != nil {
			if most, err := strconv.Atoi(size.Arguments.ForName("max").Value.Raw); err == nil {
				return most
			}
		}
	}
	return shortList + 1
}

func typeOf(scalar string) tabular.Type {
	switch scalar {
	case "Int", "Float", "Decimal":
		return tabular.Number
	case "Boolean":
		return tabular.Flag
	case "Date":
		return tabular.Day
	case "DateTime":
		return tabular.Moment
	default:
		return tabular.Text
	}
}

// Fit leaves out the columns of elements that no short list has, if data, that of the first response, has all
// rows.
func (p *Plan) Fit(data []byte) error {
	if p.pages {
		return nil
	}
	var short []*node
	var search func(*node)
	search = func(n *node) {
		if n.items != nil {
			short = append(short, n)
		}
		for _, child := range n.fields {
			search(child)
		}
	}
	if search(p.row); short == nil {
		return nil
	}
	if err := p.Rows(data, func([]byte, []tabular.Value) error { return nil }); err != nil {
		return err
	}
	used := make([]bool, len(p.Columns))
	var columns []*node
	var use func(*node)
	use = func(n *node) {
		switch {
		case n.fields != nil:
			for _, child := range n.fields {
				use(child)
			}
		case n.items != nil:
			n.items = n.items[:n.longest]
			for _, item := range n.items {
				use(item)
			}
		default:
			used[n.column] = true
			columns = append(columns, n)
		}
	}
	use(p.row)
	at := make([]int, len(used))
	var kept []tabular.Column
	for i, is := range used {
		at[i] = len(kept)
		if is {
			kept = append(kept, p.Columns[i])
		}
	}
	for _, n := range columns {
		n.column = at[n.column]
	}
	p.Columns = kept
	return nil
}
