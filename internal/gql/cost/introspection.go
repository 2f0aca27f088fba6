package cost

import "github.com/vektah/gqlparser/v2/ast"

// introspection returns the cost of a field that leads into the schema, __schema or __type. How many
// types, fields and arguments there are is known, so that the estimate is what the answer has; a
// bound for each list would refuse the queries of tools. Each field is computed once for each
// part of the schema that it is selected on, however often the parts lead to each other.
func (e *estimator) introspection(f *ast.Field) int {
	if e.schemas == nil {
		e.schemas = &schemaEstimator{e.schema, map[selected]int{}}
	}
	s := e.schemas
	if f.Name == "__schema" {
		return 1 + s.set(f.SelectionSet, s.ofSchema)
	}
	name, _ := f.ArgumentMap(e.variables)["name"].(string)
	d := e.schema.Types[name]
	if d == nil {
		return 1
	}
	return sum(1, s.types(f.SelectionSet, ast.NamedType(name, nil)))
}

// selected is a field of a selection on a type, as the SDL writes the type.
type selected struct {
	field *ast.Field
	on    string
}

// schemaEstimator computes the cost of selections on the parts of a schema.
type schemaEstimator struct {
	schema *ast.Schema
	known  map[selected]int
}

// set adds up the cost of a selection's fields, of which each returns what is below it.
func (s *schemaEstimator) set(set ast.SelectionSet, below func(*ast.Field) int) (cost int) {
	for _, selection := range set {
		switch f := selection.(type) {
		case *ast.Field:
			cost = sum(cost, 1)
			if len(f.SelectionSet) > 0 {
				cost = sum(cost, below(f))
			}
		case *ast.FragmentSpread:
			cost = sum(cost, s.set(f.Definition.SelectionSet, below))
		case *ast.InlineFragment:
			cost = sum(cost, s.set(f.SelectionSet, below))
		}
	}
	return cost
}

func (s *schemaEstimator) ofSchema(f *ast.Field) (cost int) {
	one := func(d *ast.Definition) {
		if d != nil {
			cost = sum(cost, s.types(f.SelectionSet, ast.NamedType(d.Name, nil)))
		}
	}
	switch f.Name {
	case "queryType":
		one(s.schema.Query)
	case "mutationType":
		one(s.schema.Mutation)
	case "subscriptionType":
		one(s.schema.Subscription)
	case "types":
		for _, d := range s.schema.Types {
			one(d)
		}
	case "directives":
		for _, d := range s.schema.Directives {
			cost = sum(cost, s.set(f.SelectionSet, func(f *ast.Field) int { return s.arguments(f, d.Arguments) }))
		}
	}
	return cost
}

// types returns the cost of a selection on a type, which may wrap another.
func (s *schemaEstimator) types(set ast.SelectionSet, t *ast.Type) int {
	return s.set(set, func(f *ast.Field) int {
		key := selected{f, t.String()}
		if cost, ok := s.known[key]; ok {
			return cost
		}
		cost := s.ofType(f, t)
		s.known[key] = cost
		return cost
	})
}

func (s *schemaEstimator) ofType(f *ast.Field, t *ast.Type) (cost int) {
	if t.NonNull || t.Elem != nil {
		if f.Name != "ofType" {
			return 0
		}
		inner := t.Elem
		if t.NonNull {
			nullable := *t
			nullable.NonNull = false
			inner = &nullable
		}
		return s.types(f.SelectionSet, inner)
	}
	d := s.schema.Types[t.NamedType]
	each := func(definitions []*ast.Definition) {
		for _, other := range definitions {
			cost = sum(cost, s.types(f.SelectionSet, ast.NamedType(other.Name, nil)))
		}
	}
	switch f.Name {
	case "fields", "inputFields":
		for _, field := range d.Fields {
			cost = sum(cost, s.set(f.SelectionSet, func(f *ast.Field) int {
				if f.Name == "type" {
					return s.types(f.SelectionSet, field.Type)
				}
				return s.arguments(f, field.Arguments)
			}))
		}
	case "enumValues":
		for range d.EnumValues {
			cost = sum(cost, s.set(f.SelectionSet, func(*ast.Field) int { return 0 }))
		}
	case "interfaces":
		for _, name := range d.Interfaces {
			each([]*ast.Definition{s.schema.Types[name]})
		}
	case "possibleTypes":
		each(s.schema.PossibleTypes[d.Name])
	}
	return cost
}

func (s *schemaEstimator) arguments(f *ast.Field, arguments ast.ArgumentDefinitionList) (cost int) {
	for _, a := range arguments {
		cost = sum(cost, s.set(f.SelectionSet, func(f *ast.Field) int { return s.types(f.SelectionSet, a.Type) }))
	}
	return cost
}
