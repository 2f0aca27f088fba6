package edge_test

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/edge"
)

// TestThePathEndsAtTheField moves what follows the field into extensions.argument.
func TestThePathEndsAtTheField(t *testing.T) {
	t.Parallel()
	p := edge.NewPresenter(edge.PresenterConfig{
		Explores: func(context.Context) error { return nil },
		Fault:    func(error) *fleet.Error { return nil },
		Timeout:  time.Second, Registry: prometheus.NewRegistry(), Log: slog.New(slog.DiscardHandler),
	})
	ctx := graphql.WithFieldContext(t.Context(), &graphql.FieldContext{
		Field: graphql.CollectedField{Field: &ast.Field{Name: "equipmentList", Alias: "list"}},
	})
	for _, c := range []struct {
		path  ast.Path
		field string
		want  []string
	}{
		{ast.Path{ast.PathName("list")}, "filter.cost", []string{"filter", "cost"}},
		{ast.Path{ast.PathName("list"), ast.PathName("filter"), ast.PathIndex(2)}, "cost", []string{"filter", "2", "cost"}},
		{ast.Path{ast.PathName("list"), ast.PathName("first")}, "", []string{"first"}},
		{ast.Path{ast.PathName("list")}, "", nil},
	} {
		shown := p.Present(
			ctx,
			&gqlerror.Error{Path: c.path, Err: &fleet.Error{Code: fleet.BadInput, Field: c.field, Message: "no"}},
		)
		argument, _ := shown.Extensions["argument"].([]string)
		if shown.Path.String() != "list" || !slices.Equal(argument, c.want) {
			t.Errorf("%s %q: path %s, argument %q; want list, %q", c.path, c.field, shown.Path, argument, c.want)
		}
	}
}
