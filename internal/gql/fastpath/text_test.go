package fastpath_test

import (
	"bytes"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/gql/fastpath"
)

func TestStringsAreEscapedAsGqlgenDoes(t *testing.T) {
	t.Parallel()
	texts := []string{
		"",
		"plain",
		"\"quoted\" \\ back",
		"line\nbreak\r\ttab",
		"Bagger für Öl, 重機, 🏗",
		"\x00\x01\x1f\x7f",
		"half \xff broken",
	}
	for c := range 256 {
		texts = append(texts, "a"+string([]byte{byte(c)})+"b")
	}
	for _, text := range texts {
		var want bytes.Buffer
		graphql.MarshalString(text).MarshalGQL(&want)
		if got := fastpath.String(nil, text); !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%q became %s, want %s", text, got, want.Bytes())
		}
	}
}

func collected(objects ...*ast.Definition) (fields []graphql.CollectedField) {
	for i, o := range objects {
		name := string(rune('a' + i))
		fields = append(fields, graphql.CollectedField{Field: &ast.Field{Name: name, Alias: name, ObjectDefinition: o}})
	}
	return fields
}

func TestResolvedValuesFillTheCuts(t *testing.T) {
	t.Parallel()
	object := &ast.Definition{Name: "Equipment"}
	for _, c := range []struct {
		cut  []bool
		want string
	}{
		{nil, `{}`},
		{[]bool{false}, `{"a":1}`},
		{[]bool{true}, `{"a":"cut"}`},
		{[]bool{false, false}, `{"a":1,"b":1}`},
		{[]bool{true, false, true, true, false}, `{"a":"cut","b":1,"c":"cut","d":"cut","e":1}`},
	} {
		fields := collected(make([]*ast.Definition, len(c.cut))...)
		for i := range fields {
			fields[i].ObjectDefinition = object
		}
		text := fastpath.New(fields)
		values := make([]graphql.Marshaler, len(fields))
		whole := true
		for i, cut := range c.cut {
			text.B = fastpath.Key(text.B, i, fields[i].Alias)
			if cut {
				_ = append(text.B, "forgotten"...)
				text.Cut(i)
				values[i], whole = graphql.MarshalString("cut"), false
			} else {
				text.B = append(text.B, '1')
			}
		}
		if got := text.Whole(); got != whole {
			t.Errorf("%v: whole is %v", c.cut, got)
		}
		for i, cut := range c.cut {
			if text.Has(i) == cut {
				t.Errorf("%v: has %d is %v", c.cut, i, !cut)
			}
		}
		var got bytes.Buffer
		text.With(values).MarshalGQL(&got)
		if got.String() != c.want {
			t.Errorf("%v gave %s, want %s", c.cut, &got, c.want)
		}
	}
}

func TestFieldsThatCannotBeAppended(t *testing.T) {
	t.Parallel()
	one, other := &ast.Definition{Name: "Equipment"}, &ast.Definition{Name: "Node"}
	deferred := collected(one, one)
	deferred[1].Deferrables = []*graphql.Deferrable{{}}
	for name, fields := range map[string][]graphql.CollectedField{
		"two types": collected(one, other),
		"@defer":    deferred,
		"65 fields": collected(make([]*ast.Definition, 65)...),
	} {
		if text := fastpath.New(fields); text != nil || text.Has(0) {
			t.Errorf("%s are appended directly", name)
		}
	}
}
