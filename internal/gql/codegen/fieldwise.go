package main

import (
	"fmt"
	"go/types"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

const fieldwisePath = "bitcorp.dev/fleet/internal/gql/fieldwise"

// fieldwisePackage imports internal/gql/fieldwise into the rendered file.
func fieldwisePackage() string { return templates.CurrentImports.Lookup(fieldwisePath) }

// lists are the objects that internal/gql/fieldwise resolves, by name: elements
// of lists and objects nested in them, if they have fields with resolvers.
type lists map[string]*codegen.Object

func listsOf(data *codegen.Data) lists {
	objects, worth := lists{}, lists{}
	for _, o := range data.Objects {
		if isAppended(o) {
			objects[o.Name] = o
		}
	}
	for before := -1; before < len(worth); {
		before = len(worth)
		for name, o := range objects {
			for _, f := range o.Fields {
				if isEnqueued(f) || worth.HasNested(f) {
					worth[name] = o
				}
			}
		}
	}
	used := lists{}
	var use func(name string)
	use = func(name string) {
		if worth[name] == nil || used[name] != nil {
			return
		}
		used[name] = worth[name]
		for _, f := range worth[name].Fields {
			if worth.HasNested(f) {
				use(f.TypeReference.Definition.Name)
			}
		}
	}
	for _, t := range data.ReferencedTypes {
		if worth.HasList(t) {
			use(t.Elem().Definition.Name)
		}
	}
	return used
}

// Has reports whether an object is resolved field by field.
func (l lists) Has(o *codegen.Object) bool { return l[o.Name] != nil }

// HasList reports whether the elements of a list are resolved field by field.
func (l lists) HasList(t *config.TypeReference) bool {
	return t.IsSlice() && !t.Elem().IsSlice() && l[t.Elem().Definition.Name] != nil
}

// HasNested reports whether a field without resolver holds an object that is
// resolved field by field.
func (l lists) HasNested(f *codegen.Field) bool {
	t := f.TypeReference
	return direct(f) != "" && !t.IsSlice() && t.Definition.Kind == ast.Object && l[t.Definition.Name] != nil
}

// isEnqueued reports whether a field's resolver is called for all objects before
// the first result is awaited.
func isEnqueued(f *codegen.Field) bool {
	return f.IsResolver && !f.IsBatch() && !f.HasDirectives()
}

// appendFunc returns the function that appends a value of a field, or "" for a
// field whose values have to be resolved.
func appendFunc(f *codegen.Field) string {
	body := appendAny(f.TypeReference, "value")
	if body == "" {
		return ""
	}
	return fmt.Sprintf(
		"func(b []byte, value %s) ([]byte, bool) {\n%s\n}",
		templates.CurrentImports.LookupType(f.TypeReference.GO),
		body,
	)
}

// addressed returns the pointer to an object.
func addressed(t *config.TypeReference, value string) string {
	if _, is := t.GO.(*types.Pointer); is {
		return value
	}
	return "&" + value
}
