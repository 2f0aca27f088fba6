// Package fastpath writes the fields of an answer that nothing can go wrong with
// (a struct's field, a method without error; scalars, enums, and objects and
// lists of these) straight into one text. gqlgen's own way takes a context, a
// FieldContext, four closures and a Marshaler for each of them, most of the
// time of a large answer. internal/gql/codegen writes the callers of this package;
// fields with resolvers, arguments or directives, and values that would break
// a promise of the schema, go gqlgen's way, errors and paths included.
// Interceptors of fields (graphql.FieldInterceptor) do not see plain fields.
package fastpath

import (
	"io"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// Text is the JSON of an object, with cuts where values come that are not plain.
type Text struct {
	// B is the text so far. Whoever appends a value to it assigns the result,
	// or forgets it and calls Cut.
	B      []byte
	cuts   []cut
	values []graphql.Marshaler
	open   uint64 // bit i: field i is not plain
}

// cut is a place in the text where the value of a field belongs.
type cut struct {
	field, at int
	fill      []byte // the value, once it is known and was plain after all
}

// maxFields is how many fields Text.open has bits for.
const maxFields = 64

// perField is the guess of how long a field is, name included, in bytes.
const perField = 48

// New returns a text for an object's fields, or nil where plain writing is not
// for: fields that @defer moves, two fields of one name (from fragments on
// different types), more than 64.
func New(fields []graphql.CollectedField) *Text {
	if len(fields) > maxFields {
		return nil
	}
	for i := range fields {
		if len(fields[i].Deferrables) > 0 || fields[i].ObjectDefinition != fields[0].ObjectDefinition {
			return nil
		}
	}
	return &Text{B: make([]byte, 0, perField*len(fields)+2)}
}

// Key appends the name of field i, and what separates it from the one before.
func Key(b []byte, i int, alias string) []byte {
	if i == 0 {
		b = append(b, '{', '"')
	} else {
		b = append(b, ',', '"')
	}
	b = append(b, alias...) // a GraphQL name needs no escaping
	return append(b, '"', ':')
}

// Cut says that field i, whose name was appended last, is not plain.
func (t *Text) Cut(i int) {
	t.cuts = append(t.cuts, cut{field: i, at: len(t.B)})
	t.open |= 1 << i
}

// Has reports whether field i is in the text. A nil text has nothing.
func (t *Text) Has(i int) bool { return t != nil && t.open&(1<<i) == 0 }

// Fill gives the value of field i, which was cut, as JSON.
func (t *Text) Fill(i int, value []byte) {
	for c := range t.cuts {
		if t.cuts[c].field == i {
			t.cuts[c].fill = value
		}
	}
}

// Whole ends the text and reports whether all fields are in it.
func (t *Text) Whole() bool {
	if len(t.B) == 0 {
		t.B = append(t.B, '{') // every field was skipped
	}
	t.B = append(t.B, '}')
	return t.open == 0
}

// With returns the object with the values of the fields that are not plain;
// those that were filled need none.
func (t *Text) With(values []graphql.Marshaler) graphql.Marshaler {
	t.values = values
	return t
}

// MarshalGQL implements graphql.Marshaler.
func (t *Text) MarshalGQL(w io.Writer) {
	from := 0
	for _, c := range t.cuts {
		_, _ = w.Write(t.B[from:c.at])
		if c.fill != nil {
			_, _ = w.Write(c.fill)
		} else {
			t.values[c.field].MarshalGQL(w)
		}
		from = c.at
	}
	_, _ = w.Write(t.B[from:])
}

// Null appends null.
func Null(b []byte) []byte { return append(b, "null"...) }

// Bool appends a boolean.
func Bool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

const hex = "0123456789ABCDEF"

// String appends a JSON string, escaped as graphql.MarshalString does.
func String(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c {
		case '\t':
			b = append(b, '\\', 't')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '"', '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}
