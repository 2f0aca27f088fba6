package cost

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// ceiling is the cost of operations that would cost more: sums of it overflow no number.
const ceiling = 1 << 40

// skippedRows is how many rows that an offset skips cost 1.
const skippedRows = 100

// Estimate returns the maximum cost of a valid operation: 1 or the weight of @cost for a field, and for
// the fields below a list as much times the rows that it may have. Connections have as many as first or
// last, by default fleet.DefaultPage; of other lists @listSize of the schema tells. A condition of a filter
// costs 1. What a field's own checks refuse later is counted as the greatest number that they accept.
func Estimate(schema *ast.Schema, o *ast.OperationDefinition, variables map[string]any) int {
	e := estimator{schema: schema, variables: variables}
	return e.set(o.SelectionSet, nil)
}

// CheckSchema returns an error that names the lists of objects whose size is not bounded.
func CheckSchema(schema *ast.Schema) error {
	var errs []error
	for _, d := range schema.Types {
		if d.Kind == ast.InputObject || d.BuiltIn || strings.HasPrefix(d.Name, "__") {
			continue
		}
		for _, f := range d.Fields {
			if !bounded(schema, d, f) {
				errs = append(
					errs,
					fmt.Errorf("%s.%s: a list without @listSize, or a connection without first and last", d.Name, f.Name),
				)
			}
		}
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func bounded(schema *ast.Schema, d *ast.Definition, f *ast.FieldDefinition) bool {
	if isConnection(f.Type.Name()) {
		return pages(f)
	}
	if f.Type.Elem == nil || schema.Types[f.Type.Name()].IsLeafType() ||
		isConnection(d.Name) && (f.Name == "nodes" || f.Name == "edges") || sizeOf(schema, f) != nil {
		return true
	}
	// The list may be sized by the fields that lead to its object.
	leads := 0
	for _, from := range schema.Types {
		for _, above := range from.Fields {
			if above.Type.Name() != d.Name {
				continue
			}
			if s := above.Directives.ForName("listSize"); s == nil || text(s, "of") != f.Name {
				return false
			}
			leads++
		}
	}
	return leads > 0
}

func isConnection(typeName string) bool { return strings.HasSuffix(typeName, "Connection") }

// pages reports whether a field takes the size of a page.
func pages(f *ast.FieldDefinition) bool {
	return f.Arguments.ForName("first") != nil && f.Arguments.ForName("last") != nil
}

// sizeOf returns the @listSize of a field, or of the type of a list; nil for none.
func sizeOf(schema *ast.Schema, f *ast.FieldDefinition) *ast.Directive {
	if d := f.Directives.ForName("listSize"); d != nil {
		return d
	}
	if f.Type.Elem == nil {
		return nil
	}
	return schema.Types[f.Type.Name()].Directives.ForName("listSize")
}

type estimator struct {
	schema    *ast.Schema
	variables map[string]any
	schemas   *schemaEstimator // of introspection, nil until needed
}

// set returns the cost of a selection. sized are the sizes of lists among its fields that the field
// above decides.
func (e *estimator) set(set ast.SelectionSet, sized map[string]int) (cost int) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			cost = sum(cost, e.field(s, sized))
		case *ast.FragmentSpread:
			cost = sum(cost, e.set(s.Definition.SelectionSet, sized))
		case *ast.InlineFragment:
			cost = sum(cost, e.set(s.SelectionSet, sized))
		}
	}
	return cost
}

func (e *estimator) field(f *ast.Field, sized map[string]int) int {
	if name := f.Definition.Type.Name(); name == "__Schema" || name == "__Type" {
		return e.introspection(f)
	}
	if len(f.SelectionSet) == 0 {
		return 1 + extra(f.Definition)
	}
	return sum(e.selected(f, sized), conditions(e.argument(f, "filter"))+extra(f.Definition))
}

