package main

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing/fstest"
	"text/template"

	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
	"github.com/99designs/gqlgen/codegen/templates"
	"github.com/vektah/gqlparser/v2/ast"
)

// rootTemplates are rendered once, the others for each file of the SDL.
var rootTemplates = []string{"api!.gotpl", "internal!.gotpl", "directives_.gotpl"}

// render writes gqlgen's follow-schema layout: a root file, and one file for
// each file of the SDL. What plans need to know is a file more.
func render(data *codegen.Data, all fstest.MapFS, funcs template.FuncMap) error {
	root, parts := fstest.MapFS{}, fstest.MapFS{}
	for name, file := range all {
		parts[name] = file
	}
	plans := fstest.MapFS{plansTemplate: all[plansTemplate]}
	delete(parts, plansTemplate)
	for _, name := range rootTemplates {
		root[name] = all[name]
		if name != "directives_.gotpl" {
			delete(parts, name)
		}
	}
	write := func(name string, part *codegen.Data, files fs.FS, regions bool) error {
		return templates.Render(templates.Options{
			PackageName: data.Config.Exec.Package, Filename: filepath.Join(data.Config.Exec.DirName, name), Data: part,
			RegionTags: regions, GeneratedHeader: true, Packages: data.Config.Packages, TemplateFS: files,
			PruneOptions: data.Config.GetPruneOptions(), Funcs: funcs,
		})
	}
	if err := write("root_.generated.go", data, root, false); err != nil {
		return err
	}
	if err := write("plans.generated.go", data, plans, false); err != nil {
		return err
	}
	for name, part := range split(data) {
		if err := write(name, part, parts, true); err != nil {
			return err
		}
	}
	return nil
}

// split returns the part of data that belongs into each file.
func split(data *codegen.Data) map[string]*codegen.Data {
	files := map[string]*codegen.Data{}
	part := func(at *ast.Position) *codegen.Data {
		name := "common!.generated.go"
		if at != nil && at.Src != nil {
			base := filepath.Base(at.Src.Name)
			name = strings.TrimSuffix(base, filepath.Ext(base)) + ".generated.go"
		}
		if files[name] == nil {
			cfg := *data.Config
			if at != nil {
				cfg.Sources = []*ast.Source{at.Src}
			}
			files[name] = &codegen.Data{
				Config: &cfg, QueryRoot: data.QueryRoot, MutationRoot: data.MutationRoot, SubscriptionRoot: data.SubscriptionRoot,
				AllDirectives: data.AllDirectives,
				Interfaces:    map[string]*codegen.Interface{}, ReferencedTypes: map[string]*config.TypeReference{},
			}
		}
		return files[name]
	}
	for _, o := range data.Objects {
		p := part(o.Position)
		p.Objects = append(p.Objects, o)
	}
	for _, in := range data.Inputs {
		p := part(in.Position)
		p.Inputs = append(p.Inputs, in)
	}
	for name, i := range data.Interfaces {
		part(i.Position).Interfaces[name] = i
	}
	for name, t := range data.ReferencedTypes {
		part(t.Definition.Position).ReferencedTypes[name] = t
	}
	for _, d := range data.Directives() {
		if len(d.Args) > 0 {
			part(d.Position)
		}
	}
	return files
}
