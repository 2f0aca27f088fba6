package batch

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// tree holds the field nodes of an operation. Its lock guards every field of
// every node except due.
type tree struct {
	mu   sync.Mutex
	root node
}

// node is a field node: a field of the query, with the chain of fields above
// it. Every object of one node resolves the same field with the same arguments.
type node struct {
	op       *operation
	parent   *node
	alias    string // the field's key in the response
	name     string // the field's name in the schema
	object   string // the concrete type that has the field
	children []*node

	// counted nodes are those of Resolve, Enqueue and Event: their results
	// determine how many objects arrive below. Fields in between, such as
	// nodes and edges, only pass objects on.
	counted    bool
	source     *node   // the nearest counted node above
	dependents []*node // the nodes that have this one as source

	want    int     // objects that arrive in all, once known
	known   bool    // want is set
	arrived int     // objects that have queued their key, or need none
	left    int     // objects whose result is counted
	counts  Counter // sum of all results; complete when final
	final   bool    // every object has left
	loader  any     // *dataloader.Loader; nil when nothing is queued
	queued  int     // objects that have queued their key
	send    func()
	sent    bool
	due     atomic.Bool // the next batch is sent by count, not by the back-stop
}

// at finds or makes the node of a field context. The caller holds the lock.
func (t *tree) at(fc *graphql.FieldContext) *node {
	for fc != nil && fc.Index != nil { // a list element belongs to the list's node
		fc = fc.Parent
	}
	if fc == nil || fc.Parent == nil {
		return &t.root
	}
	return t.at(fc.Parent).child(fc.Object, &fc.Field)
}

// child finds or makes the node of a field below n. The caller holds the lock.
func (n *node) child(object string, field *graphql.CollectedField) *node {
	for _, c := range n.children {
		if c.alias == field.Alias && c.object == object {
			return c
		}
	}
	c := &node{parent: n, alias: field.Alias, name: field.Name, object: object}
	n.children = append(n.children, c)
	c.source = n
	for c.source.parent != nil && !c.source.counted {
		c.source = c.source.parent
	}
	c.source.dependents = append(c.source.dependents, c)
	return c
}

// counted returns the node of a field that is resolved below parent.
func (op *operation) counted(parent *graphql.FieldContext, object string, field *graphql.CollectedField) *node {
	op.mu.Lock()
	defer op.mu.Unlock()
	n := op.at(parent).child(object, field)
	if !n.counted { // later calls must not write: op is read without the lock
		n.counted, n.op = true, op
	}
	return n
}

// expected returns how many objects arrive in all, once that is known.
func (n *node) expected() (want int, known bool) {
	if !n.known && n.source.final {
		for _, e := range n.source.counts {
			if e.object == n.object && n.below(e.path) {
				n.want += e.n
			}
		}
		n.known = true
	}
	return n.want, n.known
}

// below reports whether path leads from the source's result to n's objects.
func (n *node) below(path string) bool {
	for p := n.parent; p != n.source; p = p.parent {
		rest, ok := strings.CutSuffix(path, p.name)
		if !ok {
			return false
		}
		rest, ok = strings.CutSuffix(rest, ".")
		if !ok {
			return false
		}
		rest, ok = strings.CutSuffix(rest, p.object)
		if !ok {
			return false
		}
		path = strings.TrimSuffix(rest, "/")
	}
	return path == ""
}

// arrive counts one object that has queued its key or needs none, and sends
// the batch with the last one.
func (n *node) arrive() {
	n.op.mu.Lock()
	n.arrived++
	send := n.ready()
	n.op.mu.Unlock()
	if send != nil {
		send()
	}
}

// leave counts what was returned for one object, and sends the batches below
// that waited for this one. A nil count adds nothing.
func leave[T any](n *node, count Count[T], v T) {
	for _, send := range left(n, count, v) {
		send()
	}
}

func left[T any](n *node, count Count[T], v T) (ready []func()) {
	n.op.mu.Lock()
	defer n.op.mu.Unlock()
	if count != nil {
		count(&n.counts, v)
	}
	n.left++
	return n.settle(nil)
}

// leaveNull counts null for one object.
func (n *node) leaveNull() { leave[any](n, nil, nil) }

// settle makes the node final when every object has left; then its dependents
// may be ready, or even final.
func (n *node) settle(ready []func()) []func() {
	want, known := n.expected()
	if n.final || !known || n.left < want {
		return ready
	}
	n.final = true
	for _, d := range n.dependents {
		if send := d.ready(); send != nil {
			ready = append(ready, send)
		}
		if d.counted {
			ready = d.settle(ready)
		}
	}
	return ready
}

// ready returns the function that sends the batch, once, when every object has
// arrived.
func (n *node) ready() func() {
	if n.send == nil || n.sent {
		return nil
	}
	if want, known := n.expected(); !known || n.arrived < want {
		return nil
	}
	n.sent = true
	n.due.Store(true)
	return n.send
}

// objects returns how many objects have queued their key, equal keys included.
func (n *node) objects() int {
	n.op.mu.Lock()
	defer n.op.mu.Unlock()
	return n.queued
}

// path returns the node for a log record: "equipmentList.nodes.operator".
func (n *node) path() string {
	if n.parent == nil || n.parent.parent == nil {
		return n.alias
	}
	return n.parent.path() + "." + n.alias
}
