package graph

import (
	"errors"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

func newSavedQuery(given generated.CreateSavedQueryInput) (*fleet.SavedQuery, error) {
	var in input
	q := &fleet.SavedQuery{Name: given.Name, Description: given.Description.Value(), Document: given.Document,
		Variables: given.Variables.Value()}
	in.savedDocument(q.Document)
	in.savedVariables(q.Variables)
	q.Tidy()
	in.faults.Add("", q.Check())
	return q, in.faults.Err()
}

func savedQueryPatch(given generated.UpdateSavedQueryInput) (id fleet.UUID, patch fleet.SavedQueryPatch, err error) {
	var in input
	id = in.id("savedQueryId", fleet.KindSavedQuery, given.SavedQueryID)
	patch = fleet.SavedQueryPatch{Name: maybeNot(&in, "name", given.Name), Description: maybe(given.Description),
		Document: maybeNot(&in, "document", given.Document), Variables: maybe(given.Variables)}
	if patch.Document.Set {
		in.savedDocument(patch.Document.To)
	}
	in.savedVariables(patch.Variables.To)
	return id, patch, in.faults.Err()
}

// savedDocument checks what fleet.SavedQuery cannot: that a document is GraphQL, though not that it fits the schema, which
// grows, and that it has no access token.
func (in *input) savedDocument(document string) {
	in.faults.Add("document", checkDocument(document))
	in.faults.Add("document", checkNoToken(document))
}

// savedVariables checks that variables, nil for none, have no access token.
func (in *input) savedVariables(variables *string) {
	if variables != nil {
		in.faults.Add("variables", checkNoToken(*variables))
	}
}

// checkDocument returns a BAD_INPUT without field that says where a document is not GraphQL. Documents of a wrong length
// are left to fleet.SavedQuery.
func checkDocument(document string) error {
	if document == "" || len(document) > fleet.MaxSavedQueryText {
		return nil
	}
	parsed, err := parser.ParseQuery(&ast.Source{Input: document})
	var syntax *gqlerror.Error
	switch {
	case errors.As(err, &syntax) && len(syntax.Locations) > 0:
		return fleet.BadInputf("", "not GraphQL at line %d, column %d: %s", syntax.Locations[0].Line,
			syntax.Locations[0].Column, fleet.Quote(syntax.Message))
	case err != nil:
		return fleet.BadInputf("", "not GraphQL: %s", fleet.Quote(err.Error()))
	case len(parsed.Operations) == 0:
		return fleet.BadInputf("", "there is no operation: a query, a mutation or a subscription is needed")
	}
	return nil
}

// checkNoToken returns a BAD_INPUT without field for a text with an access token, which all users of the company would
// see.
func checkNoToken(text string) error {
	if !strings.Contains(text, auth.TokenPrefix) {
		return nil
	}
	return fleet.BadInputf("", "the text has an access token (%s…), which every user that opens the query would see: "+
		"remove it; GraphiQL takes tokens as headers", auth.TokenPrefix)
}
