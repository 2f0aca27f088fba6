package transport_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"bitcorp.dev/fleet/internal/transport"
)

// sent is a response whose body has been read as it was sent.
type sent struct {
	*http.Response
	body []byte
}

// exchange sends a POST, unless method says another, with pairs of headers.
func (s *service) exchange(t testing.TB, method, target string, body []byte, headers ...string) sent {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+target, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", older)
	r.Header.Set("Accept-Encoding", "identity") // else the client asks for gzip by itself
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := s.http.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	read, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return sent{w, read}
}

func TestLargeAnswersOfQueriesAreCompressed(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MayCompress: func(r *http.Request) bool { return r.Header.Get("Cookie") == "" }})
	long := `{ echo(text: "` + strings.Repeat("x", 1000) + `") }`
	want := string(s.exchange(t, "POST", "", []byte(query(long))).body)
	for _, c := range []struct{ accept, coding string }{
		{"", ""}, {"gzip", "gzip"}, {"br", "br"}, {"gzip, deflate, br, zstd", "br"}, {"br;q=0.5, GZIP", "gzip"}, {"*", "br"},
		{"br;q=0, *", "gzip"}, {"gzip;q=0", ""}, {"deflate", ""}, {"identity", ""},
	} {
		a := s.exchange(t, "POST", "", []byte(query(long)), "Accept-Encoding", c.accept)
		var plain io.Reader = bytes.NewReader(a.body)
		switch c.coding {
		case "gzip":
			var err error
			if plain, err = gzip.NewReader(plain); err != nil {
				t.Fatal(err)
			}
		case "br":
			plain = brotli.NewReader(plain)
		}
		got, err := io.ReadAll(plain)
		if a.Header.Get("Content-Encoding") != c.coding || err != nil || string(got) != want ||
			c.coding != "" && len(a.body) > len(want)/2 || !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%q: %v, %d bytes, %.80s %v", c.accept, a.Header, len(a.body), got, err)
		}
	}
	for name, a := range map[string]sent{
		"small":           s.exchange(t, "POST", "", []byte(query("{ hello }")), "Accept-Encoding", "br"),
		"a mutation":      s.exchange(t, "POST", "", []byte(query(`mutation { `+strings.Repeat("a: increment ", 100)+`}`)), "Accept-Encoding", "br"),
		"from elsewhere":  s.exchange(t, "POST", "", []byte(query(long)), "Accept-Encoding", "br", "Cookie", "a=b"),
		"an event stream": s.exchange(t, "POST", "", []byte(query(long)), "Accept-Encoding", "br", "Accept", stream),
	} {
		if a.StatusCode != 200 || a.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d %v", name, a.StatusCode, a.Header)
		}
	}
}

func zipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.Bytes()
}

func TestCompressedBodiesAreTakenWithinTheLimit(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MaxBody: 10_000})
	hello := query("{ hello }")
	whole := zipped(hello)
	for _, c := range []struct {
		name, coding string
		body         []byte
		status       int
		says         string
	}{
		{"gzip", "gzip", whole, 200, "world"},
		{"in any case", "GZip", whole, 200, "world"},
		{"identity", "identity", []byte(hello), 200, "world"},
		{"not gzip", "gzip", []byte(hello), 400, "not valid gzip"},
		{"cut off", "gzip", whole[:len(whole)-12], 400, "could not be read"},
		{"a wrong checksum", "gzip", append(whole[:len(whole)-8:len(whole)-8], "12345678"...), 400, "not valid gzip"},
		{"too large when expanded", "gzip", zipped(hello + strings.Repeat(" ", 10_000_000)), 413, "over 10000 bytes"},
		{"another coding", "br", whole, 415, "gzip and identity"},
		{"two codings", "gzip, gzip", zipped(string(whole)), 415, "gzip and identity"},
	} {
		a := s.exchange(t, "POST", "", c.body, "Content-Encoding", c.coding)
		if a.StatusCode != c.status || !strings.Contains(string(a.body), c.says) {
			t.Errorf("%s: %d %s", c.name, a.StatusCode, a.body)
		}
		if got := a.Header.Get("Accept-Encoding"); (got == "gzip") != (c.status == 415) {
			t.Errorf("%s: Accept-Encoding %q", c.name, got)
		}
	}
}

func TestHEADIsGETWithoutTheBody(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	for _, c := range []struct{ target, accept string }{
		{"?query={hello}", older}, {"?query={nothing}", newer}, {"?query=mutation{increment}", older}, {"?query={hello}", stream}, {"", older},
		{"?query=subscription{silence}", stream},
	} {
		head := s.exchange(t, "HEAD", c.target, nil, "Accept", c.accept)
		if len(head.body) > 0 {
			t.Errorf("%v: the body is %s", c, head.body)
		}
		if strings.Contains(c.target, "subscription") { // a GET would not end
			if got := head.Header.Get("Content-Type"); head.StatusCode != 200 || !strings.HasPrefix(got, stream) {
				t.Errorf("%v: %d %s", c, head.StatusCode, got)
			}
			continue
		}
		get := s.exchange(t, "GET", c.target, nil, "Accept", c.accept)
		if head.StatusCode != get.StatusCode || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") ||
			c.accept != stream && head.ContentLength != get.ContentLength {
			t.Errorf("%v: %d %v, GET %d %v", c, head.StatusCode, head.Header, get.StatusCode, get.Header)
		}
	}
	if n := s.Increments.Load(); n != 0 {
		t.Errorf("HEAD has executed %d mutations", n)
	}
}
