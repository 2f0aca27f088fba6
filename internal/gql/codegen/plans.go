package main

import (
	"slices"
	"strings"
	"unicode"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

const planPath = "bitcorp.dev/fleet/internal/gql/plan"

// planPackage imports internal/gql/plan into the rendered file.
func planPackage() string { return templates.CurrentImports.Lookup(planPath) }

// isRow reports whether the objects of a type are rows with ids.
func isRow(o *codegen.Object) bool {
	return isAppended(o) && slices.ContainsFunc(o.Implements, func(d *ast.Definition) bool { return d.Name == "Node" })
}

// hasPlans reports whether a type has fields that may lead to rows.
func hasPlans(o *codegen.Object) bool { return isRow(o) || o.Name == "Query" }

// planColumn is the column that serves a field.
type planColumn struct {
	Field, Name, Type string
	NonNull           bool
}

// planColumns returns the columns of a row: those of the fields that are read from a field of its struct without
// more. The columns of the database have the names of these fields, in snake case.
func planColumns(o *codegen.Object) []planColumn {
	if !isRow(o) {
		return nil
	}
	var list []planColumn
	for _, f := range o.Fields {
		t := f.TypeReference
		if direct(f) == "" || t.IsSlice() {
			continue
		}
		c := planColumn{Field: f.Name, Name: snake(f.GoFieldName), NonNull: t.GQL.NonNull}
		switch {
		case f.GoFieldName == "GlobalID":
			c.Name, c.Type = "id", "ID"
		case !f.IsVariable():
			continue
		case t.Definition.Kind == ast.Enum:
			c.Type = "String"
		case slices.Contains([]string{"String", "Decimal", "Date", "DateTime", "Int", "Boolean"}, t.Definition.Name):
			c.Type = t.Definition.Name
		default:
			continue
		}
		list = append(list, c)
	}
	return list
}

// snake returns a Go name as a name of SQL.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
