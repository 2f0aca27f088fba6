package transport

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// FuzzRequest: every request is accepted or refused with a 4xx, and only what a
// strict JSON decoder accepts is accepted.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "", "application/json",
		`{"query":"{ hello }","operationName":null,"variables":{"a":1e400},"extensions":{}}`)
	f.Add("POST", "", "application/json; charset=UTF-8", `{"query":"\ud800"} x`)
	f.Add("POST", "", "text/plain", `[]`)
	f.Add("GET", "query={hello}&variables={}&extensions=null&operationName=A", "", "")
	f.Add("GET", "query=%ff;a=b", "", "")
	f.Fuzz(func(t *testing.T, method, query, contentType, body string) {
		r := &http.Request{Method: method, URL: &url.URL{RawQuery: query}, Header: http.Header{"Content-Type": {contentType}}}
		r.Body = httptest.NewRequest("POST", "/", strings.NewReader(body)).Body
		w := httptest.NewRecorder()
		params, _, refused := (&Config{MaxBody: 1 << 16, Admission: unlimited{}}).readRequest(w, r)
		if refused != nil {
			if refused.status < 400 || refused.status > 499 || refused.message == "" || params != nil {
				t.Errorf("%+v", refused)
			}
			refused.write(w, plainJSON)
			if !json.Valid(w.Body.Bytes()) {
				t.Errorf("the refusal is not JSON: %s", w.Body)
			}
			return
		}
		if !utf8.ValidString(params.Query) || !utf8.ValidString(params.OperationName) {
			t.Errorf("invalid UTF-8 was accepted: %q", params)
		}
		if method == "POST" && (!json.Valid([]byte(body)) || !utf8.ValidString(body)) {
			t.Errorf("%q was accepted", body)
		}
	})
}

// FuzzMessage: every WebSocket message is accepted, or refused with a reason that
// fits into a close frame.
func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"type":"connection_init","payload":{"token":"x"}}`))
	f.Add([]byte(`{"id":"1","type":"subscribe","payload":{"query":"{ hello }","variables":{"é":[1,null]}}}`))
	f.Add([]byte(`{"id":"1","type":"complete"}`))
	f.Add([]byte(`{"type":"ping","payload":{}}`))
	f.Add([]byte(`{"type":"` + strings.Repeat("é", 63) + `"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseMessage(data)
		if err != nil {
			reason := shorten("Invalid message received: "+err.Error(), maxReason)
			if len(reason) > maxReason || !utf8.ValidString(reason) {
				t.Errorf("reason %q", reason)
			}
			return
		}
		if !json.Valid(data) || !utf8.Valid(data) {
			t.Errorf("%q was accepted", data)
		}
		if pong := appendMember([]byte(`{"type":"pong"`), "payload", m.payload); !json.Valid(pong) {
			t.Errorf("pong %s", pong)
		}
		if (m.params != nil) != (m.kind == "subscribe") || (m.id != "") != (m.kind == "subscribe" || m.kind == "complete") {
			t.Errorf("%+v", m)
		}
	})
}

// appended is an extension that is appended otherwise than encoding/json encodes it.
type appended struct{}

func (appended) AppendJSON(b []byte) []byte { return append(b, "appended"...) }

func TestResponsesAreEncodedWithTheirMembers(t *testing.T) {
	t.Parallel()
	yes := true
	for want, r := range map[string]*graphql.Response{
		`{"data":null}`:    {},
		`{"data":{"a":1}}`: {Data: json.RawMessage(`{"a":1}`)},
		`{"data":{"a":1},"label":"l","path":["p",0],"hasNext":true,"extensions":{"e":1}}`: {
			Data: json.RawMessage(`{"a":1}`), Label: "l", Path: ast.Path{ast.PathName("p"),
				ast.PathIndex(0)}, HasNext: &yes, Extensions: map[string]any{"e": 1},
		},
		`{"data":null,"extensions":null}`:                {Extensions: map[string]any{"e": func() {}}},
		`{"data":null,"extensions":{"e":appended}}`:      {Extensions: map[string]any{"e": appended{}}},
		`{"data":null,"extensions":{"e":{},"f":[true]}}`: {Extensions: map[string]any{"f": []bool{true}, "e": appended{}}},
	} {
		if got := string(appendResponse(nil, r)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
