package relay_test

import (
	"context"
	"errors"
	"testing"

	"bitcorp.dev/fleet/graph/relay"
	"bitcorp.dev/fleet/internal/fleet"
)

type row struct{ name string }

func TestAConnectionHasThePageInItsOrder(t *testing.T) {
	t.Parallel()
	cursors := 0
	cursor := func(r *row) string { cursors++; return "after " + r.name }
	errTotal := errors.New("no total")
	total := func(context.Context) (int, error) { return 42, errTotal }
	page := fleet.Page[*row]{Items: []*row{{"a"}, {"b"}, {"c"}}, HasNext: true}
	c := relay.NewConnection(page, cursor, total)

	nodes, edges := c.Nodes(), c.Edges()
	if cursors != 0 {
		t.Errorf("%d cursors were made for a query that selects none", cursors)
	}
	if len(nodes) != 3 || len(edges) != 3 {
		t.Fatalf("%d nodes and %d edges of 3 rows", len(nodes), len(edges))
	}
	for i, want := range page.Items {
		if nodes[i] != want || edges[i].Node != want || edges[i].Cursor() != "after "+want.name {
			t.Errorf("row %d: node %v, edge %v with cursor %q", i, nodes[i], edges[i].Node, edges[i].Cursor())
		}
	}
	info := c.PageInfo()
	if !info.HasNextPage || info.HasPreviousPage || *info.StartCursor != "after a" || *info.EndCursor != "after c" {
		t.Errorf("page info %+v", info)
	}
	if n, err := c.Total(t.Context()); n != 42 || !errors.Is(err, errTotal) {
		t.Errorf("total %d, %v", n, err)
	}
}

func TestAnEmptyPageHasNoCursors(t *testing.T) {
	t.Parallel()
	c := relay.NewConnection(fleet.Page[*row]{HasPrevious: true}, func(*row) string { panic("there is no row") }, nil)
	info := c.PageInfo()
	if info.StartCursor != nil || info.EndCursor != nil || info.HasNextPage || !info.HasPreviousPage {
		t.Errorf("page info %+v", info)
	}
	if edges := c.Edges(); edges == nil || len(edges) != 0 {
		t.Errorf("edges %v: a list that is not null was promised", edges)
	}
}
