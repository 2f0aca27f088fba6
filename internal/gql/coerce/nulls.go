package coerce

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// nulls finds variables that are null where the schema does not allow it, in the
// fields that would be executed. Few requests need it: those with a nullable
// variable that is null.
func (c *coercion) nulls(variables map[string]any) {
	n := nulls{c: c, values: variables, visited: map[string]bool{}}
	n.selections(c.operation.SelectionSet)
}

type nulls struct {
	c       *coercion
	values  map[string]any
	visited map[string]bool // fragments
}

func (n *nulls) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if !n.included(s.Directives) {
				continue
			}
			for _, a := range s.Arguments {
				n.value(a.Value, s.Definition.Arguments.ForName(a.Name).Type, (*path)(nil).field(a.Name))
			}
			n.selections(s.SelectionSet)
		case *ast.InlineFragment:
			if n.included(s.Directives) {
				n.selections(s.SelectionSet)
			}
		case *ast.FragmentSpread:
			if n.included(s.Directives) && !n.visited[s.Name] {
				n.visited[s.Name] = true
				n.selections(n.c.doc.Fragments.ForName(s.Name).SelectionSet)
			}
		}
	}
}

// anyField reports whether a field of the selections would be executed.
func (n *nulls) anyField(set ast.SelectionSet) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if n.included(s.Directives) {
				return true
			}
		case *ast.InlineFragment:
			if n.included(s.Directives) && n.anyField(s.SelectionSet) {
				return true
			}
		case *ast.FragmentSpread:
			if n.included(s.Directives) && !n.visited[s.Name] { // a visited one has no such field
				n.visited[s.Name] = true
				if n.anyField(n.c.doc.Fragments.ForName(s.Name).SelectionSet) {
					return true
				}
			}
		}
	}
	return false
}

// included judges @skip and @include, in the order in which they are executed.
func (n *nulls) included(list ast.DirectiveList) bool {
	return !n.directive(list.ForName("skip"), false) && n.directive(list.ForName("include"), true)
}

func (n *nulls) directive(d *ast.Directive, without bool) bool {
	if d == nil {
		return without
	}
	condition := d.Arguments.ForName("if")
	if n.isNull(condition.Value) {
		n.value(condition.Value, ast.NonNullNamedType("Boolean", nil), (*path)(nil).field("@"+d.Name).field("if"))
		return without
	}
	value, err := condition.Value.Value(n.values)
	included, ok := value.(bool)
	if err != nil || !ok {
		return without
	}
	return included
}

func (n *nulls) value(v *ast.Value, t *ast.Type, at *path) {
	switch {
	case v.Kind == ast.Variable:
		if t.NonNull && n.isNull(v) {
			n.c.add(at.String(), v.Position, "variable $%s: null is not allowed here, %s is expected", short(v.Raw), t)
		}
	case v.Kind == ast.ListValue && t.Elem != nil:
		for i, child := range v.Children {
			n.value(child.Value, t.Elem, at.at(i))
		}
	case t.Elem != nil:
		n.value(v, t.Elem, at)
	case v.Kind == ast.ObjectValue:
		declared := n.c.e.schema.Types[t.NamedType].Fields
		for _, child := range v.Children {
			n.value(child.Value, declared.ForName(child.Name).Type, at.field(child.Name))
		}
	}
}

// isNull reports whether v is a variable that is null, not one that was left out.
func (n *nulls) isNull(v *ast.Value) bool {
	if v.Kind != ast.Variable {
		return false
	}
	value, sent := n.values[v.Raw]
	if sent {
		return value == nil
	}
	definition := n.c.operation.VariableDefinitions.ForName(v.Raw)
	return definition != nil && definition.DefaultValue != nil && definition.DefaultValue.Kind == ast.NullValue
}

// argumentOf returns the path of the argument in which an operation uses a
// variable first: clients know arguments, whether they send literals or variables.
func argumentOf(doc *ast.QueryDocument, o *ast.OperationDefinition, variable string) string {
	found := ""
	visited := map[string]bool{}
	var inValue func(v *ast.Value, at *path)
	inValue = func(v *ast.Value, at *path) {
		switch v.Kind {
		case ast.Variable:
			if found == "" && v.Raw == variable {
				found = at.String()
			}
		case ast.ListValue:
			for i, child := range v.Children {
				inValue(child.Value, at.at(i))
			}
		case ast.ObjectValue:
			for _, child := range v.Children {
				inValue(child.Value, at.field(child.Name))
			}
		}
	}
	directives := func(list ast.DirectiveList) {
		for _, d := range list {
			for _, a := range d.Arguments {
				inValue(a.Value, (*path)(nil).field("@"+d.Name).field(a.Name))
			}
		}
	}
	var in func(set ast.SelectionSet)
	in = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				for _, a := range s.Arguments {
					inValue(a.Value, (*path)(nil).field(a.Name))
				}
				directives(s.Directives)
				in(s.SelectionSet)
			case *ast.InlineFragment:
				directives(s.Directives)
				in(s.SelectionSet)
			case *ast.FragmentSpread:
				directives(s.Directives)
				if fragment := doc.Fragments.ForName(s.Name); fragment != nil && !visited[s.Name] {
					visited[s.Name] = true
					in(fragment.SelectionSet)
				}
			}
		}
	}
	directives(o.Directives)
	in(o.SelectionSet)
	return found
}
