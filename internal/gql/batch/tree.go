package batch

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// tree holds the places of an operation. Its lock guards every field of every
// place but due.
type tree struct {
	mu   sync.Mutex
	root place
}

// place is a field's place in the query: the chain of fields down to it, list
// indexes left out. Every object of one place resolves the same field with
// the same arguments.
type place struct {
	op       *operation
	parent   *place
	alias    string // the field's name in the answer
	object   string // the type whose field it is
	typeName string // the type it returns, list and non-null marks left out
	children []*place

	// source is the nearest place above that is resolved by Load or Call: what
	// it returned decides how many objects arrive here. Fields in between,
	// such as nodes and edges, only pass objects on.
	source     *place
	dependents []*place // the places whose source this is

	arrived int     // objects that have queued their key
	left    int     // objects whose value has been returned
	counts  []count // what they returned; complete when final
	final   bool    // every object has left
	loader  any     // *dataloader.Loader; nil when there is nothing to send
	send    func()
	sent    bool
	due     atomic.Bool // the batch that is sent next is the one we asked for
}

type count struct {
	object string
	n      int
}

// at finds or makes the place of a field. The caller holds the lock.
func (t *tree) at(fc *graphql.FieldContext) *place {
	for fc.Index != nil { // an element of a list is where the list is
		fc = fc.Parent
	}
	if fc.Parent == nil {
		return &t.root
	}
	parent := t.at(fc.Parent)
	for _, c := range parent.children {
		if c.alias == fc.Field.Alias && c.object == fc.Object {
			return c
		}
	}
	p := &place{parent: parent, alias: fc.Field.Alias, object: fc.Object, typeName: fc.Field.Definition.Type.Name()}
	parent.children = append(parent.children, p)
	p.source = parent
	for p.source != &t.root && !p.source.resolved() {
		p.source = p.source.parent
	}
	p.source.dependents = append(p.source.dependents, p)
	return p
}

// resolved reports whether the place's field is one of Load or Call: only
// these know their operation. A parent is resolved before its children exist.
func (p *place) resolved() bool { return p.op != nil }

// expected returns how many objects arrive in all, once that is known.
func (p *place) expected() (n int, known bool) {
	if !p.source.final {
		return 0, false
	}
	for _, c := range p.source.counts {
		if c.object == p.object {
			n += c.n
		}
	}
	return n, true
}

// arrive says that one object has queued its key, and sends the batch when it
// was the last one.
func (p *place) arrive() {
	p.op.mu.Lock()
	p.arrived++
	send := p.ready()
	p.op.mu.Unlock()
	if send != nil {
		send()
	}
}

// leave says that one object's value has been returned, and sends the batches
// below that waited for this to be the last one.
func (p *place) leave(y Yield) {
	p.op.mu.Lock()
	p.left++
	p.add(p.typeName, y.Self)
	p.add(strings.TrimSuffix(p.typeName, "Connection"), y.Nodes)
	for object, n := range y.Types {
		p.add(object, n)
	}
	ready := p.settle(nil)
	p.op.mu.Unlock()
	for _, send := range ready {
		send()
	}
}

func (p *place) add(object string, n int) {
	if n == 0 {
		return
	}
	for i := range p.counts {
		if p.counts[i].object == object {
			p.counts[i].n += n
			return
		}
	}
	p.counts = append(p.counts, count{object, n})
}

// settle makes the place final when every object has left; then the places
// that depend on it may be ready, or even final.
func (p *place) settle(ready []func()) []func() {
	n, known := p.expected()
	if p.final || !known || p.left < n {
		return ready
	}
	p.final = true
	for _, d := range p.dependents {
		if send := d.ready(); send != nil {
			ready = append(ready, send)
		}
		if d.resolved() {
			ready = d.settle(ready)
		}
	}
	return ready
}

// ready returns what sends the batch, once, when every object has arrived.
func (p *place) ready() func() {
	if p.send == nil || p.sent {
		return nil
	}
	if n, known := p.expected(); !known || p.arrived < n {
		return nil
	}
	p.sent = true
	p.due.Store(true)
	return p.send
}

// path writes the place for a log: "equipmentList.nodes.operator".
func (p *place) path() string {
	if p.parent == nil || p.parent.parent == nil {
		return p.alias
	}
	return p.parent.path() + "." + p.alias
}
