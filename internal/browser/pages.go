package browser

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// contentSecurityPolicy lets a page load from this server only, and run neither
// scripts nor styles that are written into it.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " +
	"img-src 'self' data:; connect-src 'self'; manifest-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// editorPolicy is the policy of GraphiQL. Its editor sets styles at run time and
// starts its workers from blobs.
const editorPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
	"font-src 'self' data:; img-src 'self' data:; worker-src 'self' blob:; connect-src 'self'; manifest-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

const (
	clientPage = "index.html"
	editorPage = "graphiql.html"
)

// Pages serves the built client. Assets have hashed names and are cached
// forever, pages are revalidated each time. Files that the build compressed are
// sent compressed to clients that accept it. The client has addresses of its own,
// such as /equipment: a browser that navigates to one gets the client's page, while
// a file that does not exist is 404 for everything else.
func Pages(dist fs.FS) http.Handler {
	tags := new(sync.Map)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		secure(w.Header())
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "pages are read with GET", http.StatusMethodNotAllowed)
			return
		}
		page := pageOf(r)
		if page == "" {
			name := strings.TrimPrefix(r.URL.Path, "/")
			if !isAsset(name) {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Cache-Control", "public, max-age=3600")
			if strings.HasPrefix(name, "assets/") { // named by their content
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			serveFile(w, r, dist, name, tags)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Add("Vary", "Accept")
		if _, err := fs.Stat(dist, page); err != nil {
			notBuilt(w)
			return
		}
		if page == editorPage {
			w.Header().Set("Content-Security-Policy", editorPolicy)
		}
		serveFile(w, r, dist, page, tags)
	})
}

// pageOf returns the file of the page that r asks for; "" when r asks for a file.
func pageOf(r *http.Request) string {
	switch p := r.URL.Path; {
	case p == "/":
		return clientPage
	case p == "/graphiql":
		return editorPage
	case isNavigation(r):
		return clientPage
	}
	return ""
}

// isNavigation reports whether r comes from a browser that goes to an address of the
// client: it accepts a document, and the address is not that of a file.
func isNavigation(r *http.Request) bool {
	return path.Ext(r.URL.Path) == "" && !strings.HasPrefix(r.URL.Path, "/assets/") &&
		!strings.ContainsAny(r.URL.Path, "\x00\\") &&
		!strings.Contains(r.URL.Path, "/.") && strings.Contains(r.Header.Get("Accept"), "text/html")
}

// isAsset reports whether a path may name a file of the build that is not a page.
func isAsset(name string) bool {
	// fs.ValidPath refuses "..", "//" and the like; a NUL it does not.
	return fs.ValidPath(name) && !strings.ContainsAny(name, "\x00\\") &&
		!strings.HasPrefix(path.Base(name), ".") && path.Ext(name) != ".html"
}

// tagged is a version of a file whose tag is known.
type tagged struct {
	name     string
	size     int64
	modified time.Time
}

// tagOf returns the entity tag of a file, from tags if this version was read
// before; "" for a file that cannot be read.
func tagOf(dist fs.FS, name string, tags *sync.Map) string {
	info, err := fs.Stat(dist, name)
	if err != nil {
		return ""
	}
	key := tagged{name, info.Size(), info.ModTime()}
	if tag, known := tags.Load(key); known {
		return tag.(string) //nolint:errcheck,forcetypeassert // only strings are stored
	}
	content, err := fs.ReadFile(dist, name)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(content)
	tag := `"` + hex.EncodeToString(sum[:12]) + `"`
	tags.Store(key, tag)
	return tag
}

// serveFile sends a file in the best encoding that exists and the client accepts.
// Its tag is that of the bytes that are sent, so that each encoding has its own.
func serveFile(w http.ResponseWriter, r *http.Request, dist fs.FS, name string, tags *sync.Map) {
	info, err := fs.Stat(dist, name)
	if err != nil || info.IsDir() {
		w.Header().Del("Cache-Control")
		http.NotFound(w, r)
		return
	}
	w.Header().Add("Vary", "Accept-Encoding")
	w.Header().Set("Content-Type", contentType(name))
	for _, e := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if accepts(r.Header.Get("Accept-Encoding"), e.coding) {
			if _, err := fs.Stat(dist, name+e.suffix); err == nil {
				w.Header().Set("Content-Encoding", e.coding)
				name += e.suffix
				break
			}
		}
	}
	if tag := tagOf(dist, name, tags); tag != "" {
		w.Header().Set("ETag", tag)
	}
	http.ServeFileFS(w, r, dist, name)
}

// contentType returns a media type that does not depend on the machine's mime.types.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".ttf":
		return "font/ttf"
	case ".woff2":
		return "font/woff2"
	case ".json", ".map":
		return "application/json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// accepts reports whether an Accept-Encoding header names a coding without refusing it.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(strings.TrimSpace(params), " ", "")
			return strings.Trim(strings.TrimPrefix(q, "q="), "0.") != "" || q == ""
		}
	}
	return false
}

func secure(h http.Header) {
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
}

// notBuilt says what to do when the server was compiled without its pages; the
// rest of it works without them.
func notBuilt(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Bitcorp Fleet</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}</style>
<h1>The pages are not built yet</h1>
<p>This server was compiled without its pages. Run <code>make build</code> (it needs Node) and start it again.</p>
<p>GraphQL answers all the same: <code>POST /graphql</code>.</p></html>
`))
}
