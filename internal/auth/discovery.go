package auth

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	// cachedProviders is the number of providers whose metadata is cached.
	cachedProviders = 1000
	// discoverEvery is how long metadata is cached. Signing keys are cached apart:
	// an unknown key id makes go-oidc fetch them at once.
	discoverEvery = time.Hour
	// retryDiscovery is the time between attempts after a failure.
	retryDiscovery = 30 * time.Second
	// discoveryTimeout limits one attempt.
	discoveryTimeout = 5 * time.Second
)

// discovery is the result of OpenID Connect Discovery.
type discovery struct {
	provider *oidc.Provider // metadata of the last success; nil before the first
	sendsIss bool           // authorization responses have an iss parameter (RFC 9207)
	err      error          // of the last attempt
	at       time.Time      // of the last attempt
}

// discover returns a provider's metadata. Concurrent calls share one request.
// While the provider does not answer, the last metadata remains in use; the error
// is non-nil only if there is none.
func (s *Service) discover(ctx context.Context, issuer string) (discovery, error) {
	d, fresh := s.discovered(issuer)
	if !fresh {
		// The error is part of the discovery.
		v, _, _ := s.discovering.Do(issuer, func() (any, error) { return s.fetchMetadata(ctx, issuer), nil })
		d = v.(discovery) //nolint:forcetypeassert // fetchMetadata returns nothing else
	}
	if d.provider == nil {
		return d, d.err
	}
	return d, nil
}

// discovered returns the cached discovery of a provider, and whether it is fresh.
func (s *Service) discovered(issuer string) (discovery, bool) {
	d, ok := s.providers.Get(issuer)
	life := discoverEvery
	if d.err != nil {
		life = retryDiscovery
	}
	return d, ok && s.now().Sub(d.at) < life
}

// fetchMetadata requests a provider's metadata and caches the result.
func (s *Service) fetchMetadata(ctx context.Context, issuer string) discovery {
	d, fresh := s.discovered(issuer)
	if fresh { // another call has just ended
		return d
	}
	// Other callers share this request, so it outlives the caller's context.
	ctx, cancel := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), s.config.Client), discoveryTimeout)
	defer cancel()
	d.at = s.now()
	var metadata struct {
		SendsIss bool `json:"authorization_response_iss_parameter_supported"`
	}
	provider, err := oidc.NewProvider(ctx, issuer)
	if err == nil {
		err = provider.Claims(&metadata)
	}
	if err != nil {
		d.err = fmt.Errorf("discover identity provider %s: %w", issuer, err)
		s.config.Log.WarnContext(ctx, "discovery of an identity provider failed",
			"issuer", issuer, "error", shorten(err.Error()))
	} else {
		d.provider, d.sendsIss, d.err = provider, metadata.SendsIss, nil
	}
	s.providers.Add(issuer, d)
	return d
}

// maxReason is the longest error of a provider that is logged, in bytes.
const maxReason = 300

func shorten(reason string) string { return reason[:min(len(reason), maxReason)] }

// maxResponse is how much of a provider's response is read, in bytes. Metadata and
// keys take a few thousand. A company configures its own issuer, so the server
// cannot trust it with its memory.
const maxResponse = 1 << 20

// readLimiter limits each response body to maxResponse.
type readLimiter struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t readLimiter) RoundTrip(r *http.Request) (*http.Response, error) {
	w, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		w.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(w.Body, maxResponse), w.Body}
	}
	return w, err
}

// withReadLimit returns a copy of c that limits response bodies.
func withReadLimit(c *http.Client) *http.Client {
	limited := *c
	if limited.Transport == nil {
		limited.Transport = http.DefaultTransport
	}
	limited.Transport = readLimiter{limited.Transport}
	return &limited
}
