package browser

import (
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

// maxSignIn is the greatest size of a sign-in, in bytes: a password of the
// greatest length, escaped, and the rest of the form.
const maxSignIn = 16 << 10

// signInForm is the content of a sign-in, as a form or as JSON.
type signInForm struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Next     string `json:"next"`    // path to go to afterwards
	Within   string `json:"company"` // of the user, where several companies have one of that address
	Company  string `json:"-"`       // of single sign-on
}

// signIn opens a session. A form is answered with a redirect, or with the form and
// what was wrong; JSON with JSON.
func (b *Browser) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	form, err := readSignIn(r)
	if err != nil {
		b.signInFailed(w, r, form, err)
		return
	}
	secret, session, err := b.config.Auth.SignIn(
		r.Context(),
		auth.Credentials{Email: form.Email, Password: form.Password, Company: form.Within},
		client(r),
	)
	b.countSignIn(fleet.ByPassword, err)
	if err != nil {
		b.signInFailed(w, r, form, err)
		return
	}
	b.open(w, r, secret, session)
	if isJSON(r) {
		b.answer(w, r, map[string]string{"next": localPath(form.Next)})
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
		form = signInForm{
			Email:    r.PostForm.Get("email"),
			Password: r.PostForm.Get("password"),
			Within:   r.PostForm.Get("company"),
			Next:     r.PostForm.Get("next"),
		}
	default:
		return form, fleet.BadInputf("", "a sign-in is a form (application/x-www-form-urlencoded) or JSON (application/json)")
	}
	if err != nil { // its text may repeat the password
		return signInForm{}, fleet.BadInputf(
			"",
			"this is not a sign-in: email, password, company and next are strings, %d bytes at most in all",
			maxSignIn,
		)
	}
	return form, nil
}

func (b *Browser) signInFailed(w http.ResponseWriter, r *http.Request, form signInForm, err error) {
	if isJSON(r) {
		b.refuse(w, r, err)
		return
	}
	b.signInPage(w, r, form, err)
}

// refuse answers with an error as JSON.
func (b *Browser) refuse(w http.ResponseWriter, r *http.Request, err error) {
	setRetryAfter(w.Header(), err)
	b.config.Errors.Write(w, r, err)
}

// setRetryAfter says when a throttled sign-in may be tried again.
func setRetryAfter(h http.Header, err error) {
	var throttled *auth.Throttled
	if errors.As(err, &throttled) {
		h.Set("Retry-After", strconv.Itoa(int(throttled.RetryAfter.Seconds())))
	}
}

// open sends the browser its session cookie and ends the session it had.
func (b *Browser) open(w http.ResponseWriter, r *http.Request, secret string, session fleet.Session) {
	if old, err := r.Cookie(b.sessionCookie()); err == nil {
		if err := b.config.Auth.SignOut(r.Context(), old.Value); err != nil {
			b.config.Log.WarnContext(r.Context(), "end the previous session", "error", err) // it expires anyway
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, b.cookie(b.sessionCookie(), secret, max(time.Until(session.End), time.Second)))
}

// signOut ends the session of the cookie.
func (b *Browser) signOut(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(b.sessionCookie()); err == nil {
		if err := b.config.Auth.SignOut(r.Context(), cookie.Value); err != nil {
			b.refuse(w, r, err)
			return
		}
	}
	b.signedOut(w, r)
}

// signOutEverywhere ends all sessions of the user that the cookie belongs to.
func (b *Browser) signOutEverywhere(w http.ResponseWriter, r *http.Request) {
	identity, err := b.config.Sessions.Session(r)
	if err == nil {
		_, err = b.config.Auth.SignOutEverywhere(r.Context(), identity.Viewer,
			fleet.WriteInfo{By: identity.Credential()}, fleet.UUID{})
	}
	if err != nil && (isJSON(r) || fleet.CodeOf(err) != fleet.Unauthenticated) {
		b.refuse(w, r, err)
		return
	}
	b.signedOut(w, r)
}

func (b *Browser) signedOut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	b.DropSession(w)
	if isJSON(r) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	seeOther(w, r, "/")
}

// beginOIDC redirects the browser to the company's provider. It takes a form,
// which no page of another site can send (Guard): a link there could sign the
// visitor in as a user that the other site has chosen. Such a link, and a
// bookmark, leads to the form, filled in.
func (b *Browser) beginOIDC(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxSignIn)
	form := signInForm{Company: r.PostFormValue("company"), Next: localPath(r.PostFormValue("next"))}
	to, flow, err := b.config.Auth.BeginSSO(r.Context(), form.Company, form.Next)
	if err != nil {
		b.signInPage(w, r, form, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.SetCookie(w, b.cookie(b.flowCookie(), flow.Encode(), auth.FlowLife))
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// finishOIDC opens a session for the user that the provider sent back.
func (b *Browser) finishOIDC(w http.ResponseWriter, r *http.Request) {
	var text string
	if cookie, err := r.Cookie(b.flowCookie()); err == nil {
		text = cookie.Value
	}
	http.SetCookie(w, b.cookie(b.flowCookie(), "", -1)) // a flow is used once
	q := r.URL.Query()
	flow, err := auth.DecodeFlow(text)
	var secret string
	var session fleet.Session
	switch {
	case err != nil:
	case q.Get("error") != "": // its description may contain anything
		err = &fleet.Error{Code: fleet.Unauthenticated, Message: "your company's provider did not sign you in"}
	default:
		answer := auth.Callback{
			Company: r.PathValue("company"),
			State:   q.Get("state"),
			Code:    q.Get("code"),
			Issuer:  q.Get("iss"),
		}
		secret, session, err = b.config.Auth.FinishSSO(r.Context(), flow, answer, client(r))
	}
	b.countSignIn(fleet.ByOIDC, err)
	if err != nil {
		b.signInPage(w, r, signInForm{Next: flow.Next}, err)
		return
	}
	b.open(w, r, secret, session)
	w.Header().Set("Referrer-Policy", "no-referrer") // the URL contains the code
	seeOther(w, r, flow.Next)
}

func client(r *http.Request) auth.Client {
	return auth.Client{Network: caller.Of(r.Context()).Address, UserAgent: r.UserAgent()}
}

func isJSON(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/json"
}

func (b *Browser) answer(w http.ResponseWriter, r *http.Request, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		b.config.Log.DebugContext(r.Context(), "answer", "error", err)
	}
}

func seeOther(w http.ResponseWriter, r *http.Request, next string) {
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
}

// maxNext is the greatest length of next, in bytes.
const maxNext = 2000

// localPath returns next if it is a path of this server, else "/": a link to
// our sign-in must not lead on to a page of another site. Browsers read "\" as
// "/" and skip control characters.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || len(next) > maxNext ||
		!strings.HasPrefix(next, "/") || strings.Contains(u.Path, "//") || strings.ContainsRune(u.Path, '\\') ||
		strings.ContainsFunc(next, func(c rune) bool { return c <= ' ' || c == 0x7f || c == '\\' }) {
		return "/"
	}
	return next
}
