package batch_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// batches writes how many keys each batch had: "list.operator 3".
func (x *executor) sizes() string {
	var all []string
	for _, path := range slices.Sorted(maps.Keys(x.batches)) {
		all = append(all, strings.TrimSuffix(fmt.Sprint(path, " ", x.batches[path]), "]"))
	}
	return strings.ReplaceAll(strings.Join(all, ", "), "[", "")
}

func TestEachFieldNodeSendsOneBatch(t *testing.T) {
	t.Parallel()
	three := func() []*object { return []*object{machine(1), machine(2), machine(3)} }
	failing := func(how string) *object {
		return with("Query", map[string]any{"list": []*object{machine(1), machine(2).failing("operator", how), machine(3)}})
	}
	const operators = `{ list { operator { id machine { id } } } }`
	for name, c := range map[string]struct {
		document string
		root     *object
		want     string
		errs     int
	}{
		"list": {operators, with("Query", map[string]any{"list": three()}), "list.operator 3, list.operator.machine 3", 0},
		"connection by nodes and by edges": {
			`{ machines { nodes { operator { machine { id } } } edges { node { operator { id } } } } }`,
			with("Query", map[string]any{"machines": connection(three()...)}),
			"machines.edges.node.operator 3, machines.nodes.operator 3, machines.nodes.operator.machine 3", 0,
		},
		"connection in a connection": {
			`{ machines { nodes { spares { nodes { operator { id } } } } } }`,
			with("Query", map[string]any{"machines": connection(three()...)}),
			"machines.nodes.spares 3, machines.nodes.spares.nodes.operator 6", 0,
		},
		"aliases are nodes of their own": {
			`{ a: list { x: operator(n: 1) { machine { id } } y: operator(n: 2) { id } } b: list { x: operator { id } } }`,
			with("Query", map[string]any{"list": three()}), "a.x 3, a.x.machine 3, a.y 3, b.x 3", 0,
		},
		"fragments": {
			`{ list { ...A ... on Machine { operator { machine { id } } } } } fragment A on Machine { operator { id } }`,
			with("Query", map[string]any{"list": three()}), "list.operator 3, list.operator.machine 3", 0,
		},
		"skip and include": {
			`query ($yes: Boolean!, $no: Boolean!) { list { operator @include(if: $no) { id } other: operator @skip(if: $no) { id machine @skip(if: $yes) { id } } } }`,
			with("Query", map[string]any{"list": three()}), "list.other 3", 0,
		},
		"null from a batch": {
			operators, with("Query", map[string]any{"list": []*object{machine(1), machine(-2), machine(-3)}}),
			"list.operator 3, list.operator.machine 1", 0,
		},
		"every value null": {operators, with("Query", map[string]any{"list": []*object{machine(-2), machine(-3)}}), "list.operator 2", 0},
		"empty list":       {operators, with("Query", map[string]any{"list": []*object{}}), "", 0},
		"null":             {`{ node { ... on Machine { operator { id } } } }`, with("Query", map[string]any{}), "", 0},
		"interface": {
			`{ node { ... on Machine { operator { machine { id } } } ... on Operator { machine { id } } } }`,
			with("Query", map[string]any{"node": machine(7)}), "node.operator 1, node.operator.machine 1", 0,
		},
		"list of an interface, with null": {
			`{ nodes { ... on Machine { operator { id } } ... on Operator { machine { operator { id } } } } }`,
			with("Query", map[string]any{"nodes": []*object{machine(1), nil, {typ: "Operator", id: 2}, machine(3), {typ: "Operator", id: 4}}}),
			"nodes.machine 2, nodes.machine.operator 2, nodes.operator 2", 0,
		},
		"one type in several parts of a payload": {
			`{ payload { before { operator { id } } after { operator { id } } results { after { operator { id } } } rows { ... on Machine { operator { id } } } } }`,
			with("Query", map[string]any{"payload": with("Payload", map[string]any{
				"before": machine(1), "after": (*object)(nil),
				"results": []*object{with("Payload", map[string]any{"after": machine(4)}), with("Payload", map[string]any{"after": machine(5)})},
				"rows":    []*object{machine(6), {typ: "Operator", id: 7}},
			})}),
			"payload.before.operator 1, payload.results.after.operator 2, payload.rows.operator 1", 0,
		},
		"subscription": {
			`subscription { news: changed { before { operator { id } } rows { ... on Machine { operator { machine { id } } } } } }`,
			with("Subscription", map[string]any{"changed": with("Payload", map[string]any{"before": machine(1), "rows": three()})}),
			"news.before.operator 1, news.rows.operator 3, news.rows.operator.machine 3", 0,
		},
		"some results without a batch": {
			operators,
			with("Query", map[string]any{"list": []*object{machine(1), {typ: "Machine", id: 2, fields: map[string]any{"operator": &object{typ: "Operator", id: 9}}}}}),
			"list.operator 1, list.operator.machine 2", 0,
		},
		"a resolver fails":          {operators, failing("error"), "list.operator 2, list.operator.machine 2", 1},
		"a resolver panics":         {operators, failing("panic"), "list.operator 2, list.operator.machine 2", 1},
		"converting a value panics": {operators, failing("convert"), "list.operator 3, list.operator.machine 2", 1},
		"a directive refuses one": {
			`{ list { guarded { machine { id } } operator { id } } }`,
			with("Query", map[string]any{"list": []*object{machine(1), machine(2).failing("guarded", "guard"), machine(3)}}),
			"list.guarded 2, list.guarded.machine 2, list.operator 3", 1,
		},
		"a directive refuses all": {
			`{ list { guarded { machine { id } } operator { id } } }`,
			with("Query", map[string]any{"list": []*object{machine(1).failing("guarded", "guard"), machine(2).failing("guarded", "guard")}}),
			"list.operator 2", 2,
		},
		"arguments of one fail": {
			`{ list { guarded { machine { id } } } }`,
			with("Query", map[string]any{"list": []*object{machine(1), machine(2).failing("guarded", "arguments"), machine(3)}}),
			"list.guarded 2, list.guarded.machine 2", 0, // reported by the generated field context
		},
		"a field of the query fails": {
			`{ refused { operator { id } } list { operator { id } } }`,
			func() *object {
				q := with("Query", map[string]any{"list": three()})
				return q.failing("refused", "guard")
			}(), "list.operator 3", 1,
		},
	} {
		for way, fieldwise := range map[string]bool{"a goroutine per field": false, "field by field": true} {
			t.Run(name+", "+way, func(t *testing.T) {
				t.Parallel()
				begun := time.Now()
				x, _, backstops := run(t, c.document, fieldwise, c.root)
				if got := x.sizes(); got != c.want || len(x.errs) != c.errs {
					t.Errorf("batches of %s; want %s; %d errors: %q", got, c.want, c.errs, x.errs)
				}
				if backstops != 0 {
					t.Errorf("the back-stop timer sent %v batches after %v", backstops, time.Since(begun))
				}
			})
		}
	}
}

