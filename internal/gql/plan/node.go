package plan

import (
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// Plan is a compiled field of the query.
type Plan struct {
	config *Config
	// roots has one node, and for fields that take ids of any kind one for each kind that has rows.
	roots []*node
	ids   string // the argument with the ids of any kind, "" for none
	list  bool   // whether it is a list of ids
	field graphql.CollectedField
	nodes int                    // in the whole tree
	rules []*ast.FieldDefinition // fields that not every viewer may select
}

// node is a field that leads to rows, with all that is selected of them. Each node is one statement, and one more
// if it counts.
type node struct {
	number int
	name   string // "Equipment.maintenanceRecords"
	edge   Edge
	kind   fleet.Kind // of the rows' ids
	above  *node      // nil for a field of the query
	key    int        // the column of the row above that has the key, -1 for none
	names  []string   // columns
	views  []*view
	parts  *parts // of a connection
	below  []*node
	pieces int // of a row's text, over all views

	cursor, beyond, count, nonNull bool

	field    graphql.CollectedField
	decode   Decode
	constant bool      // no argument has a variable
	given    Arguments // then

	prepared sync.Map // a Build for each prepared
}

// prepared tells statements apart that differ in more than their values.
type preparedFor struct {
	viewer fleet.Viewer // without ids
	many   bool
}

// view is the text of a row for one of the selections on it: a connection may have several, in nodes and edges.
type view struct {
	ops  []op
	end  []byte // after the last op
	keys int    // members of objects
	// Pieces of a row's text end at each op with a child and at the end. pieces is their number, before that of
	// the views before this one.
	pieces, before int
}

// op is a piece of text and what follows it.
type op struct {
	text   []byte
	what   what
	column int
	name   string // of the column
	as     Type
	null   bool // whether the value may be null
	child  *node
}

type what int

const (
	writesColumn what = iota
	writesCursor
	writesChild
	// Of a connection:
	writesRows
	writesTotal
	writesHasNext
	writesHasPrevious
	writesStart
	writesEnd
)

// parts is the text of a connection.
type parts struct {
	ops  []partOp
	end  []byte
	keys int
}

type partOp struct {
	text []byte
	what what
	view int
}

// reads reports whether rows are read, and not only counted.
func (n *node) reads() bool { return len(n.views) > 0 || n.parts != nil && (n.cursor || n.beyond) }

// String returns the path of the field.
func (n *node) String() string {
	if n.above == nil {
		return n.field.Alias
	}
	return strings.Join([]string{n.above.String(), n.field.Alias}, ".")
}
