package graph

import (
	"context"
	"crypto/sha256"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/sharing"
)

// Question names what the subscription of ctx asks, for sharing.Extension. What
// of the viewer matters is company, role and an access token's scope; the user
// only where the answer is about them.
func Question(ctx context.Context) (sharing.Question, bool) {
	v, err := viewerOf(ctx)
	if err != nil {
		return sharing.Question{}, false
	}
	o := graphql.GetOperationContext(ctx)
	fields := graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 {
		return sharing.Question{}, false
	}
	field := fields[0]
	scope, _ := field.ArgumentMap(o.Variables)["scope"].(string)
	asks := struct {
		Document, Operation string
		Variables           map[string]any
		Viewer              fleet.Viewer
	}{o.RawQuery, o.OperationName, o.Variables, v}
	if v.Role != fleet.RoleOperator && scope != string(fleet.StatsScopeMine) {
		asks.Viewer.UserID = fleet.UUID{}
	}
	text, err := json.Marshal(asks)
	if err != nil {
		return sharing.Question{}, false
	}
	key := sha256.Sum256(text)
	return sharing.Question{Key: string(key[:]), State: field.Name == "dashboardStats"}, true
}
