package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"bitcorp.dev/fleet/internal/outgoing"
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
	metadata metadata       // the same, as far as go-oidc does not read it
	endpoint oauth2.Endpoint
	err      error     // of the last attempt
	at       time.Time // of the last attempt
}

// metadata is a part of a provider's metadata (OpenID Connect Discovery 1.0, section 3).
type metadata struct {
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Keys          string   `json:"jwks_uri"`
	AuthMethods   []string `json:"token_endpoint_auth_methods_supported"`
	// SendsIss: authorization responses have an iss parameter (RFC 9207).
	SendsIss bool `json:"authorization_response_iss_parameter_supported"`
}

// authStyle returns how the client authenticates at the token endpoint: as the provider says, because
// trying another way would send the secret twice and use up the code.
func (m metadata) authStyle() (oauth2.AuthStyle, error) {
	switch {
	case len(m.AuthMethods) == 0 || slices.Contains(m.AuthMethods, "client_secret_basic"):
		return oauth2.AuthStyleInHeader, nil
	case slices.Contains(m.AuthMethods, "client_secret_post") || slices.Contains(m.AuthMethods, "none"):
		return oauth2.AuthStyleInParams, nil
	default:
		return 0, fmt.Errorf("the provider takes none of client_secret_basic, client_secret_post and none")
	}
}

// check returns an error unless the endpoints are where requests on behalf of the issuer may go: a provider
// describes its endpoints itself.
func (m metadata) check(issuer string) error {
	return errors.Join(outgoing.CheckURL(issuer, m.Authorization), outgoing.CheckURL(issuer, m.Token),
		outgoing.CheckURL(issuer, m.Keys))
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
	ctx, cancel := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), s.config.Clients(issuer)),
		discoveryTimeout)
	defer cancel()
	d.at = s.now()
	var m metadata
	var endpoint oauth2.Endpoint
	provider, err := oidc.NewProvider(ctx, issuer)
	if err == nil {
		endpoint = provider.Endpoint()
		err = provider.Claims(&m)
	}
	if err == nil {
		err = m.check(issuer)
	}
	if err == nil {
		endpoint.AuthStyle, err = m.authStyle()
	}
	if err != nil {
		d.err = fmt.Errorf("discover identity provider %s: %w", issuer, err)
		s.config.Log.WarnContext(ctx, "discovery of an identity provider failed",
			"issuer", issuer, "error", shorten(err.Error()))
	} else {
		d.provider, d.metadata, d.endpoint, d.err = provider, m, endpoint, nil
	}
	s.providers.Add(issuer, d)
	return d
}

// maxReason is the longest error of a provider that is logged, in bytes.
const maxReason = 300

func shorten(reason string) string { return reason[:min(len(reason), maxReason)] }
