package main

import (
	"fmt"
	"go/types"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

const roundsPath = "bitcorp.dev/fleet/internal/gql/fieldwise"

// roundsPackage imports internal/gql/fieldwise into the file that is rendered.
func roundsPackage() string { return templates.CurrentImports.Lookup(roundsPath) }

// rounds are the objects that internal/gql/fieldwise is for, by name: elements of lists,
// and what leads on from these, as far as there are fields to ask.
type rounds map[string]*codegen.Object

func roundsOf(data *codegen.Data) rounds {
	objects, worth := rounds{}, rounds{}
	for _, o := range data.Objects {
		if hasPlain(o) {
			objects[o.Name] = o
		}
	}
	for before := -1; before < len(worth); {
		before = len(worth)
		for name, o := range objects {
			for _, f := range o.Fields {
				if isAsked(f) || worth.HasInto(f) {
					worth[name] = o
				}
			}
		}
	}
	used := rounds{}
	var use func(name string)
	use = func(name string) {
		if worth[name] == nil || used[name] != nil {
			return
		}
		used[name] = worth[name]
		for _, f := range worth[name].Fields {
			if worth.HasInto(f) {
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

// Has reports whether rounds are for an object.
func (r rounds) Has(o *codegen.Object) bool { return r[o.Name] != nil }

// HasList reports whether rounds are for the elements of a list.
func (r rounds) HasList(t *config.TypeReference) bool {
	return t.IsSlice() && !t.Elem().IsSlice() && r[t.Elem().Definition.Name] != nil
}

// HasInto reports whether a field leads to an object without a resolver, and
// rounds are for that.
func (r rounds) HasInto(f *codegen.Field) bool {
	t := f.TypeReference
	return direct(f) != "" && !t.IsSlice() && t.Definition.Kind == ast.Object && r[t.Definition.Name] != nil
}

// isAsked reports whether a field is asked of all objects before it is answered.
func isAsked(f *codegen.Field) bool {
	return f.IsResolver && !f.IsBatch() && !f.HasDirectives()
}

// askedAppend returns the function that appends a value, or "" for a field
// that has no plain values.
func askedAppend(f *codegen.Field) string {
	body := plainAny(f.TypeReference, "given")
	if body == "" {
		return ""
	}
	return fmt.Sprintf("func(b []byte, given %s) ([]byte, bool) {\n%s\n}", templates.CurrentImports.LookupType(f.TypeReference.GO), body)
}

// addressed returns the pointer to an object.
func addressed(t *config.TypeReference, value string) string {
	if _, is := t.GO.(*types.Pointer); is {
		return value
	}
	return "&" + value
}
