package coerce

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// literals judges the literals of a document that is valid otherwise. Numbers
// for ID and for the scalars of the schema become strings of the same digits:
// as numbers they would be rounded on their way to the scalar.
func (e *Extension) literals(doc *ast.QueryDocument) gqlerror.List {
	l := literals{e: e}
	for _, o := range doc.Operations {
		for _, v := range o.VariableDefinitions {
			if v.DefaultValue != nil {
				l.value(v.DefaultValue, v.Type, (*path)(nil).field(v.Variable))
			}
			l.directives(v.Directives)
		}
		l.directives(o.Directives)
		l.selections(o.SelectionSet)
	}
	for _, f := range doc.Fragments {
		l.directives(f.Directives)
		l.selections(f.SelectionSet)
	}
	return l.list
}

type literals struct {
	e *Extension
	faults
}

func (l *literals) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			for _, a := range s.Arguments {
				if declared := s.Definition.Arguments.ForName(a.Name); declared != nil {
					l.value(a.Value, declared.Type, (*path)(nil).field(a.Name))
				}
			}
			l.directives(s.Directives)
			l.selections(s.SelectionSet)
		case *ast.InlineFragment:
			l.directives(s.Directives)
			l.selections(s.SelectionSet)
		case *ast.FragmentSpread:
			l.directives(s.Directives)
		}
	}
}

func (l *literals) directives(list ast.DirectiveList) {
	for _, d := range list {
		for _, a := range d.Arguments {
			if declared := d.Definition.Arguments.ForName(a.Name); declared != nil {
				l.value(a.Value, declared.Type, (*path)(nil).field(a.Name))
			}
		}
	}
}

func (l *literals) value(v *ast.Value, t *ast.Type, at *path) {
	switch {
	case l.full() || v.Kind == ast.Variable: // where it may stand has been validated
	case v.Kind == ast.NullValue:
		if t.NonNull {
			l.add(at.String(), v.Position, "null is not allowed here, %s is expected", t)
		}
	case t.Elem != nil && v.Kind == ast.ListValue:
		for i, child := range v.Children {
			l.value(child.Value, t.Elem, at.at(i))
		}
	case t.Elem != nil: // one value for a list of one
		l.value(v, t.Elem, at)
	default:
		l.named(v, l.e.schema.Types[t.NamedType], at)
	}
}

func (l *literals) named(v *ast.Value, t *ast.Definition, at *path) {
	switch t.Kind {
	case ast.Enum:
		if v.Kind != ast.EnumValue || t.EnumValues.ForName(v.Raw) == nil {
			l.add(at.String(), v.Position, "%s", noValueOf(shown(v), t))
		}
	case ast.InputObject:
		if v.Kind != ast.ObjectValue {
			l.add(at.String(), v.Position, "%s is not an object of type %s", shown(v), t.Name)
			return
		}
		l.object(v, t, at)
	default:
		l.scalar(v, t, at)
	}
}

func (l *literals) object(v *ast.Value, t *ast.Definition, at *path) {
	for _, child := range v.Children {
		declared := t.Fields.ForName(child.Name)
		if declared == nil {
			l.add(at.field(child.Name).String(), child.Position, "%s", noFieldOf(child.Name, t))
			continue
		}
		l.value(child.Value, declared.Type, at.field(child.Name))
	}
	for _, declared := range t.Fields {
		if required(declared) && v.Children.ForName(declared.Name) == nil {
			l.add(at.field(declared.Name).String(), v.Position, "is required, %s is expected", declared.Type)
		}
	}
}

func required(f *ast.FieldDefinition) bool { return f.Type.NonNull && f.DefaultValue == nil }

func (l *literals) scalar(v *ast.Value, t *ast.Definition, at *path) {
	judge := l.e.scalars[t.Name]
	if judge == nil {
		if expected := builtInLiteral(v, t.Name); expected != "" {
			l.add(at.String(), v.Position, "%s is not %s", shown(v), expected)
		}
		if t.Name == "ID" && v.Kind == ast.IntValue {
			v.Kind = ast.StringValue
		}
		return
	}
	var value any
	switch v.Kind {
	case ast.StringValue, ast.BlockValue:
		value = v.Raw
	case ast.IntValue, ast.FloatValue:
		value = json.Number(v.Raw)
	case ast.BooleanValue:
		value = v.Raw == "true"
	default:
		l.add(at.String(), v.Position, "%s is not of type %s", shown(v), t.Name)
		return
	}
	if err := judge(value); err != nil {
		l.judged(at.String(), v.Position, "", err)
		return
	}
	if v.Kind == ast.IntValue || v.Kind == ast.FloatValue {
		v.Kind = ast.StringValue
	}
}

// builtInLiteral returns what is expected instead of v, "" if v is right.
func builtInLiteral(v *ast.Value, scalar string) (expected string) {
	switch scalar {
	case "Int":
		if _, err := strconv.ParseInt(v.Raw, 10, 32); v.Kind != ast.IntValue || err != nil {
			return "an integer of 32 bits"
		}
	case "Float":
		if _, err := strconv.ParseFloat(v.Raw, 64); v.Kind != ast.IntValue && v.Kind != ast.FloatValue || err != nil {
			return "a number"
		}
	case "String":
		if v.Kind != ast.StringValue && v.Kind != ast.BlockValue {
			return "a string"
		}
	case "Boolean":
		if v.Kind != ast.BooleanValue {
			return "true or false"
		}
	case "ID":
		if v.Kind != ast.StringValue && v.Kind != ast.BlockValue && v.Kind != ast.IntValue {
			return "an ID: a string or an integer"
		}
	}
	return ""
}

// shown is a literal as messages name it.
func shown(v *ast.Value) string {
	switch v.Kind {
	case ast.StringValue, ast.BlockValue:
		return fleet.Quote(v.Raw)
	case ast.ListValue:
		return "a list"
	case ast.ObjectValue:
		return "an object"
	default:
		return short(v.Raw)
	}
}

// short cuts a number or a name: either can be as long as a document.
func short(text string) string {
	const most = 80
	if len(text) > most {
		return text[:most] + "…"
	}
	return text
}

// noValueOf says what an enum takes. The presenter removes what follows "Did you
// mean" for callers that may not explore the schema.
func noValueOf(value string, t *ast.Definition) string {
	names := make([]string, len(t.EnumValues))
	for i, v := range t.EnumValues {
		names[i] = v.Name
	}
	return value + " is not a value of " + t.Name + ". Did you mean " + oneOf(names) + "?"
}

// noFieldOf says which fields an input has.
func noFieldOf(name string, t *ast.Definition) string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return fleet.Quote(name) + " is not a field of " + t.Name + ". Did you mean " + oneOf(names) + "?"
}

func oneOf(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(slices.Clone(names[:last]), ", ") + " or " + names[last]
}
