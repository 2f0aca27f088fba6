package transport

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// appendResponse appends r as JSON. r.Data is copied as it is: the executor has
// encoded it, and subscribers may share it, so it is only read. A request error
// has no data member.
func appendResponse(b []byte, r *graphql.Response) []byte {
	b = append(b, '{')
	if len(r.Errors) > 0 {
		b = append(appendJSON(append(b, `"errors":`...), r.Errors), ',')
	}
	switch {
	case r.Data != nil:
		b = append(append(append(b, `"data":`...), r.Data...), ',')
	case !isRequestError(r):
		b = append(b, `"data":null,`...)
	}
	if r.Label != "" {
		b = append(appendJSON(append(b, `"label":`...), r.Label), ',')
	}
	if len(r.Path) > 0 {
		b = append(appendJSON(append(b, `"path":`...), r.Path), ',')
	}
	if r.HasNext != nil {
		b = append(strconv.AppendBool(append(b, `"hasNext":`...), *r.HasNext), ',')
	}
	if len(r.Extensions) > 0 {
		b = append(appendExtensions(append(b, `"extensions":`...), r.Extensions), ',')
	}
	b[len(b)-1] = '}'
	return b
}

// appender is an extension that knows its JSON, which saves the reflection of encoding/json.
type appender interface{ AppendJSON(b []byte) []byte }

// appendExtensions appends the extensions of a response, which often has one alone.
func appendExtensions(b []byte, all map[string]any) []byte {
	if len(all) != 1 {
		return appendJSON(b, all)
	}
	for name, value := range all {
		a, ok := value.(appender)
		if !ok {
			break
		}
		return append(a.AppendJSON(append(appendJSON(append(b, '{'), name), ':')), '}')
	}
	return appendJSON(b, all)
}

// appendJSON appends v as JSON, or null if it cannot be encoded, so that a bad
// extension does not lose the response.
func appendJSON(b []byte, v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, encoded...)
}

// buffers is a pool of the buffers that messages are built in. A subscriber holds
// one only while it writes.
type buffers struct{ pool sync.Pool }

// maxPooled is the largest buffer that goes back to the pool, in bytes. Larger
// ones are rare and would stay in memory.
const maxPooled = 64 << 10

func (p *buffers) get() *[]byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

func (p *buffers) put(b *[]byte) {
	if cap(*b) <= maxPooled {
		*b = (*b)[:0]
		p.pool.Put(b)
	}
}

// writeJSON writes r as the whole HTTP response.
func writeJSON(w http.ResponseWriter, status int, mediaType string, r *graphql.Response) {
	writeCoded(w, status, mediaType, r, nil)
}

// writeCoded is writeJSON with a coding for large answers; nil for none.
func writeCoded(w http.ResponseWriter, status int, mediaType string, r *graphql.Response, c *coding) {
	_ = writeBody(w, status, mediaType, appendResponse(make([]byte, 0, len(r.Data)+256), r), c)
}

// writePooled is writeCoded with a body from the pool.
func (p *buffers) writePooled(w http.ResponseWriter, status int, mediaType string, r *graphql.Response, c *coding) {
	b := p.get()
	*b = appendResponse(slices.Grow(*b, len(r.Data)+256), r)
	if writeBody(w, status, mediaType, *b, c) == nil {
		p.put(b) // not after a failure: HTTP/2 may still be sending the body then
	}
}

// writeBody writes body as the whole HTTP response. It fails only if the client has disconnected.
func writeBody(w http.ResponseWriter, status int, mediaType string, body []byte, c *coding) error {
	h := w.Header()
	if c != nil && len(body) >= compressFrom {
		if compressed, err := c.compress(body); err == nil {
			body = compressed
			h.Set("Content-Encoding", c.name)
		}
	}
	h.Set("Content-Type", mediaType+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store") // responses depend on the viewer, which shared caches cannot see
	SetRetryAfter(h, status)
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}
