package transport

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"

	"github.com/99designs/gqlgen/graphql"
)

// appendResponse appends r as JSON. Data goes in as it is: it was encoded by
// the executor and may be shared with others, so it is only read. A request
// error has no data member.
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
		b = append(appendJSON(append(b, `"extensions":`...), r.Extensions), ',')
	}
	b[len(b)-1] = '}'
	return b
}

// appendJSON appends v. What cannot be encoded becomes null: a response that
// is there must not be lost for an extension.
func appendJSON(b []byte, v any) []byte {
	encoded, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...)
	}
	return append(b, encoded...)
}

// buffers keeps what messages are put together in. A subscriber holds one only
// while it writes.
type buffers struct{ pool sync.Pool }

// keptBuffer is the largest buffer that is kept; larger ones are rare and
// would stay in memory for ever.
const keptBuffer = 64 << 10

func (p *buffers) get() *[]byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return b
	}
	return new([]byte)
}

func (p *buffers) put(b *[]byte) {
	if cap(*b) <= keptBuffer {
		*b = (*b)[:0]
		p.pool.Put(b)
	}
}

func writeJSON(w http.ResponseWriter, status int, mediaType string, r *graphql.Response) {
	body := appendResponse(make([]byte, 0, len(r.Data)+256), r)
	h := w.Header()
	h.Set("Content-Type", mediaType+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store") // it is for one viewer, and cookies alone do not tell caches so
	if status == http.StatusTooManyRequests && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client has left, or hears it
}
