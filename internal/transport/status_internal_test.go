package transport

import (
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestAnAnswerWithoutAValueFromTheDatabaseIs503 has responses with and without
// a value, in both media types.
func TestAnAnswerWithoutAValueFromTheDatabaseIs503(t *testing.T) {
	t.Parallel()
	of := func(codes ...any) (list gqlerror.List) {
		for _, code := range codes {
			list = append(list, &gqlerror.Error{Message: "no", Extensions: map[string]any{"code": code}})
		}
		return list
	}
	for name, c := range map[string]struct {
		data          string
		errors        gqlerror.List
		status, plain int
	}{
		"no data":                {"", of(fleet.Unavailable), 503, 503},
		"data is null":           {"null", of(fleet.Unavailable), 503, 503},
		"its one field is null":  {`{"equipment":null}`, of(fleet.Unavailable), 503, 503},
		"all fields are null":    {`{"a":null,"b":null}`, of(fleet.Timeout, fleet.Unavailable), 503, 503},
		"one field has a value":  {`{"a":null,"b":{"totalEquipment":3}}`, of(fleet.Unavailable), 200, 200},
		"null for another cause": {`{"a":null}`, of(fleet.Timeout), 200, 200},
		"null without an error":  {`{"a":null}`, nil, 200, 200},
		"a request error":        {"", of(fleet.Timeout), 504, 200},
		"a code as text":         {"", of("UNAVAILABLE"), 503, 503},
		"an error without code":  {"null", gqlerror.List{{Message: "no"}}, 200, 200},
	} {
		r := &graphql.Response{Errors: c.errors}
		if c.data != "" {
			r.Data = []byte(c.data)
		}
		if got := statusOf(r); got != c.status {
			t.Errorf("%s: %d, want %d", name, got, c.status)
		}
		if got := plainStatusOf(r); got != c.plain {
			t.Errorf("%s in application/json: %d, want %d", name, got, c.plain)
		}
	}
}
