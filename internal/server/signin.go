package server

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// maxSignIn is how many bytes a sign-in may have: a password of the greatest
// length, escaped, and the rest of the form.
const maxSignIn = 16 << 10

// signInRoutes adds what opens and ends sessions.
func (s *Server) signInRoutes(mux *http.ServeMux) {
	if s.config.Auth == nil {
		return
	}
	mux.HandleFunc("GET /sign-in", s.showSignIn)
	mux.HandleFunc("POST /sign-in", s.paid(s.signIn))
	mux.HandleFunc("POST /sign-out", s.paid(s.signOut))
	mux.HandleFunc("POST /sign-out-everywhere", s.paid(s.signOutEverywhere))
	mux.HandleFunc("GET /sign-in/oidc", s.showSignIn)
	mux.HandleFunc("POST /sign-in/oidc", s.paid(s.beginOIDC))
	mux.HandleFunc("GET "+auth.CallbackPath+"{company}", s.paid(s.finishOIDC))
}

// paid lets what opens and ends sessions go on if its address may ask now:
// nobody else can pay yet.
func (s *Server) paid(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r = s.visited(r)
		if d := s.budget.Take(addressOf(r.Context()), 1); !d.OK { //nolint:contextcheck // it is made from the request's
			tellBudget(w.Header(), d)
			s.signInFailed(w, r, signInForm{}, tooMany(d))
			return
		}
		next(w, r)
	}
}

// signInForm is what a sign-in carries, as a form or as JSON.
type signInForm struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Next     string `json:"next"`    // page to go to afterwards
	Within   string `json:"company"` // whose user is meant, where several companies have one of the address
	Company  string `json:"-"`       // of single sign-on
}

// signIn opens a session. A form is answered by a page: the next one, or the
// form again with what was wrong; JSON by JSON.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	form, err := readSignIn(r)
	if err != nil {
		s.signInFailed(w, r, form, err)
		return
	}
	secret, session, err := s.config.Auth.SignIn(r.Context(), auth.Credentials{Email: form.Email, Password: form.Password, Company: form.Within}, s.client(r))
	s.countSignIn(fleet.ByPassword, err)
	if err != nil {
		s.signInFailed(w, r, form, err)
		return
	}
	s.open(w, r, secret, session)
	if isJSON(r) {
		s.answer(w, r, map[string]string{"next": localPath(form.Next)})
		return
	}
	seeOther(w, r, form.Next)
}

func readSignIn(r *http.Request) (form signInForm, err error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		err = json.NewDecoder(r.Body).Decode(&form)
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
		form = signInForm{Email: r.PostForm.Get("email"), Password: r.PostForm.Get("password"), Within: r.PostForm.Get("company"), Next: r.PostForm.Get("next")}
	default:
		return form, fleet.BadInputf("", "a sign-in is a form (application/x-www-form-urlencoded) or JSON (application/json)")
	}
	if err != nil { // its text may repeat what was sent
		return signInForm{}, fleet.BadInputf("", "this is no sign-in: email, password, company and next are texts, %d bytes at most in all", maxSignIn)
	}
	return form, nil
}

func (s *Server) signInFailed(w http.ResponseWriter, r *http.Request, form signInForm, err error) {
	if isJSON(r) {
		s.refuse(w, r, err)
		return
	}
	s.signInPage(w, r, form, err)
}

// open gives the browser its session, in place of one that it may have.
func (s *Server) open(w http.ResponseWriter, r *http.Request, secret string, session fleet.Session) {
	if old, err := r.Cookie(s.sessionCookie()); err == nil {
		if err := s.config.Auth.SignOut(r.Context(), old.Value); err != nil {
			s.config.Log.WarnContext(r.Context(), "end the session before", "error", err) // it ends by itself
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, s.cookie(s.sessionCookie(), secret, max(time.Until(session.End), time.Second)))
}

// signOut ends the session of the cookie.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(s.sessionCookie()); err == nil {
		if err := s.config.Auth.SignOut(r.Context(), cookie.Value); err != nil {
			s.refuse(w, r, err)
			return
		}
	}
	s.signedOut(w, r)
}

// signOutEverywhere ends all sessions of the user whose cookie it is.
func (s *Server) signOutEverywhere(w http.ResponseWriter, r *http.Request) {
	who, err := s.callers.Session(r)
	if err == nil {
		_, err = s.config.Auth.SignOutEverywhere(r.Context(), who.UserID)
	}
	if err != nil && (isJSON(r) || fleet.CodeOf(err) != fleet.Unauthenticated) {
		s.refuse(w, r, err)
		return
	}
	s.signedOut(w, r)
}