func TestTheErrorOfABatchReachesEachField(t *testing.T) {
	t.Parallel()
	all := []*object{machine(1).failing("operator", "load"), machine(2).failing("operator", "load"), machine(3).failing("operator", "load")}
	for _, fieldwise := range []bool{false, true} {
		x, response, _ := run(t, `{ list { operator { id } } }`, fieldwise, with("Query", map[string]any{"list": all}))
		if got := fmt.Sprint(response); got != "map[list:[map[operator:<nil>] map[operator:<nil>] map[operator:<nil>]]]" {
			t.Error(got)
		}
		if len(x.errs) != 3 || !strings.HasPrefix(x.errs[2], "list[2].operator ") {
			t.Errorf("errors: %q", x.errs)
		}
	}
}

func TestEachObjectGetsItsOwnValue(t *testing.T) {
	t.Parallel()
	list := []*object{machine(3), machine(-1), machine(5), machine(3)}
	for _, fieldwise := range []bool{false, true} {
		_, response, _ := run(t, `{ list { id operator { id } } }`, fieldwise, with("Query", map[string]any{"list": list}))
		want := "map[list:[map[id:3 operator:map[id:3]] map[id:-1 operator:<nil>] map[id:5 operator:map[id:5]] map[id:3 operator:map[id:3]]]]"
		if got := fmt.Sprint(response); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
