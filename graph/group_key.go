package graph

import (
	"context"
	"crypto/sha256"
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/sharing"
)

// GroupKey returns the key of the subscription of ctx, for sharing.Extension. Of
// the viewer it covers company, role and an access token's scope; the user only
// where the response depends on the user.
func GroupKey(ctx context.Context) (sharing.GroupKey, bool) {
	v, err := viewerOf(ctx)
	if err != nil {
		return sharing.GroupKey{}, false
	}
	o := graphql.GetOperationContext(ctx)
	fields := graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Subscription"})
	if len(fields) != 1 {
		return sharing.GroupKey{}, false
	}
	field := fields[0]
	scope, _ := field.ArgumentMap(o.Variables)["scope"].(string)
	parts := struct {
		Document, Operation string
		Variables           map[string]any
		Viewer              fleet.Viewer
	}{o.RawQuery, o.OperationName, o.Variables, v}
	if v.Role != fleet.RoleOperator && scope != string(fleet.StatsScopeMine) {
		parts.Viewer.UserID = fleet.UUID{}
	}
	text, err := json.Marshal(parts)
	if err != nil {
		return sharing.GroupKey{}, false
	}
	key := sha256.Sum256(text)
	return sharing.GroupKey{Key: string(key[:]), Snapshot: field.Definition.Directives.ForName("snapshot") != nil}, true
}