func (s *Server) signedOut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, s.cookie(s.sessionCookie(), "", -1))
	if isJSON(r) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	seeOther(w, r, "/")
}

// beginOIDC sends the browser to the company's provider. It takes a form, which
// no page of another site can send (crossOrigin): a link from there would sign
// the visitor in as whom it pleases that company's provider. Such a link, and a
// bookmark, leads to the form, filled in.
func (s *Server) beginOIDC(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	form := signInForm{Company: r.PostFormValue("company"), Next: localPath(r.PostFormValue("next"))}
	to, flow, err := s.config.Auth.BeginSSO(r.Context(), form.Company, form.Next)
	if err != nil {
		s.signInPage(w, r, form, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.SetCookie(w, s.cookie(s.flowCookie(), flow.Encode(), auth.FlowLife))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// finishOIDC opens a session for whom the provider sent back.
func (s *Server) finishOIDC(w http.ResponseWriter, r *http.Request) {
	var text string
	if cookie, err := r.Cookie(s.flowCookie()); err == nil {
		text = cookie.Value
	}
	http.SetCookie(w, s.cookie(s.flowCookie(), "", -1)) // a flow is good for once
	q := r.URL.Query()
	flow, err := auth.DecodeFlow(text)
	var secret string
	var session fleet.Session
	switch {
	case err != nil:
	case q.Get("error") != "": // its description may hold anything
		err = &fleet.Error{Code: fleet.Unauthenticated, Message: "your company's provider did not sign you in"}
	default:
		answer := auth.Callback{Company: r.PathValue("company"), State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss")}
		secret, session, err = s.config.Auth.FinishSSO(r.Context(), flow, answer, s.client(r))
	}
	s.countSignIn(fleet.ByOIDC, err)
	if err != nil {
		s.signInPage(w, r, signInForm{Next: flow.Next}, err)
		return
	}
	s.open(w, r, secret, session)
	w.Header().Set("Referrer-Policy", "no-referrer") // the address holds the code
	seeOther(w, r, flow.Next)
}

func (s *Server) client(r *http.Request) auth.Client {
	return auth.Client{Network: s.network(r), UserAgent: r.UserAgent()}
}

// sessionCookie is the name of the session's cookie. Browsers take one of the
// __Host- prefix only over https, from this very host and for all its paths, so
// that no neighbour of the same domain can plant one.
func (s *Server) sessionCookie() string { return s.cookieName("fleet_session") }

// flowCookie is the name of the cookie that holds a single sign-on under way.
func (s *Server) flowCookie() string { return s.cookieName("fleet_flow") }

func (s *Server) cookieName(name string) string {
	if s.overHTTPS() {
		return "__Host-" + name
	}
	return name
}

// overHTTPS reports whether browsers reach the server by https.
func (s *Server) overHTTPS() bool {
	return s.config.PublicURL != nil && s.config.PublicURL.Scheme == "https"
}

// cookie makes a cookie that scripts cannot read; a negative life takes it
// back. Lax lets it come along when somebody follows a link from elsewhere, as
// from their provider; what changes something is guarded by crossOrigin.
func (s *Server) cookie(name, value string, life time.Duration) *http.Cookie {
	age := -1
	if life > 0 {
		age = int(life.Seconds())
	}
	return &http.Cookie{ //nolint:gosec // Secure where the server is reached by https; elsewhere browsers would drop it
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.overHTTPS(), SameSite: http.SameSiteLaxMode,
	}
}

func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		s.config.Log.DebugContext(r.Context(), "answer", "error", err)
	}
}

func seeOther(w http.ResponseWriter, r *http.Request, next string) {
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
}

// maxNext is how long the address of a next page may be, in bytes.
const maxNext = 2000

// localPath returns next if it leads to a page of this server, else "/": a
// link to our sign-in must not lead to somebody else's page behind it.
// Browsers read "\" as "/" and skip control characters.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || len(next) > maxNext ||
		!strings.HasPrefix(next, "/") || strings.Contains(u.Path, "//") || strings.ContainsRune(u.Path, '\\') ||
		strings.ContainsFunc(next, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '\\' }) {
		return "/"
	}
	return next
}
