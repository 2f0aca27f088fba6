// Package ceiling answers the benchmark's queries by hand, each at a path of its
// own: statements that pgx prepares, columns read as the bytes that PostgreSQL
// sends, JSON appended to a buffer that is used again. It parses no GraphQL,
// checks no rights and serves nothing else. It is not how to write a server,
// it is what there is to be measured by.
package ceiling

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bitcorp.dev/fleet/internal/fleet"
)

// Handler answers POST /page, /deep, /one, /stats, /kept (statistics from
// memory) and /search.
type Handler struct {
	pool    *pgxpool.Pool
	company [16]byte
	kept    []byte
	answers map[string]answer
	scratch sync.Pool
}

// answer appends the answer to a request to w.out.
type answer func(ctx context.Context, h *Handler, w *work, body []byte) error

// work is the memory of one request.
type work struct {
	body, out []byte
	parts     []byte // JSON of rows that were read before their place came
	ids       [][16]byte
	operators [][16]byte // of the machines
	rows      []part
	more      []part
}

// part is a piece of work.parts.
type part struct{ from, to int }

// New returns a handler for the company's rows; conns is the most connections
// at once. Close it with the pool's end: the context bounds the start only.
func New(ctx context.Context, url string, company fleet.UUID, conns int) (*Handler, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns = int32(conns)
	config.MinConns = int32(conns)
	// As the fleet's own connections: plans are to be the same.
	for name, value := range map[string]string{"timezone": "UTC", "jit": "off", "random_page_cost": "1.1", "max_parallel_workers_per_gather": "0"} {
		config.ConnConfig.RuntimeParams[name] = value
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	h := &Handler{pool: pool, company: company, scratch: sync.Pool{New: func() any { return new(work) }}}
	h.answers = map[string]answer{"/page": page, "/deep": deep, "/one": one, "/stats": stats, "/search": search,
		"/kept": func(_ context.Context, h *Handler, w *work, _ []byte) error {
			w.out = append(w.out, h.kept...)
			return nil
		}}
	w := new(work)
	if err := stats(ctx, h, w, nil); err != nil {
		pool.Close()
		return nil, err
	}
	h.kept = w.out
	return h, nil
}

// Close closes the connections.
func (h *Handler) Close() { h.pool.Close() }

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	answer, ok := h.answers[r.URL.Path]
	if !ok {
		http.NotFound(rw, r)
		return
	}
	w := h.scratch.Get().(*work)
	defer h.scratch.Put(w)
	w.out, w.parts, w.ids, w.operators = w.out[:0], w.parts[:0], w.ids[:0], w.operators[:0]
	w.rows, w.more = w.rows[:0], w.more[:0]
	body := bytes.NewBuffer(w.body[:0])
	if _, err := io.Copy(body, r.Body); err != nil {
		http.Error(rw, err.Error(), http.StatusBadRequest)
		return
	}
	w.body = body.Bytes()
	if err := answer(r.Context(), h, w, w.body); err != nil {
		http.Error(rw, err.Error(), http.StatusInternalServerError)
		return
	}
	header := rw.Header()
	header["Content-Type"] = contentType
	header["Content-Length"] = []string{strconv.Itoa(len(w.out))}
	_, _ = rw.Write(w.out)
}

var contentType = []string{"application/json"}

// variable returns the value of the only variable, at the end of the body.
func variable(body []byte) string {
	value := bytes.TrimSuffix(body, []byte(`"}}`))
	return string(value[bytes.LastIndexByte(value, '"')+1:])
}

// each reads rows as PostgreSQL's bytes, which are valid until the next row.
func each(rows pgx.Rows, err error, row func(columns [][]byte)) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row(rows.RawValues())
	}
	return rows.Err()
}
