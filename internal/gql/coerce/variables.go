package coerce

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// variables coerces the variables of an operation. What it returns has the
// operation's variables alone, without those that were left out.
func (e *Extension) variables(
	doc *ast.QueryDocument,
	o *ast.OperationDefinition,
	given map[string]any,
) (map[string]any, gqlerror.List) {
	if len(o.VariableDefinitions) == 0 {
		return nil, nil
	}
	c := coercion{e: e, doc: doc, operation: o}
	coerced := make(map[string]any, len(o.VariableDefinitions))
	nulls := false
	for _, v := range o.VariableDefinitions {
		c.variable = v.Variable
		value, sent := given[v.Variable]
		switch {
		case sent:
			coerced[v.Variable] = c.value(value, v.Type, nil)
			nulls = nulls || value == nil
		case v.DefaultValue != nil:
			nulls = nulls || v.DefaultValue.Kind == ast.NullValue
		case v.Type.NonNull:
			c.fault(nil, "is required, %s is expected", v.Type)
		}
	}
	if nulls && len(c.list) == 0 {
		// A nullable variable may stand where null is not allowed if either has
		// a default: its value decides.
		c.nulls(coerced)
	}
	return coerced, c.list
}

// coercion is that of the variables of one operation.
type coercion struct {
	e         *Extension
	doc       *ast.QueryDocument
	operation *ast.OperationDefinition
	variable  string // which is being coerced
	faults
}

// fault notes a fault of the variable at a place within its value.
func (c *coercion) fault(within *path, format string, args ...any) {
	field := argumentOf(c.doc, c.operation, c.variable)
	if inner := within.String(); inner != "" {
		field += "." + inner
	}
	c.add(field, nil, "variable $%s: %s", short(c.variable), fmt.Sprintf(format, args...))
}

func (c *coercion) value(v any, t *ast.Type, at *path) any {
	switch {
	case c.full():
		return nil
	case v == nil:
		if t.NonNull {
			c.fault(at, "null is not allowed here, %s is expected", t)
		}
		return nil
	case t.Elem != nil:
		list, ok := v.([]any)
		if !ok { // one value for a list of one
			return []any{c.value(v, t.Elem, at)}
		}
		for i, one := range list {
			list[i] = c.value(one, t.Elem, at.at(i))
		}
		return list
	}
	named := c.e.schema.Types[t.NamedType]
	switch named.Kind {
	case ast.Enum:
		name, ok := v.(string)
		if !ok || named.EnumValues.ForName(name) == nil {
			c.fault(at, "%s", noValueOf(sentAs(v), named))
		}
		return v
	case ast.InputObject:
		object, ok := v.(map[string]any)
		if !ok {
			c.fault(at, "%s is not an object of type %s", sentAs(v), named.Name)
			return nil
		}
		c.object(object, named, at)
		return object
	default:
		return c.scalar(v, named.Name, at)
	}
}

func (c *coercion) object(object map[string]any, t *ast.Definition, at *path) {
	known := 0
	for _, declared := range t.Fields {
		value, sent := object[declared.Name]
		switch {
		case sent:
			known++
			object[declared.Name] = c.value(value, declared.Type, at.field(declared.Name))
		case required(declared):
			c.fault(at.field(declared.Name), "is required, %s is expected", declared.Type)
		}
	}
	if known == len(object) {
		return
	}
	var unknown []string
	for name := range object {
		if t.Fields.ForName(name) == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		c.fault(at.field(short(name)), "%s", noFieldOf(name, t))
	}
}

func (c *coercion) scalar(v any, name string, at *path) any {
	if judge := c.e.scalars[name]; judge != nil {
		if err := judge(v); err != nil {
			c.judged(c.fieldAt(at), nil, "variable $"+short(c.variable)+": ", err)
		}
		return v
	}
	coerced, expected := builtInValue(v, name)
	if expected != "" {
		c.fault(at, "%s is not %s", sentAs(v), expected)
	}
	return coerced
}

func (c *coercion) fieldAt(at *path) string {
	field := argumentOf(c.doc, c.operation, c.variable)
	if inner := at.String(); inner != "" {
		field += "." + inner
	}
	return field
}

// builtInValue coerces a value to a scalar of the specification; expected is not
// empty when it is none.
func builtInValue(v any, scalar string) (coerced any, expected string) {
	number, isNumber := v.(json.Number)
	switch scalar {
	case "Int":
		if n, ok := integer(number); isNumber && ok {
			return n, ""
		}
		return nil, "an integer of 32 bits"
	case "Float":
		if f, err := number.Float64(); isNumber && err == nil {
			return f, ""
		}
		return nil, "a number"
	case "String":
		if text, ok := v.(string); ok {
			return text, ""
		}
		return nil, "a string"
	case "Boolean":
		if b, ok := v.(bool); ok {
			return b, ""
		}
		return nil, "true or false"
	default: // ID
		if text, ok := v.(string); ok {
			return text, ""
		}
		if isNumber && isInteger(number.String()) {
			return number.String(), ""
		}
		return nil, "an ID: a string or an integer"
	}
}

// integer reads an integer of 32 bits: 3.0 is one in JSON, 3.5 is not.
func integer(number json.Number) (int64, bool) {
	if n, err := strconv.ParseInt(number.String(), 10, 32); err == nil {
		return n, true
	}
	f, err := number.Float64()
	if err != nil || f != math.Trunc(f) || f < math.MinInt32 || f > math.MaxInt32 {
		return 0, false
	}
	return int64(f), true
}

// isInteger reports whether a number of JSON is written without point and exponent.
func isInteger(number string) bool {
	for i := range len(number) {
		if number[i] == '.' || number[i] == 'e' || number[i] == 'E' {
			return false
		}
	}
	return true
}

// sentAs is a value as messages name it.
func sentAs(v any) string {
	switch v := v.(type) {
	case string:
		return fleet.Quote(v)
	case json.Number:
		return short(v.String())
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	default:
		return fmt.Sprint(v)
	}
}
