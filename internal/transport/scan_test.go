package transport

import (
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/gql/cost"
)

// usual are bodies as clients send them: scanBody has to read them.
var usual = []string{
	`{"query":"{ hello }"}`,
	`{"query":"query A($id: ID!) {\n  equipment(id: $id) { name }\n}","operationName":"A","variables":{"id":"e_1"}}`,
	` { "operationName" : null , "variables" : { } , "extensions" : null , "query" : "" } `,
	`{"variables":{"a":[1,-2.5e+10,0,0.1,1E400,true,false,null,"é\\\"\/\b\f\n\r\t",[],{}],"b":{"c":{"d":[[{}]]}}},"query":"q"}`,
	`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}},"variables":null}`,
}

// unusual are bodies that scanBody leaves to readAnyBody, whether it takes them or not.
var unusual = []string{
	``, `null`, `[]`, `[{"query":"q"}]`, `{}`, `{"query":null}`, `{"query":1}`, `{"query":"q","query":"r"}`,
	`{"query":"\u0041"}`,
	`{"qu\u0065ry":"q"}`, `{"query":"q","id":1}`, `{"query":"q"} x`, `{"query":"q",}`, `{"query":"q" "a":1}`,
	`{"query":"a` + "\n" + `b"}`,
	`{"query":"\`, `{"query":"\x"}`, `{"query":"` + "\xff" + `"}`, `{"query":"q","variables":[]}`,
	`{"query":"q","variables":{"a":01}}`,
	`{"query":"q","variables":{"a":1.}}`, `{"query":"q","variables":{"a":+1}}`, `{"query":"q","variables":{"a":-}}`,
	`{"query":"q","variables":{"a":1e}}`, `{"query":"q","variables":{"a":tru}}`,
	`{"query":"q","variables":{"a":1,"a":{"b":1}}}`,
	`{"query":"q","variables":{"a":1},"variables":null}`, `{"query":"q","operationName":"A","operationName":null}`,
	`{"query":"q","variables":` + strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40) + `}`,
	`{"query":"q","extensions":{"persistedQuery":null}`, `{"extensions":{"persistedQuery":null}}`,
}

func TestUsualBodiesAreScanned(t *testing.T) {
	t.Parallel()
	for _, body := range usual {
		if _, ok := scanBody([]byte(body)); !ok {
			t.Errorf("%s is left to readAnyBody", body)
		}
		sameAsAny(t, []byte(body))
	}
	for _, body := range unusual {
		if _, ok := scanBody([]byte(body)); ok {
			t.Errorf("%s is scanned", body)
		}
	}
}

// FuzzScan: what scanBody takes, encoding/json takes for the same.
func FuzzScan(f *testing.F) {
	for _, body := range append(usual, unusual...) {
		f.Add([]byte(body))
	}
	f.Fuzz(sameAsAny)
}

func sameAsAny(t *testing.T, body []byte) {
	got, ok := scanBody(body)
	if !ok {
		return
	}
	want, refused := readAnyBody(body)
	if refused != nil {
		t.Fatalf("%q is scanned, but refused: %s", body, refused.message)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%q: %s", body, diff)
	}
}

func BenchmarkReadBody(b *testing.B) {
	for name, body := range map[string]string{"one": usual[1], "nested": usual[3]} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, refused := readBody([]byte(body)); refused != nil {
					b.Fatal(refused)
				}
			}
		})
	}
}

func BenchmarkAppendResponse(b *testing.B) {
	left, actual := 99, 12
	r := &graphql.Response{Data: []byte(`{"machine":{"name":"Excavator 17"}}`),
		Extensions: map[string]any{"cost": &cost.Cost{Requested: 12, Actual: &actual, Limit: 500_000, Remaining: &left}}}
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		buffer = appendResponse(buffer[:0], r)
	}
}
