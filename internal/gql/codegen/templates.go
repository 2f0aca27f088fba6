package main

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing/fstest"
)

//go:embed fastpath.gotpl fieldwise.gotpl count.gotpl plans.gotpl
var ours embed.FS

// plansTemplate is rendered into a file of its own.
const plansTemplate = "plans.gotpl"

// patches change gqlgen's templates. Each must match exactly once: when gqlgen
// has changed there, the patch needs a review.
var patches = []struct{ file, old, new string }{
	{"object.gotpl", `	out := graphql.NewFieldSet(fields)
	deferred := graphql.NewDeferredGroup(ctx)
	for i, field := range fields {
`, `	{{- if isAppended $object }}
	text := {{ fastpathPackage }}.New(fields)
	if text != nil {
		for i := range fields {
			text.B = {{ fastpathPackage }}.Key(text.B, i, fields[i].Alias)
			if b, ok := ec.appendField{{ $object.Name }}(text.B, &fields[i], obj); ok {
				text.B = b
			} else {
				text.Cut(i)
			}
		}
		if text.Whole() {
			return text
		}
	}
	{{- end }}

	out := graphql.NewFieldSet(fields)
	deferred := graphql.NewDeferredGroup(ctx)
	for i, field := range fields {
		{{- if isAppended $object }}
			if text.Has(i) {
				continue
			}
		{{- end }}
`},
	{"object.gotpl", `		ec.ProcessDeferredGroup(deferred)
	}

	return out
`, `		ec.ProcessDeferredGroup(deferred)
	}
	{{- if isAppended $object }}
	if text != nil {
		return text.With(out.Values)
	}
	{{- end }}

	return out
`},
	{"type.gotpl", `					ret := graphql.MarshalSliceConcurrently(`, `					{{- if lists.HasList $type }}
					{{- if $type.Elem.IsNilable }}
					ret := ec.each{{ $type.Elem.Definition.Name }}(ctx, sel, v)
					{{- else }}
					objs := make([]*{{ $type.Elem.GO | ref }}, len(v))
					for i := range v {
						objs[i] = &v[i]
					}
					ret := ec.each{{ $type.Elem.Definition.Name }}(ctx, sel, objs)
					{{- end }}
					if ret == nil {
						ret = {{ else }}
					ret := {{ end }} graphql.MarshalSliceConcurrently(`},
	{"type.gotpl", `						return {{$.ECDot}}{{ $type.Elem.MarshalFunc }}(ctx, {{$.ECArg}}sel, v[i])
					})
`, `						return {{$.ECDot}}{{ $type.Elem.MarshalFunc }}(ctx, {{$.ECArg}}sel, v[i])
					})
					{{- if lists.HasList $type }}
					}
					{{- end }}
`},
	{"field.gotpl", `		return graphql.{{ $field.ResolveFieldFunc }}(
			ctx,
			ec.OperationContext,
			field,
`, `		return {{ if isCounted $field }}{{ batchPackage }}.Resolve{{ else }}graphql.{{ $field.ResolveFieldFunc }}{{ end }}(
			ctx,
			ec.OperationContext,
			{{- if isCounted $field }}
			{{ quote $object.Name }},
			{{- end }}
			field,
`},
	{"field.gotpl", `v {{ $field.TypeReference.GO | ref }}) graphql.Marshaler { return {{$.ECDot}}`,
		`v {{ $field.TypeReference.GO | ref }}) graphql.Marshaler {
				{{- if $object.Stream }}
				{{ batchPackage }}.Event(ctx, v, {{ countFunc $field }})
				{{- end }}
				return {{$.ECDot}}`},
	{"field.gotpl", `			{{ $field.TypeReference.GQL.NonNull }},
		)
`, `			{{ $field.TypeReference.GQL.NonNull }},
			{{- if isCounted $field }}
			{{ countFunc $field }},
			{{- end }}
		)
`},
}

// layered returns gqlgen's templates, patched, and ours.
func layered() (fstest.MapFS, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/99designs/gqlgen").Output()
	if err != nil {
		return nil, fmt.Errorf("find gqlgen's templates: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "codegen", "*.gotpl"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(errors.New("gqlgen has no templates in codegen/"), err)
	}
	all := fstest.MapFS{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		all[filepath.Base(file)] = &fstest.MapFile{Data: text}
	}
	for _, p := range patches {
		file := all[p.file]
		if file == nil || strings.Count(string(file.Data), p.old) != 1 {
			return nil, fmt.Errorf("gqlgen's template %s is not what our patch was made for", p.file)
		}
		file.Data = []byte(strings.Replace(string(file.Data), p.old, p.new, 1))
	}
	for _, name := range []string{"fastpath.gotpl", "fieldwise.gotpl", "count.gotpl", plansTemplate} {
		text, err := ours.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all[name] = &fstest.MapFile{Data: text}
	}
	return all, nil
}
