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
	plainPath   = "bitcorp.dev/fleet/internal/gql/fastpath"
	scalarsPath = "bitcorp.dev/fleet/graph/scalars"
	gqlgenPath  = "github.com/99designs/gqlgen/graphql"
)

// plainPackage imports internal/gql/fastpath into the file that is rendered.
func plainPackage() string { return templates.CurrentImports.Lookup(plainPath) }

// hasPlain reports whether an object is written by internal/gql/fastpath where it can be.
func hasPlain(o *codegen.Object) bool {
	return !o.Root && !o.Stream && o.Kind == ast.Object && !strings.HasPrefix(o.Name, "__") && !o.IsMap()
}

// plainField returns the statements that append the value of a field to b and
// return, or "" for a field that is not plain.
func plainField(f *codegen.Field) string {
	value := direct(f)
	if value == "" {
		return ""
	}
	return plainAny(f.TypeReference, value)
}

// direct returns a field's value in Go, or "" where more must be done to get it.
func direct(f *codegen.Field) string {
	if f.IsResolver || f.IsBatch() || len(f.Args) > 0 || f.MethodHasContext || f.VOkFunc || f.HasHaser || f.IsMap() || f.HasDirectives() {
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

// plainAny is about a value of any type.
func plainAny(t *config.TypeReference, value string) string {
	if t.IsOmittable || t.IsPtrToPtr() || t.IsPtrToSlice() || t.IsPtrToIntf() {
		return ""
	}
	if t.IsSlice() {
		return plainList(t, value)
	}
	return plainValue(t, value)
}

// plainValue is about one scalar, enum or object.
func plainValue(t *config.TypeReference, value string) string {
	if t.Definition.Kind == ast.Object {
		return guarded(t, value, func(v string, pointer bool) string {
			if !pointer {
				v = "&" + v
			}
			return fmt.Sprintf("return ec.plain%s(b, graphql.CollectFields(ec.OperationContext, field.Selections, %sImplementors), %s)",
				t.Definition.Name, templates.LcFirst(t.Definition.Name), v)
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

// guarded handles nil: null where the schema allows it, gqlgen's way where not.
func guarded(t *config.TypeReference, value string, write func(v string, pointer bool) string) string {
	_, pointer := t.GO.(*types.Pointer)
	if !pointer {
		return "v := " + value + "\n" + write("v", false)
	}
	absent := "return " + plainPackage() + ".Null(b), true"
	if t.GQL.NonNull {
		absent = "return b, false"
	}
	return fmt.Sprintf("v := %s\nif v == nil {\n%s\n}\n%s", value, absent, write("v", true))
}

// plainList is about a list of objects: of all that are plain, or of none.
func plainList(t *config.TypeReference, value string) string {
	elem := t.Elem()
	if elem.IsSlice() || elem.Definition.Kind != ast.Object || elem.Definition.Name == "" {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "list := %s\n", value)
	if !t.GQL.NonNull {
		fmt.Fprintf(&b, "if list == nil {\nreturn %s.Null(b), true\n}\n", plainPackage())
	}
	fmt.Fprintf(&b, "fields := graphql.CollectFields(ec.OperationContext, field.Selections, %sImplementors)\n", templates.LcFirst(elem.Definition.Name))
	b.WriteString("b = append(b, '[')\nfor i := range list {\nif i > 0 {\nb = append(b, ',')\n}\n")
	item := "&list[i]"
	if _, pointer := elem.GO.(*types.Pointer); pointer {
		item = "list[i]"
		if elem.GQL.NonNull {
			b.WriteString("if list[i] == nil {\nreturn b, false\n}\n")
		} else {
			fmt.Fprintf(&b, "if list[i] == nil {\nb = %s.Null(b)\ncontinue\n}\n", plainPackage())
		}
	}
	fmt.Fprintf(&b, "ok := false\nif b, ok = ec.plain%s(b, fields, %s); !ok {\nreturn b, false\n}\n}\nreturn append(b, ']'), true", elem.Definition.Name, item)
	return b.String()
}

// appenderOf returns what writes the call that appends a value of a scalar or
// an enum: nil when nobody has said how.
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
		return fmt.Sprintf("%s.String(b, string(%s))", plainPackage(), v)
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
		return call(plainPath, "Bool")
	}
	return nil
}
