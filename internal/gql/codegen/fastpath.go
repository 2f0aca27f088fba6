package main

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

const (
	fastpathPath = "bitcorp.dev/fleet/internal/gql/fastpath"
	scalarsPath  = "bitcorp.dev/fleet/graph/scalars"
	gqlgenPath   = "github.com/99designs/gqlgen/graphql"
)

// fastpathPackage imports internal/gql/fastpath into the rendered file.
func fastpathPackage() string { return templates.CurrentImports.Lookup(fastpathPath) }

// isAppended reports whether fields of an object can be appended directly.
func isAppended(o *codegen.Object) bool {
	return !o.Root && !o.Stream && o.Kind == ast.Object && !strings.HasPrefix(o.Name, "__") && !o.IsMap()
}

// appendField returns the statements that append the value of a field to b and
// return, or "" for a field that has to be resolved.
func appendField(f *codegen.Field) string {
	value := direct(f)
	if value == "" {
		return ""
	}
	return appendAny(f.TypeReference, value)
}

// direct returns the Go expression of a field's value, or "" for a field that
// needs more than reading a struct field or calling a method without error.
func direct(f *codegen.Field) string {
	if f.IsResolver || f.IsBatch() || len(f.Args) > 0 || f.MethodHasContext || f.VOkFunc || f.HasHaser || f.IsMap() ||
		f.HasDirectives() {
		return ""
	}
	value := f.GoReceiverName + "." + f.GoFieldName
	switch {
	case f.IsMethod() && f.NoErr:
		return value + "()"
	case f.IsVariable():
		return value
	}
	return ""
}

// appendAny appends a value of any type.
func appendAny(t *config.TypeReference, value string) string {
	if t.IsOmittable || t.IsPtrToPtr() || t.IsPtrToSlice() || t.IsPtrToIntf() {
		return ""
	}
	if t.IsSlice() {
		return appendList(t, value)
	}
	return appendValue(t, value)
}

// appendValue appends one scalar, enum or object.
func appendValue(t *config.TypeReference, value string) string {
	if t.Definition.Kind == ast.Object {
		return guarded(t, value, func(v string, pointer bool) string {
			if !pointer {
				v = "&" + v
			}
			return fmt.Sprintf(
				"return ec.append%s(b, graphql.CollectFields(ec.OperationContext, field.Selections, %sImplementors), %s)",
				t.Definition.Name,
				templates.LcFirst(t.Definition.Name),
				v,
			)
		})
	}
	appender := appenderOf(t)
	if appender == nil {
		return ""
	}
	return guarded(t, value, func(v string, pointer bool) string {
		if pointer {
			v = "*" + v
		}
		return "return " + appender(v) + ", true"
	})
}

// guarded handles nil: null if the schema allows it, else an error by gqlgen's code.
func guarded(t *config.TypeReference, value string, write func(v string, pointer bool) string) string {
	_, pointer := t.GO.(*types.Pointer)
	if !pointer {
		return "v := " + value + "\n" + write("v", false)
	}
	absent := "return " + fastpathPackage() + ".Null(b), true"
	if t.GQL.NonNull {
		absent = "return b, false"
	}
	return fmt.Sprintf("v := %s\nif v == nil {\n%s\n}\n%s", value, absent, write("v", true))
}

// appendList appends a list of objects: all of them or none.
func appendList(t *config.TypeReference, value string) string {
	elem := t.Elem()
	if elem.IsSlice() || elem.Definition.Kind != ast.Object || elem.Definition.Name == "" {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "list := %s\n", value)
	if !t.GQL.NonNull {
		fmt.Fprintf(&b, "if list == nil {\nreturn %s.Null(b), true\n}\n", fastpathPackage())
	}
	fmt.Fprintf(
		&b,
		"fields := graphql.CollectFields(ec.OperationContext, field.Selections, %sImplementors)\n",
		templates.LcFirst(elem.Definition.Name),
	)
	b.WriteString("b = append(b, '[')\nfor i := range list {\nif i > 0 {\nb = append(b, ',')\n}\n")
	item := "&list[i]"
	if _, pointer := elem.GO.(*types.Pointer); pointer {
		item = "list[i]"
		if elem.GQL.NonNull {
			b.WriteString("if list[i] == nil {\nreturn b, false\n}\n")
		} else {
			fmt.Fprintf(&b, "if list[i] == nil {\nb = %s.Null(b)\ncontinue\n}\n", fastpathPackage())
		}
	}
	fmt.Fprintf(
		&b,
		"ok := false\nif b, ok = ec.append%s(b, fields, %s); !ok {\nreturn b, false\n}\n}\nreturn append(b, ']'), true",
		elem.Definition.Name,
		item,
	)
	return b.String()
}

// appenderOf returns a function that writes the call to append a scalar or
// an enum: nil for one without an append function.
func appenderOf(t *config.TypeReference) func(v string) string {
	call := func(path, name string) func(string) string {
		return func(v string) string {
			return fmt.Sprintf("%s.%s(b, %s)", templates.CurrentImports.Lookup(path), name, v)
		}
	}
	target := t.GO
	if p, ok := target.(*types.Pointer); ok {
		target = p.Elem()
	}
	basic, _ := target.Underlying().(*types.Basic)
	isString := basic != nil && basic.Kind() == types.String
	asString := func(v string) string {
		return fmt.Sprintf("%s.String(b, string(%s))", fastpathPackage(), v)
	}
	switch {
	case t.IsTargetNilable() || t.IsContext || t.HasEnumValues():
		return nil
	case t.Definition.Kind == ast.Enum && isString:
		return asString // a generated enum's MarshalGQL writes the same
	case t.Marshaler == nil || t.Marshaler.Pkg() == nil:
		return nil
	case t.Marshaler.Pkg().Path() == scalarsPath && t.CastType == nil:
		return call(scalarsPath, "Append"+strings.TrimPrefix(t.Marshaler.Name(), "Marshal"))
	case t.Marshaler.Pkg().Path() != gqlgenPath:
		return nil
	case (t.Marshaler.Name() == "MarshalString" || t.Marshaler.Name() == "MarshalID") && isString:
		return asString
	case t.Marshaler.Name() == "MarshalBoolean" && basic != nil && basic.Kind() == types.Bool && t.CastType == nil:
		return call(fastpathPath, "Bool")
	}
	return nil
}
