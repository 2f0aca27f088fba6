// Command codegen writes the generated code: gqlgen's, with templates of ours
// over its own. Fields that only read a value are appended straight to the
// response (internal/gql/fastpath), the objects of a list are resolved field by
// field (internal/gql/fieldwise), and results are counted for exact batches
// (internal/gql/batch). It runs in the module's root, by `make generate`.
package main

import (
	"errors"
	"fmt"
	"os"
	"text/template"

	"github.com/99designs/gqlgen/api"
	"github.com/99designs/gqlgen/codegen"
	"github.com/99designs/gqlgen/codegen/config"
)

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
		return errors.New(
			"a directive on fields of queries must see every field: those that are appended directly would bypass it",
		)
	}
	all, err := layered()
	if err != nil {
		return err
	}
	objects, results := listsOf(seen.data), countsOf(seen.data)
	return render(seen.data, all, template.FuncMap{
		"isAppended": isAppended, "appendField": appendField, "fastpathPackage": fastpathPackage,
		"lists": func() lists { return objects }, "fieldwisePackage": fieldwisePackage,
		"enqueued": isEnqueued, "appendFunc": appendFunc, "direct": direct, "addressed": addressed,
		"object":    func(f *codegen.Field) *codegen.Object { return objects[f.TypeReference.Definition.Name] },
		"isCounted": isCounted, "countFunc": results.function, "countBody": results.body, "countName": results.name,
		"batchPackage": batchPackage, "planPackage": planPackage, "planColumns": planColumns, "hasPlans": hasPlans,
	})
}

// witness keeps what gqlgen knows about the schema and its Go types.
type witness struct{ data *codegen.Data }

// Name implements plugin.Plugin.
func (*witness) Name() string { return "witness" }

// GenerateCode implements plugin.CodeGenerator.
func (w *witness) GenerateCode(data *codegen.Data) error {
	w.data = data
	return nil
}
