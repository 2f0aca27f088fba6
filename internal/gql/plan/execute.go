package plan

import (
	"context"
	"errors"
	"slices"
	"sync"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/telemetry"
)

// The reasons why a request is left to the resolvers.
var (
	errRefused  = errors.New("refused by an argument or a right")
	errMissing  = errors.New("a value or row is missing that the schema promises")
	errOrder    = errors.New("rows of a key do not come together")
	errStranger = errors.New("a row of no key")
	errForm     = errors.New("a value has another form than its type")
)

// ours reports whether an error is of the plan, which rows contradict, and not of the statement.
func ours(err error) bool {
	for _, e := range []error{errMissing, errOrder, errStranger, errForm} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// firstError is the failure of the one statement that a field begins with. It is the error of the field, as in its
// resolver. Of other statements that fail only the resolvers can tell which fields have the error, because what was
// sent together fails together.
type firstError struct{ error }

func (e firstError) Unwrap() error { return e.error }

// execution is the run of a plan for a request.
type execution struct {
	plan    *Plan
	viewer  fleet.Viewer
	results []result // by the number of the node
	ids     []place  // of a field that takes ids of any kind
	fields  int      // members of objects that were written
}

// place is the row of an id: a key of a node, or none.
type place struct {
	node *node
	key  int32
}

// result holds the rows of a node: the text of each in pieces, between which the rows below belong.
type result struct {
	x    *execution
	n    *node
	src  Source
	keys []fleet.UUID
	at   map[fleet.UUID]int32 // places of the keys, if there are many

	groups  []group // by key; one without keys
	text    []byte  // of all rows
	ends    []int32 // of the pieces: those of a row come together, by view and child
	cursors []string
	last    int32 // the key of the row before
	rows    int32

	above []int32 // for each row above the place of its key, -1 for none
	sent  bool
}

// group are the rows of a key, which come together.
type group struct {
	start, n int32
	more     bool  // rows follow that are beyond the page
	total    int64 // rows of the whole list
}

// run answers the field. The error says why the resolvers have to.
func (p *Plan) run(ctx context.Context, v fleet.Viewer) (*execution, error) {
	for _, rule := range p.rules {
		if p.config.Allowed(v, rule) != nil {
			return nil, errRefused
		}
	}
	x := &execution{plan: p, viewer: v, results: make([]result, p.nodes)}
	if p.ids != "" {
		if err := x.byIDs(ctx); err != nil {
			return nil, err
		}
	} else {
		if err := x.bind(ctx, p.roots[0]); err != nil {
			return nil, err
		}
		r := &x.results[p.roots[0].number]
		if r.src.Key == nil {
			r.groups = make([]group, 1)
		}
	}
	if err := x.levels(ctx); err != nil {
		x.release()
		return nil, err
	}
	return x, nil
}

// byIDs finds the kinds and keys of ids.
func (x *execution) byIDs(ctx context.Context) error {
	sent := x.plan.field.ArgumentMap(variablesOf(ctx))[x.plan.ids]
	ids, list := sent.([]any)
	if !list {
		ids = []any{sent}
	}
	if len(ids) > fleet.MaxPage {
		return errRefused
	}
	for _, id := range ids {
		text, _ := id.(string)
		kind, key, err := fleet.ParseGlobalID(text)
		if err != nil {
			return errRefused
		}
		if slices.Contains(x.plan.config.NoNodes, kind) {
			x.ids = append(x.ids, place{})
			continue
		}
		i := slices.IndexFunc(x.plan.roots, func(n *node) bool { return n.kind == kind })
		if i < 0 || x.plan.roots[i].edge.Bind == nil {
			return errUncovered
		}
		n := x.plan.roots[i]
		if r := &x.results[n.number]; r.n == nil {
			if err := x.bind(ctx, n); err != nil {
				return err
			}
		}
		x.ids = append(x.ids, place{n, x.results[n.number].place(key)})
	}
	return nil
}

// bind checks the arguments of n and of all nodes below, before anything is read.
func (x *execution) bind(ctx context.Context, n *node) (err error) {
	r := &x.results[n.number]
	r.x, r.n = x, n
	a := n.given
	if n.decode != nil && !n.constant {
		a.Sent = n.field.ArgumentMap(variablesOf(ctx))
		if a.Decoded, err = n.decode(ctx, a.Sent); err != nil {
			return errRefused
		}
	}
	if r.src, err = n.edge.Bind(x.viewer, a); err != nil {
		return errRefused
	}
	if r.src.Key != nil && n.above == nil {
		r.place(*r.src.Key)
	}
	for _, child := range n.below {
		if err := x.bind(ctx, child); err != nil {
			return err
		}
	}
	return nil
}

// fewKeys is how many keys are found faster one by one than in a map.
const fewKeys = 8

// find returns the place of a key that is read.
func (r *result) find(key fleet.UUID) (at int32, ok bool) {
	if r.at != nil {
		at, ok = r.at[key]
		return at, ok
	}
	i := slices.Index(r.keys, key)
	return int32(i), i >= 0 //nolint:gosec // few
}

// place returns the place of a key among those that are read.
func (r *result) place(key fleet.UUID) int32 {
	if at, ok := r.find(key); ok {
		return at
	}
	at := int32(len(r.keys)) //nolint:gosec // bounded by the pages
	r.keys = append(r.keys, key)
	r.groups = append(r.groups, group{})
	switch {
	case r.at != nil:
		r.at[key] = at
	case len(r.keys) > fewKeys:
		r.at = make(map[fleet.UUID]int32, fleet.MaxPage)
		for i, k := range r.keys {
			r.at[k] = int32(i) //nolint:gosec // few
		}
	}
	return at
}

// keyed reports whether the rows are read by keys.
func (r *result) keyed() bool { return r.n.above != nil || len(r.keys) > 0 }

// levels sends the statements of all nodes, each level together: those whose keys are known.
func (x *execution) levels(ctx context.Context) error {
	var level []*result
	for _, n := range x.plan.roots {
		if r := &x.results[n.number]; r.n != nil {
			level = append(level, r)
		}
	}
	for len(level) > 0 {
		level = x.withKnown(level)
		var statements []Statement
		var rows []Rows
		for _, r := range level {
			r.sent = true
			if r.keyed() && len(r.keys) == 0 {
				continue
			}
			if r.n.reads() {
				statements, rows = append(statements, r.statement()), append(rows, r)
			}
			if r.n.count {
				statements, rows = append(statements, r.src.Count(x.viewer, r.keys)), append(rows, (*counted)(r))
			}
		}
		if len(statements) > 0 {
			err := x.plan.config.Send(placed(ctx, statements, rows), statements, rows)
			if err != nil && len(rows) == 1 && level[0].n.above == nil && level[0].n.reads() && !ours(err) {
				return firstError{err}
			}
			if err != nil {
				return err
			}
		}
		var next []*result
		for _, r := range level {
			for _, child := range r.n.below {
				if c := &x.results[child.number]; !c.sent && len(c.keys) > 0 {
					next = append(next, c)
				}
			}
		}
		level = next
	}
	return nil
}

// place returns the field as an analysis names it: with the members of connections on the way.
func (n *node) place() string {
	switch {
	case n.above == nil:
		return n.field.Alias
	case n.above.edge.List:
		return n.above.place() + ".nodes." + n.field.Alias
	}
	return n.above.place() + "." + n.field.Alias
}

// placed returns a context that tells what observes a request which field sends which statement.
func placed(ctx context.Context, statements []Statement, rows []Rows) context.Context {
	if !telemetry.Observed(ctx) {
		return ctx
	}
	places := make(map[string]string, len(statements))
	for i, s := range statements {
		switch r := rows[i].(type) {
		case *result:
			places[s.Text()] = r.n.place()
		case *counted:
			places[s.Text()] = r.n.place() + ".totalCount"
		}
	}
	return telemetry.AtEach(ctx, places)
}

// withKnown adds to a level the nodes whose keys are known without the rows above: those keyed by the id of a
// row that is read by its id. If that row does not exist or is hidden, so is what was read below it.
func (x *execution) withKnown(level []*result) []*result {
	for i := 0; i < len(level); i++ {
		r := level[i]
		if !r.n.edge.ByID {
			continue
		}
		for _, child := range r.n.below {
			if child.edge.Key == "id" {
				c := &x.results[child.number]
				for _, key := range r.keys {
					c.place(key)
				}
				level = append(level, c)
			}
		}
	}
	return level
}

// statement returns the statement for the rows of r.
func (r *result) statement() Statement {
	n, src := r.n, r.src
	build := func(v fleet.Viewer, keys []fleet.UUID) Statement {
		return src.Rows(v, keys, RowColumns{Names: n.names, Cursor: n.cursor, Beyond: n.beyond})
	}
	if !n.constant || src.Window.After != nil || src.Window.Before != nil {
		return build(r.x.viewer, r.keys)
	}
	key := preparedFor{r.x.viewer, len(r.keys) > 1}
	key.viewer.CompanyID, key.viewer.UserID = fleet.UUID{}, fleet.UUID{}
	known, ok := n.prepared.Load(key)
	if !ok {
		known, _ = n.prepared.LoadOrStore(key, r.x.plan.config.Prepare(r.x.viewer, key.many, build))
	}
	return known.(Build)(r.x.viewer, r.keys)
}

// Begin implements Rows.
func (r *result) Begin() {
	for i := range r.groups {
		r.groups[i] = group{total: r.groups[i].total}
	}
	if r.text == nil {
		r.text = *texts.Get().(*[]byte)
	}
	r.text, r.ends, r.cursors, r.rows, r.last = r.text[:0], r.ends[:0], r.cursors[:0], 0, -1
	for _, child := range r.n.below {
		c := &r.x.results[child.number]
		c.above = c.above[:0]
	}
}

// Row implements Rows: it writes the row and notes the keys of the rows below it.
func (r *result) Row(values [][]byte) error {
	at := int32(0)
	if r.keyed() {
		key, err := uuidOf(values[0])
		if err != nil {
			return err
		}
		known, ok := r.find(key)
		if !ok {
			return errStranger
		}
		at, values = known, values[1:]
	}
	g := &r.groups[at]
	if r.n.edge.List && int(g.n) == r.src.Window.Limit {
		g.more = true
		return nil
	}
	switch {
	case g.n == 0:
		g.start = r.rows
	case r.last != at || !r.n.edge.List:
		return errOrder
	}
	g.n++
	r.rows++
	r.last = at
	if err := r.write(values); err != nil {
		return err
	}
	for _, child := range r.n.below {
		c := &r.x.results[child.number]
		below := int32(-1)
		switch {
		case child.key < 0 && c.src.Key != nil:
			below = c.place(*c.src.Key)
		case values[child.key] != nil:
			key, err := uuidOf(values[child.key])
			if err != nil {
				return err
			}
			below = c.place(key)
		}
		c.above = append(c.above, below)
	}
	return nil
}

// texts are buffers for the texts of nodes.
var texts = sync.Pool{New: func() any { return newText() }}

// maxText is the size of the largest buffer that is kept.
const maxText = 1 << 18

// release gives the buffers back, once the answer is written.
func (x *execution) release() {
	for i := range x.results {
		if text := x.results[i].text; cap(text) > 0 && cap(text) <= maxText {
			texts.Put(&text)
		}
		x.results[i].text = nil
	}
}

// counted takes the lengths of the lists of a node.
type counted result

// Begin implements Rows.
func (c *counted) Begin() {
	for i := range c.groups {
		c.groups[i].total = 0
	}
}

// Row implements Rows.
func (c *counted) Row(values [][]byte) error {
	at := int32(0)
	if r := (*result)(c); r.keyed() {
		key, err := uuidOf(values[0])
		if err != nil {
			return err
		}
		known, ok := r.find(key)
		if !ok {
			return errStranger
		}
		at, values = known, values[1:]
	}
	n, err := integerOf(values[0])
	c.groups[at].total = n
	return err
}

func newText() *[]byte {
	text := make([]byte, 0, 4096)
	return &text
}
