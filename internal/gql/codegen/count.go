package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

const batchPath = "bitcorp.dev/fleet/internal/gql/batch"

// batchPackage imports internal/gql/batch into the rendered file.
func batchPackage() string { return templates.CurrentImports.Lookup(batchPath) }

// isCounted reports whether the number of objects below a field depends on the
// field's result: it has a resolver, or a directive or an error may leave its
// objects out. Other fields pass on the objects of a result above them.
func isCounted(f *codegen.Field) bool {
	if f.Object.Stream || strings.HasPrefix(f.TypeReference.Definition.Name, "__") {
		return false
	}
	return f.IsResolver || isComposite(f.TypeReference) && direct(f) == ""
}

func isComposite(t *config.TypeReference) bool {
	switch t.Definition.Kind {
	case ast.Object, ast.Interface, ast.Union:
		return true
	}
	return false
}

// counts writes the functions that count the objects in results.
type counts struct {
	objects    map[string]*codegen.Object
	interfaces map[string]*codegen.Interface
	results    map[string]bool // the types of results, by their uniqueness key
}

func countsOf(data *codegen.Data) *counts {
	c := &counts{map[string]*codegen.Object{}, data.Interfaces, map[string]bool{}}
	for _, o := range data.Objects {
		c.objects[o.Name] = o
		for _, f := range o.Fields {
			if isCounted(f) || o.Stream {
				c.results[f.TypeReference.UniquenessKey()] = true
			}
		}
	}
	return c
}

// name returns the name of the function that counts a result of type t.
func (*counts) name(t *config.TypeReference) string { return "count" + t.UniquenessKey() }

// function returns the function that counts a field's results, or nil when
// they contain no objects with resolvers.
func (c *counts) function(f *codegen.Field) string {
	if c.body(f.TypeReference) == "" {
		return "nil"
	}
	return c.name(f.TypeReference)
}

// body returns the statements that count the objects in obj, a result of type
// t; "" when there is nothing to count.
func (c *counts) body(t *config.TypeReference) string {
	if !c.results[t.UniquenessKey()] || !isComposite(t) {
		return ""
	}
	w := &countWriter{counts: c}
	text := w.value(t, "obj", []string{""}, nil)
	if text == "" {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "var n [%d]int\n%s", len(w.entries), text)
	for i, e := range w.entries {
		fmt.Fprintf(&b, "c.Add(%q, %q, n[%d])\n", e.path, e.object, i)
	}
	return b.String()
}

// countWriter writes one function.
type countWriter struct {
	*counts
	entries []countEntry
}

type countEntry struct{ path, object string }

// entry returns the index of the counter of a path and an object.
func (w *countWriter) entry(path, object string) int {
	e := countEntry{path, object}
	if i := slices.Index(w.entries, e); i >= 0 {
		return i
	}
	w.entries = append(w.entries, e)
	return len(w.entries) - 1
}

// value counts a value, which stands at each of the paths in the result. above
// are the objects that contain it.
func (w *countWriter) value(t *config.TypeReference, value string, paths, above []string) string {
	switch {
	case t.IsSlice():
		each := w.value(t.Elem(), "obj", paths, above)
		if each == "" {
			return ""
		}
		return fmt.Sprintf("for _, obj := range %s {\n%s}\n", value, each)
	case t.Definition.Kind == ast.Object:
		_, pointer := t.GO.(*types.Pointer)
		return w.object(w.objects[t.Definition.Name], value, pointer, paths, above)
	}
	var b strings.Builder
	for _, impl := range w.interfaces[t.Definition.Name].Implementors {
		_, pointer := impl.Type.(*types.Pointer)
		if text := w.object(w.objects[impl.Name], "obj", pointer, paths, above); text != "" {
			fmt.Fprintf(&b, "case %s:\n%s", templates.CurrentImports.LookupType(impl.Type), text)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("switch obj := %s.(type) {\n%s}\n", value, b.String())
}

// object counts one object and what it contains.
func (w *countWriter) object(o *codegen.Object, value string, pointer bool, paths, above []string) string {
	if o == nil {
		return ""
	}
	if slices.Contains(above, o.Name) {
		panic(fmt.Sprintf("%s contains itself without a resolver in between: its objects cannot be counted", o.Name))
	}
	above = append(slices.Clone(above), o.Name)
	var b strings.Builder
	if slices.ContainsFunc(o.Fields, isCounted) {
		for _, path := range paths {
			fmt.Fprintf(&b, "n[%d]++\n", w.entry(path, o.Name))
		}
	}
	nodes, viaEdges := w.connection(o)
	for _, f := range o.Fields {
		if !isComposite(f.TypeReference) || direct(f) == "" || nodes != nil && f.Name == "edges" {
			continue
		}
		var below []string
		for _, path := range paths {
			below = append(below, join(path, o.Name, f.Name))
			if f == nodes {
				below = append(below, join(join(path, o.Name, "edges"), viaEdges, "node"))
			}
		}
		b.WriteString(w.value(f.TypeReference, direct(f), below, above))
	}
	switch {
	case b.Len() == 0:
		return ""
	case pointer && value == "obj":
		return "if obj != nil {\n" + b.String() + "}\n"
	case pointer:
		return fmt.Sprintf("if obj := %s; obj != nil {\n%s}\n", value, b.String())
	case value == "obj":
		return "_ = obj\n" + b.String()
	default:
		return fmt.Sprintf("{\nobj := %s\n_ = obj\n%s}\n", value, b.String())
	}
}

// connection returns the field nodes of a Relay connection, and the type of its
// edges. Both hold the same objects, so that nodes alone are counted: edges
// would have to be made for it.
func (w *countWriter) connection(o *codegen.Object) (nodes *codegen.Field, edge string) {
	if !strings.HasSuffix(o.Name, "Connection") {
		return nil, ""
	}
	for _, f := range o.Fields {
		switch {
		case direct(f) == "":
		case f.Name == "nodes":
			nodes = f
		case f.Name == "edges":
			edge = f.TypeReference.Definition.Name
		}
	}
	if nodes == nil || edge == "" {
		return nil, ""
	}
	return nodes, edge
}

// join returns the path of a field below the objects at path; see batch.Counter.
func join(path, object, field string) string {
	if path != "" {
		path += "/"
	}
	return path + object + "." + field
}
