package graph

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/sharing"
)

// perViewer is the directive of what depends on the viewer.
const perViewer = "perViewer"

// GroupKey returns the key of the subscription of ctx, for sharing.Extension. Of
// the viewer it covers company, role and an access token's scope. It covers the user
// and the session or access token only where the response depends on them.
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
	parts := struct {
		Document, Operation string
		Variables           map[string]any
		Viewer              fleet.Viewer
		Credential          fleet.Credential
	}{o.RawQuery, o.OperationName, o.Variables, v, fleet.Credential{}}
	switch {
	case isPerViewer(o.Operation.SelectionSet, o.Variables):
		parts.Credential = caller.Of(ctx).Credential()
	case v.Role != fleet.RoleOperator:
		parts.Viewer.UserID = fleet.UUID{}
	}
	text, err := json.Marshal(parts)
	if err != nil {
		return sharing.GroupKey{}, false
	}
	key := sha256.Sum256(text)
	return sharing.GroupKey{Key: string(key[:]), Snapshot: field.Definition.Directives.ForName("snapshot") != nil}, true
}

// isPerViewer reports whether a selection has a field or a value of an argument that depends on the viewer,
// in fragments too. A skipped field counts: it costs the sharing, never a wrong value.
// Fragments have no cycles, as the operation is validated.
func isPerViewer(set ast.SelectionSet, variables map[string]any) bool {
	return slices.ContainsFunc(set, func(s ast.Selection) bool {
		switch s := s.(type) {
		case *ast.Field:
			if s.Definition.Directives.ForName(perViewer) != nil || isPerViewer(s.SelectionSet, variables) {
				return true
			}
			arguments := s.ArgumentMap(variables)
			return slices.ContainsFunc(s.Definition.Arguments, func(a *ast.ArgumentDefinition) bool {
				return isPerViewerValue(arguments[a.Name], a.Type)
			})
		case *ast.InlineFragment:
			return isPerViewer(s.SelectionSet, variables)
		case *ast.FragmentSpread:
			return isPerViewer(s.Definition.SelectionSet, variables)
		}
		return false
	})
}

// isPerViewerValue reports whether the value of an input type is, or has in it, a value of an enum that is
// marked as depending on the viewer.
func isPerViewerValue(value any, t *ast.Type) bool {
	if list, ok := value.([]any); ok && t.Elem != nil {
		return slices.ContainsFunc(list, func(v any) bool { return isPerViewerValue(v, t.Elem) })
	}
	definition := Schema().Types[t.Name()]
	switch value := value.(type) {
	case string:
		v := definition.EnumValues.ForName(value)
		return v != nil && v.Directives.ForName(perViewer) != nil
	case map[string]any:
		return slices.ContainsFunc(definition.Fields, func(f *ast.FieldDefinition) bool {
			return isPerViewerValue(value[f.Name], f.Type)
		})
	}
	return false
}
