package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
)

// readRequest reads and parses the parameters of a GET or POST request. Unless it
// returns a refusal, the caller must call done once the operation has been
// validated or is given up.
func (c *Config) readRequest(w http.ResponseWriter, r *http.Request) (
	params *graphql.RawParams, done func(), refused *refusal) {
	started := graphql.Now()
	params, done, refused = c.readParams(w, r)
	if refused != nil {
		return nil, nil, refused
	}
	params.Headers = r.Header
	params.ReadTime = graphql.TraceTiming{Start: started, End: graphql.Now()}
	return params, done, nil
}

func (c *Config) readParams(w http.ResponseWriter, r *http.Request) (*graphql.RawParams, func(), *refusal) {
	data, read := []byte(r.URL.RawQuery), readQuery
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		if refused := checkContentType(r.Header); refused != nil {
			return nil, nil, refused
		}
		plain, refused := c.decompress(w, r)
		if refused != nil {
			return nil, nil, refused
		}
		body, release, err := c.readAll(r.Context(), plain, r.ContentLength)
		if err != nil {
			return nil, nil, refusalOfBody(err)
		}
		defer release()
		data, read = body, readBody
	default:
		refused := refuse(
			http.StatusMethodNotAllowed,
			"the method is %s; GET, HEAD and POST are allowed",
			fleet.Quote(r.Method),
		)
		refused.allow = "GET, HEAD, POST"
		return nil, nil, refused
	}
	done, err := c.Admission.Parse(r.Context(), len(data))
	if err != nil {
		return nil, nil, refusalOf(err)
	}
	parsed := false
	defer func() {
		if !parsed {
			done()
		}
	}()
	params, refused := read(data)
	parsed = refused == nil
	return params, done, refused
}

func checkContentType(h http.Header) *refusal {
	given := h.Get("Content-Type")
	switch given {
	case plainJSON: // the common case
		return nil
	case "":
		return refuse(http.StatusUnsupportedMediaType, "the Content-Type is missing; application/json is supported")
	}
	mediaType, params, err := mime.ParseMediaType(given)
	if err != nil || mediaType != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "the Content-Type is %s; application/json is supported",
			fleet.Quote(given))
	}
	if charset := params["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return refuse(http.StatusUnsupportedMediaType, "the charset is %s; utf-8 is supported", fleet.Quote(charset))
	}
	return nil
}

// readBody parses the parameters in the JSON of a body, or of the payload of a
// subscribe message.
func readBody(body []byte) (*graphql.RawParams, *refusal) {
	if params, ok := scanBody(body); ok {
		return params, nil
	}
	return readAnyBody(body)
}

// readAnyBody is readBody for bodies that scanBody leaves to it.
func readAnyBody(body []byte) (*graphql.RawParams, *refusal) {
	if trimmed := bytes.TrimLeft(body, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		return nil, refuse(http.StatusBadRequest,
			"batches of requests are not supported: send one request at a time, or select several fields in one")
	}
	given, err := members(body)
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the body %s", err)
	}
	params := &graphql.RawParams{}
	refused := readOptional(given["operationName"], "operationName", "a string", &params.OperationName)
	if refused != nil {
		return nil, refused
	}
	if refused := readOptional(given["variables"], "variables", "an object", &params.Variables); refused != nil {
		return nil, refused
	}
	if refused := readOptional(given["extensions"], "extensions", "an object", &params.Extensions); refused != nil {
		return nil, refused
	}
	if refused := readOptional(given["query"], "query", "a string", &params.Query); refused != nil {
		return nil, refused
	}
	// A persisted query is identified by its hash in the extensions.
	if isNull(given["query"]) && params.Extensions["persistedQuery"] == nil {
		return nil, refuse(http.StatusBadRequest, "query is missing: it must be a string")
	}
	return params, nil
}

// readQuery parses the parameters in the query component of a URL.
func readQuery(raw []byte) (*graphql.RawParams, *refusal) {
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, refuse(http.StatusBadRequest, "the parameters of the URL are not well formed")
	}
	for _, name := range []string{"query", "operationName", "variables", "extensions"} {
		if len(values[name]) > 1 {
			return nil, refuse(http.StatusBadRequest, "%s is given %d times in the URL", name, len(values[name]))
		}
		if !utf8.ValidString(values.Get(name)) {
			return nil, refuse(http.StatusBadRequest, "%s is not valid UTF-8", name)
		}
	}
	params := &graphql.RawParams{Query: values.Get("query"), OperationName: values.Get("operationName")}
	refused := readOptional([]byte(values.Get("variables")), "variables", "a JSON object", &params.Variables)
	if refused != nil {
		return nil, refused
	}
	refused = readOptional([]byte(values.Get("extensions")), "extensions", "a JSON object", &params.Extensions)
	if refused != nil {
		return nil, refused
	}
	if !values.Has("query") && params.Extensions["persistedQuery"] == nil {
		return nil, refuse(http.StatusBadRequest, "query is missing: it must be in the URL")
	}
	return params, nil
}

// readOptional decodes a parameter that may be missing or null. want describes its
// type in the error.
func readOptional(raw json.RawMessage, name, want string, into any) *refusal {
	if isNull(raw) {
		return nil
	}
	if err := decode(raw, into); err != nil {
		return refuse(http.StatusBadRequest, "%s must be %s", name, want)
	}
	return nil
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// members returns the members of data, which must be one JSON object. Unlike
// decoding into a struct, it keeps the case of names. The error is the rest of a
// sentence and quotes nothing of data.
func members(data []byte) (map[string]json.RawMessage, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("is not valid UTF-8")
	}
	var object map[string]json.RawMessage
	err := json.Unmarshal(data, &object)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("is not valid JSON at byte %d", syntax.Offset)
	case err != nil || object == nil:
		return nil, errors.New("must be a JSON object")
	}
	return object, nil
}

// decode decodes one JSON value. Numbers keep their text: a float64 would round
// long ones.
func decode(raw json.RawMessage, into any) error {
	if text, ok := into.(*string); ok {
		return json.Unmarshal(raw, text)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if len(bytes.TrimSpace(raw[d.InputOffset():])) > 0 {
		return errors.New("more than one value")
	}
	return nil
}
