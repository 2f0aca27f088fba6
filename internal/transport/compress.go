package transport

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"

	"bitcorp.dev/fleet/internal/fleet"
)

// compressFrom is the size in bytes from which answers are compressed.
const compressFrom = 1000

// writeCloser is a compressor that can be used again.
type writeCloser interface {
	io.WriteCloser
	Reset(w io.Writer)
}

// coding is a content coding that answers can have.
type coding struct {
	name string
	pool sync.Pool // of writeCloser
}

// codings are in the order of preference. The levels are those at which a
// processor spends about as long on an answer as on executing it.
var codings = []*coding{
	{name: "br", pool: sync.Pool{New: func() any {
		return brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: 2, LGWin: 18})
	}}},
	{name: "gzip", pool: sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // fails for an unknown level only
		return w
	}}},
}

// codingFor returns the coding that the client likes best, or nil for none.
func codingFor(h http.Header) (best *coding) {
	quality := 0.0
	for _, c := range codings {
		if q := codingQuality(h, c.name); q > quality {
			best, quality = c, q
		}
	}
	return best
}

// codingQuality returns the quality that Accept-Encoding gives to a coding, 0 for
// one that it does not name (RFC 9110, section 12.5.3).
func codingQuality(h http.Header, name string) (quality float64) {
	for _, header := range h.Values("Accept-Encoding") {
		for entry := range strings.SplitSeq(header, ",") {
			given, params, _ := strings.Cut(entry, ";")
			switch given = strings.TrimSpace(given); {
			case strings.EqualFold(given, name):
				return qualityOf(params)
			case given == "*":
				quality = qualityOf(params)
			}
		}
	}
	return quality
}

// compress returns body in the coding.
func (c *coding) compress(body []byte) ([]byte, error) {
	w, _ := c.pool.Get().(writeCloser)
	defer c.pool.Put(w)
	var b bytes.Buffer
	w.Reset(&b)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// base returns the writer of net/http below the wrappers of middleware. MaxBytesReader looks for a method of it,
// which closes the connection of a body that is too large.
func base(w http.ResponseWriter) http.ResponseWriter {
	for {
		wrapper, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return w
		}
		w = wrapper.Unwrap()
	}
}

// decompress returns the body of a request without its coding. Both the body and
// what it expands to are limited to MaxBody.
func (c *Config) decompress(w http.ResponseWriter, r *http.Request) (io.Reader, *refusal) {
	w = base(w)
	body := http.MaxBytesReader(w, r.Body, c.MaxBody)
	given := strings.Join(r.Header.Values("Content-Encoding"), ",")
	switch strings.ToLower(strings.TrimSpace(given)) {
	case "", "identity":
		return body, nil
	case "gzip", "x-gzip":
		expanded, err := gzip.NewReader(body)
		if err != nil {
			return nil, refusalOfBody(err)
		}
		return http.MaxBytesReader(w, expanded, c.MaxBody), nil
	default:
		refused := refuse(
			http.StatusUnsupportedMediaType,
			"the Content-Encoding is %s; gzip and identity are supported",
			fleet.Quote(given),
		)
		refused.acceptEncoding = "gzip"
		return nil, refused
	}
}
