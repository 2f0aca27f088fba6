package server

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"
)

// signInDocument is the page of the build that signInPage fills in.
const signInDocument = "sign-in.html"

// showSignIn shows the form, with the company filled in that the address names.
func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.signInPage(w, r, signInForm{Next: q.Get("next"), Company: q.Get("company")}, nil)
}

// signInPage shows the form, with what was wrong, if anything: the page has to
// say so without scripts too.
func (s *Server) signInPage(w http.ResponseWriter, r *http.Request, form signInForm, failed error) {
	h := w.Header()
	secure(h)
	// A form that leads to a company's provider leads to another site; browsers
	// ask this policy at each redirect of it.
	h.Set("Content-Security-Policy", strings.Replace(contentSecurityPolicy, "form-action 'self'", "form-action 'self' "+s.providerSources(), 1))
	h.Set("Referrer-Policy", "same-origin") // with no-referrer browsers would call the form's origin null
	h.Set("Cache-Control", "no-store")
	shown := struct{ Message, Email, Within, Company, Next string }{"", form.Email, form.Within, form.Company, localPath(form.Next)}
	status := http.StatusOK
	if failed != nil {
		status = statusOf(failed)
		shown.Message = sentence(s.presentError(r.Context(), failed).Message)
		retryAfter(h, failed)
	}
	page, err := fillIn(s.config.Pages, shown)
	if err != nil {
		s.config.Log.DebugContext(r.Context(), "the sign-in page", "error", err)
		if failed != nil {
			http.Error(w, shown.Message, status)
			return
		}
		notBuilt(w)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page) // the browser has left
}

func fillIn(dist fs.FS, shown any) ([]byte, error) {
	if dist == nil {
		return nil, fs.ErrNotExist
	}
	page, err := template.ParseFS(dist, signInDocument)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", signInDocument, err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, shown); err != nil {
		return nil, fmt.Errorf("fill in %s: %w", signInDocument, err)
	}
	return b.Bytes(), nil
}

// providerSources are the sites that the form may lead to: any by https, as
// companies choose their provider; by http only from a server that is itself
// reached so, which is for trying things out.
func (s *Server) providerSources() string {
	if s.overHTTPS() {
		return "https:"
	}
	return "https: http://localhost:* http://127.0.0.1:*"
}

// sentence makes one of an error's message.
func sentence(message string) string {
	if message == "" {
		return ""
	}
	return strings.ToUpper(message[:1]) + message[1:] + "."
}
