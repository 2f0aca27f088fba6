package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/plan"
	"bitcorp.dev/fleet/internal/store"
)

// Explain returns the plans of an operation of a document as a tree, with the statements for a user of a role.
func Explain(document, operation string, variables map[string]any, role fleet.Role) (string, error) {
	schema := Schema()
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		return "", fmt.Errorf("the document cannot be read: %w", err)
	}
	if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
		return "", fmt.Errorf("the document is not valid: %w", errs)
	}
	o := doc.Operations.ForName(operation)
	if o == nil || o.Operation != ast.Query {
		return "", errors.New("the document has no such query: name it with --operation")
	}
	given, err := validator.VariableValues(schema, o, variables)
	if err != nil {
		return "", fmt.Errorf("the variables do not fit: %w", err)
	}
	oc := &graphql.OperationContext{Doc: doc, Operation: o, Variables: given}
	v := fleet.Viewer{Role: role}
	return plan.Explain(context.Background(), *Plans(store.Unconnected()), schema, oc, v), nil
}
