package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/server"
	"bitcorp.dev/fleet/internal/store"
)

// identitySettings say where browsers find the server and how long they stay
// signed in.
type identitySettings struct {
	PublicURL      string         `name:"public-url" env:"FLEET_PUBLIC_URL" placeholder:"https://fleet.example.com" help:"Where browsers find the server. With https its cookies are sent over https alone; single sign-on needs it."`
	Origins        []string       `env:"FLEET_ORIGINS" placeholder:"https://app.example.com" help:"Other sites whose pages may send requests that change something."`
	TrustedProxies []netip.Prefix `env:"FLEET_TRUSTED_PROXIES" placeholder:"10.0.0.0/8" help:"Networks of the proxies in front of the server: their X-Forwarded-For tells who asks."`
	SessionIdle    time.Duration  `env:"FLEET_SESSION_IDLE" default:"24h" help:"A sign-in that is not used ends after this time."`
	SessionMax     time.Duration  `env:"FLEET_SESSION_MAX" default:"336h" help:"Every sign-in ends after this time."`
}

// wire makes what knows who asks, and hands it to the server and its resolvers.
func (c *identitySettings) wire(db *store.DB, log *slog.Logger, to *server.Config) (*auth.Service, error) {
	if c.SessionIdle < time.Minute || c.SessionMax < c.SessionIdle {
		return nil, fmt.Errorf("FLEET_SESSION_IDLE is %s and FLEET_SESSION_MAX %s: a sign-in lasts a minute at least, and unused no longer than in all", c.SessionIdle, c.SessionMax)
	}
	public, err := parsePublicURL(c.PublicURL)
	if err != nil {
		return nil, err
	}
	identity, err := auth.New(db.Identity(), auth.Config{SessionIdle: c.SessionIdle, SessionMax: c.SessionMax, PublicURL: public, Log: log})
	if err != nil {
		return nil, err
	}
	to.Auth, to.Resolver.Identity = identity, identity
	to.PublicURL, to.Origins, to.TrustedProxies = public, c.Origins, c.TrustedProxies
	return identity, nil
}

// parsePublicURL reads a scheme and a host; nil when nothing is given.
func parsePublicURL(text string) (*url.URL, error) {
	if text == "" {
		return nil, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("FLEET_PUBLIC_URL is %q: a scheme and a host are needed, such as https://fleet.example.com", text)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}
