package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/plan"
)

const sdl = `
	interface Node { id: ID! }
	type Ship implements Node { id: ID! name: String! port: Port crew(first: Int): SailorConnection! secret: String }
	type Port implements Node { id: ID! name: String! }
	type Sailor implements Node { id: ID! name: String! }
	type SailorConnection { nodes: [Sailor!]! edges: [SailorEdge!]! pageInfo: PageInfo! totalCount: Int! }
	type SailorEdge { node: Sailor! cursor: String! }
	type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
	type Query { ship(id: ID!): Ship sailors(first: Int): SailorConnection node(id: ID!): Node time: String }`

// statement is what a test asks of no database.
type statement string

func (s statement) Text() string { return string(s) }

func config() plan.Config {
	read := func(what string) func(fleet.Viewer, []fleet.UUID, plan.RowColumns) plan.Statement {
		return func(_ fleet.Viewer, keys []fleet.UUID, c plan.RowColumns) plan.Statement {
			return statement(
				fmt.Sprintf("%s of %d: %s cursor=%v beyond=%v", what, len(keys), strings.Join(c.Names, ","), c.Cursor, c.Beyond),
			)
		}
	}
	to := func(what string) func(fleet.Viewer, plan.Arguments) (plan.Source, error) {
		return func(fleet.Viewer, plan.Arguments) (plan.Source, error) {
			return plan.Source{Rows: read(what), Window: fleet.Window{Limit: 10},
				Count: func(_ fleet.Viewer, keys []fleet.UUID) plan.Statement {
					return statement(fmt.Sprintf("%s counted of %d", what, len(keys)))
				},
			}, nil
		}
	}
	name := plan.Column{Name: "name", NonNull: true}
	id := plan.Column{Name: "id", Type: plan.ID, NonNull: true}
	return plan.Config{
		Columns: plan.Columns{
			"Ship":   {"id": id, "name": name},
			"Port":   {"id": id, "name": name},
			"Sailor": {"id": id, "name": name},
		},
		Edges: map[string]plan.Edge{
			"Query.ship": {Object: "Ship", ByID: true, Bind: func(v fleet.Viewer, a plan.Arguments) (plan.Source, error) {
				s, err := to("ship")(v, a)
				s.Key = &fleet.UUID{9}
				return s, err
			}},
			"Query.sailors": {Object: "Sailor", List: true, Bind: to("sailors")},
			"Ship.port":     {Object: "Port", Key: "port_id", ByID: true, Bind: to("port")},
			"Ship.crew":     {Object: "Sailor", Key: "id", List: true, Bind: to("crew")},
		},
		Arguments: map[string]plan.Decode{"Query.ship": decoded, "Query.sailors": decoded, "Ship.crew": decoded},
		Kinds: map[fleet.Kind]plan.Row{
			"ship": {Object: "Ship", Rows: read("ships")}, "port": {Object: "Port", Rows: read("ports")},
		},
	}
}

func TestSelectionsAreCompiled(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: sdl})
	for query, want := range map[string]string{
		`{ ship(id: 1) { name port { name } crew(first: 2) { nodes { name } } } }`: `
ship: Ship, level 1
  rows   ship of 1: id,name,port_id cursor=false beyond=false
  ship.port: Port, by port_id of the row above, level 2
    rows   port of 2: name cursor=false beyond=false
  ship.crew: Sailor, a page of 10, by id of the row above, level 1
    rows   crew of 2: name cursor=false beyond=false`,
		`{ a: sailors { edges { cursor node { name } } pageInfo { hasNextPage } totalCount } }`: `
a: Sailor, a page of 10, level 1
  rows   sailors of 0: id,name cursor=true beyond=true
  length sailors counted of 0`,
		`{ sailors { totalCount __typename } }`: `
sailors: Sailor, a page of 10, level 1
  length sailors counted of 0`,
		`{ ship(id: 1) { ...S name @skip(if: true) ... on Ship { port { id } port { name } } } } fragment S on Ship { port { name } }`: `
ship: Ship, level 1
  rows   ship of 1: port_id cursor=false beyond=false
  ship.port: Port, by port_id of the row above, level 2
    rows   port of 2: id,name cursor=false beyond=false`,
		`{ node(id: 1) { __typename ... on Port { name } ... on Ship { secret } } }`: `
node: Port, level 1
  rows   ports of 1: name cursor=false beyond=false
node: resolvers for ids of Ship`,
		`{ time ship(id: 1) { crew { nodes { name } } secret } }`: `
time: resolvers (not covered by a plan)
ship: resolvers (not covered by a plan)`,
	} {
		doc, errs := gqlparser.LoadQuery(schema, query) //nolint:staticcheck // the test's own documents
		if errs != nil {
			t.Fatal(errs)
		}
		oc := &graphql.OperationContext{Doc: doc, Operation: doc.Operations[0]}
		got := plan.Explain(t.Context(), config(), schema, oc, fleet.Viewer{})
		if diff := cmp.Diff(strings.TrimPrefix(want, "\n")+"\n", got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

func decoded(_ context.Context, raw map[string]any) (map[string]any, error) { return raw, nil }
