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
	// cachedProviders is how many providers' descriptions are remembered.
	cachedProviders = 1000
	// describeEvery is how old one may be. Keys have a life of their own: one
	// that is not known yet is asked for at once.
	describeEvery = time.Hour
	// describeAgain is how long a provider that did not answer is left alone.
	describeAgain = 30 * time.Second
	// describeTimeout is how long it has for its answer.
	describeTimeout = 5 * time.Second
)

// description is what a provider told of itself.
type description struct {
	provider *oidc.Provider // as it was told last; nil before the first time
	names    bool           // its answers name it (RFC 9207)
	err      error          // of the last time that it was asked
	at       time.Time      // when that was
}

// describe returns what a provider tells of itself. It is asked once for all
// who want to know; while it does not answer, what it told last goes on.
func (s *Service) describe(ctx context.Context, issuer string) (description, error) {
	d, fresh := s.described(issuer)
	if !fresh {
		// An error is part of the description.
		v, _, _ := s.describing.Do(issuer, func() (any, error) { return s.ask(ctx, issuer), nil })
		d = v.(description) //nolint:forcetypeassert // ask returns nothing else
	}
	if d.provider == nil {
		return d, d.err
	}
	return d, nil
}

// described returns what is remembered of a provider, and whether it need not
// be asked now.
func (s *Service) described(issuer string) (description, bool) {
	d, ok := s.providers.Get(issuer)
	life := describeEvery
	if d.err != nil {
		life = describeAgain
	}
	return d, ok && s.now().Sub(d.at) < life
}

func (s *Service) ask(ctx context.Context, issuer string) description {
	d, fresh := s.described(issuer)
	if fresh { // since the caller looked
		return d
	}
	// Others wait for this answer too: who asked first may leave.
	ctx, cancel := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), s.config.Client), describeTimeout)
	defer cancel()
	d.at = s.now()
	var told struct {
		Names bool `json:"authorization_response_iss_parameter_supported"`
	}
	provider, err := oidc.NewProvider(ctx, issuer)
	if err == nil {
		err = provider.Claims(&told)
	}
	if err != nil {
		d.err = fmt.Errorf("discover identity provider %s: %w", issuer, err)
		s.config.Log.WarnContext(ctx, "an identity provider does not describe itself", "issuer", issuer, "error", shorten(err.Error()))
	} else {
		d.provider, d.names, d.err = provider, told.Names, nil
	}
	s.providers.Add(issuer, d)
	return d
}

// maxReason is how many bytes of what a provider answered are logged.
const maxReason = 300

func shorten(reason string) string { return reason[:min(len(reason), maxReason)] }

// maxTold is how many bytes of a provider's answer are read. Descriptions and
// keys have some thousands, and nobody knows who is behind a company's issuer.
const maxTold = 1 << 20

// sparing reads so much of each answer.
type sparing struct{ http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t sparing) RoundTrip(r *http.Request) (*http.Response, error) {
	w, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		w.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(w.Body, maxTold), w.Body}
	}
	return w, err
}

// toProviders returns a client like c that is sparing.
func toProviders(c *http.Client) *http.Client {
	spares := *c
	if spares.Transport == nil {
		spares.Transport = http.DefaultTransport
	}
	spares.Transport = sparing{spares.Transport}
	return &spares
}
