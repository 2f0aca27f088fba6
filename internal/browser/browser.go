// Package browser serves browsers: the built pages,
// sign-in and sign-out, single sign-on, and what protects them (cookies, the
// content security policy, cross-origin checks). Credentials are checked in
// auth; GraphQL is not served here.
package browser

import (
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
)

// Admission charges requests that open and end sessions.
type Admission interface {
	// Admit charges r to the budget of key; when none is left it answers with
	// refuse, and returns false.
	Admit(w http.ResponseWriter, r *http.Request, key string, refuse func(http.ResponseWriter, *http.Request, error)) bool
}

// Sessions finds the session of a request; *caller.Authenticator does.
type Sessions interface {
	Session(r *http.Request) (auth.Identity, error)
}

// Config is what a Browser needs. Auth, PublicURL and Origins may be zero.
type Config struct {
	Pages fs.FS // the built client, web/dist
	// Auth signs users in; nil for a server without sign-in.
	Auth     *auth.Service
	Sessions Sessions
	// PublicURL is where browsers find the server; with https cookies are Secure.
	PublicURL *url.URL
	// Origins are other sites whose pages may send requests that change something.
	Origins   []string
	Admission Admission
	Errors    *transport.ErrorWriter
	Registry  prometheus.Registerer
	Log       *slog.Logger
}

// Browser serves pages and sign-in. Its methods may be called concurrently.
type Browser struct {
	config  Config
	guard   *http.CrossOriginProtection
	signIns *prometheus.CounterVec // by method and outcome
	// signInTemplate is read once: parsing costs more than all else of the page.
	signInTemplate func() (*template.Template, error)
}

// New returns a Browser and registers its metric.
func New(c Config) (*Browser, error) {
	b := &Browser{config: c}
	b.signInTemplate = sync.OnceValues(func() (*template.Template, error) { return readSignInTemplate(c.Pages) })
	if err := b.protect(); err != nil {
		return nil, err
	}
	b.signIns = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "fleet_sign_ins_total",
		Help: "Sign-ins by method, and by outcome: OK opened a session, else the code of the error.",
	}, []string{"method", "outcome"}) // from lists of ours, never from what clients send
	c.Registry.MustRegister(b.signIns)
	return b, nil
}

// Routes adds the pages and, if there is sign-in, what opens and ends sessions.
func (b *Browser) Routes(mux *http.ServeMux) {
	mux.Handle("/", Pages(b.config.Pages))
	if b.config.Auth == nil {
		return
	}
	mux.HandleFunc("GET /sign-in", b.charged(b.showSignIn))
	mux.HandleFunc("POST /sign-in", b.charged(b.signIn))
	mux.HandleFunc("POST /sign-out", b.charged(b.signOut))
	mux.HandleFunc("POST /sign-out-everywhere", b.charged(b.signOutEverywhere))
	mux.HandleFunc("GET /sign-in/oidc", b.charged(b.showSignIn))
	mux.HandleFunc("POST /sign-in/oidc", b.charged(b.beginOIDC))
	mux.HandleFunc("GET "+auth.CallbackPath+"{company}", b.charged(b.finishOIDC))
}

// charged is middleware that charges requests to the budget of their network:
// there is no user yet.
func (b *Browser) charged(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		refuse := func(w http.ResponseWriter, r *http.Request, err error) { b.signInFailed(w, r, signInForm{}, err) }
		if b.config.Admission.Admit(w, r, caller.Of(r.Context()).AddressKey(), refuse) {
			next(w, r)
		}
	}
}

// countSignIn counts the outcome of a sign-in.
func (b *Browser) countSignIn(method fleet.SignInMethod, err error) {
	outcome := "OK"
	if err != nil {
		outcome = string(fleet.CodeOf(err))
	}
	b.signIns.WithLabelValues(string(method), outcome).Inc()
}
