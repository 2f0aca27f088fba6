// Package fastpath appends fields of a response that cannot fail (a struct's
// field or a method without error; scalars, enums, and objects and lists of
// these) straight to one text. gqlgen makes a context, a FieldContext, four
// closures and a Marshaler for each field, which take most of the time of a large
// response. Generated code calls this package (see internal/gql/codegen). Fields
// with resolvers, arguments or directives, and null where the schema forbids it,
// are resolved by gqlgen's code, with its errors and paths. Interceptors of fields
// (graphql.FieldInterceptor) do not see fields that are appended here.
package fastpath

import (
	"io"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// Text is the JSON of an object, with a cut for each value that has to be resolved.
type Text struct {
	// B is the text so far. The caller appends a value and assigns the result,
	// or discards it and calls Cut.
	B      []byte
	cuts   []cut
	values []graphql.Marshaler
	open   uint64 // bit i: field i is cut
}

// cut is the position in the text at which the value of a field belongs.
type cut struct {
	field, at int
	fill      []byte // the value, once resolved, if it could be appended
}

// maxFields is how many fields Text.open has bits for.
const maxFields = 64

// perField is the estimated length of a field with its name, in bytes.
const perField = 48

// New returns a text for an object's fields, or nil when they cannot be appended:
// with @defer, fields from fragments on different types, or more than 64 fields.
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

// Key appends the separator and the name of field i.
func Key(b []byte, i int, alias string) []byte {
	if i == 0 {
		b = append(b, '{', '"')
	} else {
		b = append(b, ',', '"')
	}
	b = append(b, alias...) // a GraphQL name needs no escaping
	return append(b, '"', ':')
}

// Cut leaves a gap for the value of field i, whose name was appended last.
func (t *Text) Cut(i int) {
	t.cuts = append(t.cuts, cut{field: i, at: len(t.B)})
	t.open |= 1 << i
}

// Has reports whether field i is in the text. A nil text has nothing.
func (t *Text) Has(i int) bool { return t != nil && t.open&(1<<i) == 0 }

// Fill sets the value of field i, which was cut, as JSON.
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

// With returns the object with the values of the fields that were cut; filled
// fields need none.
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
func String[T string | []byte](b []byte, s T) []byte {
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
