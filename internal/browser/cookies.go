package browser

import (
	"net/http"
	"net/url"
	"time"
)

// SessionCookie returns the name of the session cookie of a server that
// browsers find at public, which may be nil.
func SessionCookie(public *url.URL) string { return cookieName(public, "fleet_session") }

// flowCookie is the name of the cookie that holds a single sign-on in progress.
func (b *Browser) flowCookie() string { return cookieName(b.config.PublicURL, "fleet_flow") }

func (b *Browser) sessionCookie() string { return SessionCookie(b.config.PublicURL) }

// cookieName adds the prefix __Host- where the server is reached by https.
// Browsers accept such a cookie only over https, from this host and for all its
// paths, so that no other host of the domain can set one.
func cookieName(public *url.URL, name string) string {
	if overHTTPS(public) {
		return "__Host-" + name
	}
	return name
}

func overHTTPS(public *url.URL) bool { return public != nil && public.Scheme == "https" }

// DropSession makes the browser delete its session cookie.
func (b *Browser) DropSession(w http.ResponseWriter) {
	http.SetCookie(w, b.cookie(b.sessionCookie(), "", -1))
}

// cookie makes a cookie that scripts cannot read; a negative life deletes it.
// SameSite=Lax sends it when a link on another site is followed, such as an
// identity provider's; requests that change something are guarded by Guard.
func (b *Browser) cookie(name, value string, life time.Duration) *http.Cookie {
	age := -1
	if life > 0 {
		age = int(life.Seconds())
	}
	return &http.Cookie{ //nolint:gosec // Secure where the server is reached by https; elsewhere browsers would drop it
		Name: name, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: overHTTPS(b.config.PublicURL), SameSite: http.SameSiteLaxMode,
	}
}