// argument returns the value of an argument as the executor takes it, nil without one. Most fields have none that
// counts, and so no map of all of them is made.
func (e *estimator) argument(f *ast.Field, name string) any {
	if a := f.Arguments.ForName(name); a != nil {
		if a.Value.Kind != ast.Variable {
			return e.value(a.Value)
		}
		if value, sent := e.variables[a.Value.Raw]; sent {
			return value
		}
	}
	if d := f.Definition.Arguments.ForName(name); d != nil && d.DefaultValue != nil {
		return e.value(d.DefaultValue)
	}
	return nil
}

// value returns the value of a literal that was found valid.
func (e *estimator) value(literal *ast.Value) any {
	value, err := literal.Value(e.variables)
	if err != nil {
		panic(err)
	}
	return value
}

// extra returns what the @cost of a field adds to it.
func extra(f *ast.FieldDefinition) int {
	if d := f.Directives.ForName("cost"); d != nil {
		return number(d, "weight", 1) - 1
	}
	return 0
}

// conditions returns the number of conditions of a filter, which cost as much as fields.
func conditions(filter any) (n int) {
	switch v := filter.(type) {
	case nil:
	case map[string]any:
		for _, condition := range v {
			n += conditions(condition)
		}
	case []any:
		if len(v) > 0 {
			if _, nested := v[0].(map[string]any); !nested {
				return 1 // the values of one condition
			}
		}
		for _, alternative := range v {
			n += conditions(alternative)
		}
	default:
		return 1
	}
	return n
}

// selected returns the cost of a field with fields below it.
func (e *estimator) selected(f *ast.Field, sized map[string]int) int {
	if isConnection(f.Definition.Type.Name()) && pages(f.Definition) {
		rows := size(e.argument(f, "first"), size(e.argument(f, "last"), fleet.DefaultPage))
		skipped := size(e.argument(f, "offset"), 0)
		return sum(
			times(e.set(f.SelectionSet, nil), within(rows, 1, fleet.MaxPage)),
			within(skipped, 0, fleet.MaxOffset)/skippedRows,
		)
	}
	rows, below := 1, map[string]int(nil)
	if d := sizeOf(e.schema, f.Definition); d != nil {
		rows = e.rows(d, f)
		if of := text(d, "of"); of != "" {
			rows, below = 1, map[string]int{of: rows}
		}
	}
	if n, ok := sized[f.Name]; ok {
		rows = n
	}
	return times(e.set(f.SelectionSet, below), rows)
}

// rows returns the size that a @listSize tells with the arguments of f.
func (e *estimator) rows(d *ast.Directive, f *ast.Field) int {
	most := number(d, "max", 0)
	by := text(d, "by")
	if by == "" {
		return most
	}
	name, rest, more := strings.Cut(by, ".")
	value := e.argument(f, name)
	for more {
		object, _ := value.(map[string]any)
		name, rest, more = strings.Cut(rest, ".")
		value = object[name]
	}
	return within(size(value, number(d, "default", most)), 0, most)
}

// size returns the number that an argument gives: itself, or the length of a list.
func size(argument any, otherwise int) int {
	switch v := argument.(type) {
	case nil:
		return otherwise
	case int:
		return v
	case int64:
		return int(v)
	case float64:
		return int(v)
	case json.Number:
		if n, err := v.Float64(); err == nil && math.Abs(n) < math.MaxInt32 {
			return int(n)
		}
		return math.MaxInt32
	case []any:
		return len(v)
	default:
		return 1 // one value stands for a list of one
	}
}

func within(n, least, most int) int { return min(max(n, least), most) }

func text(d *ast.Directive, argument string) string {
	if a := d.Arguments.ForName(argument); a != nil {
		return a.Value.Raw
	}
	return ""
}

func number(d *ast.Directive, argument string, otherwise int) int {
	if n, err := strconv.Atoi(text(d, argument)); err == nil {
		return n
	}
	return otherwise
}

func sum(a, b int) int { return min(a+b, ceiling) }

// times returns the cost of a field with n rows of what stands below it.
func times(below, n int) int {
	if n > 0 && below >= ceiling/n {
		return ceiling
	}
	return 1 + below*n
}
