package browser

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strings"

	"bitcorp.dev/fleet/internal/transport"
)

// signInDocument is the template of the sign-in page, a file of the build.
const signInDocument = "sign-in.html"

// showSignIn shows the form, with the company of the URL filled in.
func (b *Browser) showSignIn(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	b.signInPage(w, r, signInForm{Next: q.Get("next"), Company: q.Get("company")}, nil)
}

// signInPage shows the form, with the error of the last attempt, if any: the page
// works without scripts.
func (b *Browser) signInPage(w http.ResponseWriter, r *http.Request, form signInForm, failed error) {
	h := w.Header()
	secure(h)
	// The form of single sign-on redirects to the company's provider, and browsers
	// apply this policy to redirects.
	h.Set(
		"Content-Security-Policy",
		strings.Replace(contentSecurityPolicy, "form-action 'self'", "form-action 'self' "+b.providerSources(), 1),
	)
	h.Set("Referrer-Policy", "same-origin") // with no-referrer browsers would send the Origin null
	h.Set("Cache-Control", "no-store")
	shown := struct{ Message, Email, Within, Company, Next string }{
		"",
		form.Email,
		form.Within,
		form.Company,
		localPath(form.Next),
	}
	status := http.StatusOK
	if failed != nil {
		status = b.config.Errors.Status(failed)
		shown.Message = sentence(b.config.Errors.Present(r.Context(), failed).Message)
		setRetryAfter(h, failed)
		transport.SetRetryAfter(h, status)
	}
	page, err := b.fillIn(shown)
	if err != nil {
		b.config.Log.DebugContext(r.Context(), "read the sign-in page", "error", err)
		if failed != nil {
			http.Error(w, shown.Message, status)
			return
		}
		notBuilt(w)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page) // an error means that the browser has disconnected
}

// fillIn fills the page in.
func (b *Browser) fillIn(shown any) ([]byte, error) {
	page, err := b.signInTemplate()
	if err != nil {
		return nil, err
	}
	var filled bytes.Buffer
	if err := page.Execute(&filled, shown); err != nil {
		return nil, fmt.Errorf("fill in %s: %w", signInDocument, err)
	}
	return filled.Bytes(), nil
}

// readSignInTemplate reads the page from the build of the client.
func readSignInTemplate(dist fs.FS) (*template.Template, error) {
	if dist == nil {
		return nil, fs.ErrNotExist
	}
	page, err := template.ParseFS(dist, signInDocument)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", signInDocument, err)
	}
	return page, nil
}

// providerSources are the sites that the form may redirect to: any by https, since
// companies choose their provider; local ones by http only from a server that is
// itself reached by http, for development.
func (b *Browser) providerSources() string {
	if overHTTPS(b.config.PublicURL) {
		return "https:"
	}
	return "https: http://localhost:* http://127.0.0.1:*"
}

// sentence makes a sentence of an error's message.
func sentence(message string) string {
	if message == "" {
		return ""
	}
	return strings.ToUpper(message[:1]) + message[1:] + "."
}
