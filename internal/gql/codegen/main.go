// Command codegen writes the generated code: gqlgen's, with templates of ours
// laid over its own, so that plain fields are written straight into the answer
// (see internal/gql/fastpath) and the objects of a list are answered field by field (see
// internal/gql/fieldwise). It runs in the module's root, by `make generate`.
package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing/fstest"
	"text/template"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
)

//go:embed plain.gotpl rounds.gotpl
var ours embed.FS

// patches change gqlgen's templates. Each must fit exactly once: a gqlgen that
// has changed there is for a person to look at.
var patches = []struct{ file, old, new string }{
	{"object.gotpl", `	out := graphql.NewFieldSet(fields)
	deferred := graphql.NewDeferredGroup(ctx)
	for i, field := range fields {
`, `	{{- if hasPlain $object }}
	text := {{ plainPackage }}.New(fields)
	if text != nil {
		for i := range fields {
			text.B = {{ plainPackage }}.Key(text.B, i, fields[i].Alias)
			if b, ok := ec.plainField{{ $object.Name }}(text.B, &fields[i], obj); ok {
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
		{{- if hasPlain $object }}
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
	{{- if hasPlain $object }}
	if text != nil {
		return text.With(out.Values)
	}
	{{- end }}

	return out
`},
	{"type.gotpl", `					ret := graphql.MarshalSliceConcurrently(`, `					{{- if rounds.HasList $type }}
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
					{{- if rounds.HasList $type }}
					}
					{{- end }}
`},
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "codegen:", err)
		os.Exit(1)
	}
}

func run() error {
	cfg, err := config.LoadConfigFromDefaultLocations()
	if err != nil {
		return err
	}
	seen := new(witness)
	if err := api.Generate(cfg, api.AddPlugin(seen)); err != nil {
		return err
	}
	if len(seen.data.AllDirectives.LocationDirectives("FIELD")) > 0 {
		return errors.New("a directive on fields of queries must see every field: plain fields would pass it by")
	}
	objects := roundsOf(seen.data)
	all, err := layered()
	if err != nil {
		return err
	}
	return templates.Render(templates.Options{
		PackageName: cfg.Exec.Package, Filename: cfg.Exec.Filename, Data: seen.data, RegionTags: true, GeneratedHeader: true,
		Packages: cfg.Packages, TemplateFS: all, PruneOptions: cfg.GetPruneOptions(),
		Funcs: template.FuncMap{
			"hasPlain": hasPlain, "plain": plainField, "plainPackage": plainPackage,
			"rounds": func() rounds { return objects }, "roundsPackage": roundsPackage,
			"asked": isAsked, "askedAppend": askedAppend, "direct": direct, "addressed": addressed,
			"object": func(f *codegen.Field) *codegen.Object { return objects[f.TypeReference.Definition.Name] },
		},
	})
}

// witness keeps what gqlgen knows about the schema and its Go types.
type witness struct{ data *codegen.Data }

// Name implements plugin.Plugin.
func (*witness) Name() string { return "plain" }

// GenerateCode implements plugin.CodeGenerator.
func (w *witness) GenerateCode(data *codegen.Data) error {
	w.data = data
	return nil
}

// layered returns gqlgen's templates, patched, with ours beside them.
func layered() (fs.FS, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/99designs/gqlgen").Output()
	if err != nil {
		return nil, fmt.Errorf("find gqlgen's templates: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "codegen", "*.gotpl"))
	if err != nil || len(files) == 0 {
		return nil, errors.Join(errors.New("gqlgen has no templates where they were"), err)
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
	for _, name := range []string{"plain.gotpl", "rounds.gotpl"} {
		text, err := ours.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all[name] = &fstest.MapFile{Data: text}
	}
	return all, nil
}
