package graph

import (
	"fmt"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// Schema returns the schema as clients see it: the description of each field with an access rule
// ends with the rule, as introspection has no directives of fields, and @defer is absent, which
// gqlparser adds to every schema and which is refused. All callers share it.
var Schema = sync.OnceValue(func() *ast.Schema {
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	delete(schema.Directives, "defer")
	for _, object := range schema.Types {
		for _, f := range object.Fields {
			if rule := accessRule(f, object == schema.Mutation); rule != "" {
				f.Description += "\n\n" + rule
			}
		}
	}
	return schema
})

// accessRule returns the access rule of a field in words, "" if it has none.
func accessRule(f *ast.FieldDefinition, mutation bool) string {
	auth := f.Directives.ForName("auth")
	switch {
	case f.Directives.ForName("public") != nil:
		return "Public: needs no authentication."
	case auth == nil:
		return ""
	}
	role, scope := ruleOf(f, mutation)
	higher := orMore(role == fleet.RoleAdmin, " or a higher one")
	wider := orMore(scope == fleet.ScopeAdmin, " or a wider one")
	return fmt.Sprintf("Requires the role %s%s, and of an access token the scope %s%s.", role, higher, scope, wider)
}

// ruleOf returns the role and the scope that a field with an access rule requires.
func ruleOf(f *ast.FieldDefinition, mutation bool) (fleet.Role, fleet.Scope) {
	auth := f.Directives.ForName("auth")
	role := fleet.Role(auth.Arguments.ForName("role").Value.Raw)
	if a := auth.Arguments.ForName("scope"); a != nil {
		return role, fleet.Scope(a.Value.Raw)
	}
	return role, leastScope(role, mutation)
}

// orMore returns text, unless there is nothing above.
func orMore(highest bool, text string) string {
	if highest {
		return ""
	}
	return text
}
