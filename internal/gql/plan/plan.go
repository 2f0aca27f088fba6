// Package plan answers fields of the query that read rows without resolvers: the selection of such a field is
// compiled once into statements and pieces of text, and a request sends the statements level by level and writes
// the values as PostgreSQL sends them straight into the answer. There are no structs, no loaders and no contexts
// for single values.
//
// The resolvers stay complete, and are the reference. A field of the query is planned whole or not at all: what a
// plan does not cover, refuses (an argument, a right) or fails to do (a statement) is left to the resolvers, which
// answer as if there were no plans. So a plan never makes an error of its own.
//
// The package knows no table and no role. Which columns a type has is generated from the schema (see
// internal/gql/codegen); where fields lead, and how rows are read, is handed in.
package plan

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// Type says how the value of a column is written.
type Type int

// The types of columns.
const (
	String Type = iota // texts and enums
	ID                 // the key of the row itself
	Decimal
	Date
	DateTime
	Int
	Boolean
)

// Column is the column that serves a field.
type Column struct {
	Name    string
	Type    Type
	NonNull bool
}

// Columns has the columns of each type of the schema, by the names of the fields.
type Columns map[string]map[string]Column

// Decode decodes the arguments of a field, as they stand in a document or its variables.
type Decode func(ctx context.Context, raw map[string]any) (map[string]any, error)

// Arguments are the arguments of a field: decoded, and as they were sent.
type Arguments struct{ Decoded, Sent map[string]any }

// Edge is a field that leads to rows: to one, or to a connection if List is set.
type Edge struct {
	Object string // the type of the rows
	List   bool
	// Key is the column of the row above that has the key of the rows. It is empty for fields of the query,
	// and for a field whose Source has the key.
	Key string
	// ByID is set where the key is the id of the row that is read.
	ByID bool
	// Known, if set, is another way to the same row, by the id of the row above. It is taken where that id is known
	// before the row is read, so that both are read in one round trip.
	Known *Edge
	// Bind returns the rows for a viewer and arguments. The error is never shown: the resolvers find it again.
	Bind func(v fleet.Viewer, a Arguments) (Source, error)
}

// Source is how the rows of an edge are read.
type Source struct {
	Key    *fleet.UUID // the only key, if the edge has none from the row above
	List   fleet.List  // of a connection
	Window fleet.Window
	// Rows returns the statement for keys; a connection of the query has none. The first column of each row is
	// its key, if there are keys. Rows of a key come together.
	Rows func(v fleet.Viewer, keys []fleet.UUID, c RowColumns) Statement
	// Count returns the statement for the length of a connection: rows of a key and a number, or one number.
	Count func(v fleet.Viewer, keys []fleet.UUID) Statement
}

// RowColumns are the columns that a plan asks for.
type RowColumns struct {
	Names  []string
	Cursor bool // whether the sort key follows
	Beyond bool // whether one row beyond the page is read
}

// Statement is a SELECT, known only to what sends it.
type Statement interface{ Text() string }

// Rows takes the rows of a statement. Begin is called before the first one, and again if the statement is sent
// again.
type Rows interface {
	Begin()
	Row(values [][]byte) error
}

// Row is the type of the rows with an id of some kind, and how they are read by their ids.
type Row struct {
	Object string
	Rows   func(v fleet.Viewer, keys []fleet.UUID, c RowColumns) Statement
}

// Config is what plans are made of.
type Config struct {
	Columns   Columns
	Arguments map[string]Decode // by "Type.field"
	Edges     map[string]Edge   // by "Type.field"
	// Kinds are the rows that have ids, by kind: those of the fields that take ids of any kind (node, nodes).
	Kinds map[fleet.Kind]Row
	// NoNodes are the kinds of ids for which these fields are null.
	NoNodes []fleet.Kind
	// Viewer returns the viewer of a request, false for none: then nothing is planned.
	Viewer func(ctx context.Context) (fleet.Viewer, bool)
	// Allowed returns an error unless a viewer may select a field.
	Allowed func(v fleet.Viewer, f *ast.FieldDefinition) error
	// Send sends statements and gives their rows to what stands at the same place.
	Send func(ctx context.Context, statements []Statement, rows []Rows) error
	// Prepare returns what does the same as build for viewers of the same rights, without building again. many
	// says whether there is more than one key.
	Prepare func(v fleet.Viewer, many bool, build Build) Build
}

// Build makes a statement for keys.
type Build func(v fleet.Viewer, keys []fleet.UUID) Statement
