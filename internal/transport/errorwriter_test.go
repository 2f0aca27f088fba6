package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
)

func TestErrorsOutsideOfTheExecutor(t *testing.T) {
	t.Parallel()
	down, canceled := errors.New("the database is down"), errors.New("a statement was canceled")
	writer := &transport.ErrorWriter{
		Present: func(_ context.Context, err error) *gqlerror.Error {
			return &gqlerror.Error{Message: err.Error(), Extensions: map[string]any{"code": fleet.CodeOf(err)}}
		},
		Fault: func(err error) *fleet.Error {
			switch {
			case errors.Is(err, down):
				return &fleet.Error{Code: fleet.Unavailable}
			case errors.Is(err, canceled):
				return &fleet.Error{Code: fleet.Timeout}
			}
			return nil
		},
	}
	coded := func(code fleet.Code) error {
		return fmt.Errorf("wrapped: %w", &fleet.Error{Code: code, Message: "<no>"})
	}
	for name, c := range map[string]struct {
		err        error
		set        string // Retry-After before
		status     int
		retryAfter string
	}{
		"bad input":        {err: coded(fleet.BadInput), status: 400},
		"unauthenticated":  {err: coded(fleet.Unauthenticated), status: 401},
		"forbidden":        {err: coded(fleet.Forbidden), status: 403},
		"not found":        {err: coded(fleet.NotFound), status: 404},
		"conflict":         {err: coded(fleet.Conflict), status: 409},
		"limit exceeded":   {err: coded(fleet.LimitExceeded), status: 400},
		"rate limited":     {err: coded(fleet.RateLimited), status: 429, retryAfter: "1"},
		"for a minute":     {err: coded(fleet.RateLimited), set: "60", status: 429, retryAfter: "60"},
		"timeout":          {err: coded(fleet.Timeout), status: 504},
		"an internal one":  {err: errors.New("broken"), status: 500},
		"unknown code":     {err: coded("NEW"), status: 400},
		"database down":    {err: fmt.Errorf("look up a token: %w", down), status: 503, retryAfter: "1"},
		"unavailable":      {err: coded(fleet.Unavailable), status: 503, retryAfter: "1"},
		"statement ended":  {err: fmt.Errorf("look up a token: %w", canceled), status: 504},
		"database slow":    {err: context.DeadlineExceeded, status: 503, retryAfter: "1"},
		"client has left":  {err: context.Canceled, status: 500},
		"timeout with why": {err: errors.Join(coded(fleet.Timeout), context.DeadlineExceeded), status: 504},
	} {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "POST", "/graphql", nil)
		r.Header.Set("Accept", "application/graphql-response+json, application/json;q=0.9")
		if c.set != "" {
			w.Header().Set("Retry-After", c.set)
		}
		writer.Write(w, r, c.err)
		want := fmt.Sprintf(`"code":%q`, fleet.CodeOf(c.err))
		h := w.Header()
		if w.Code != c.status || h.Get("Retry-After") != c.retryAfter ||
			!strings.HasPrefix(w.Body.String(), `{"errors":[{"message":`) ||
			!strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d, Retry-After %q, %s", name, w.Code, h.Get("Retry-After"), w.Body)
		}
		if (h.Get("WWW-Authenticate") != "") != (w.Code == 401) || h.Get("Cache-Control") != "no-store" ||
			h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Content-Type") != "application/graphql-response+json; charset=utf-8" {
			t.Errorf("%s: %v", name, h)
		}
	}
}

// TestALimitOfTheServerHasAStatusOfItsOwn writes what browsers and event streams get.
func TestALimitOfTheServerHasAStatusOfItsOwn(t *testing.T) {
	t.Parallel()
	writer := &transport.ErrorWriter{
		Present: func(context.Context, error) *gqlerror.Error { return &gqlerror.Error{Message: "full"} },
	}
	for _, accept := range []string{"", "*/*", "text/event-stream", "application/json"} {
		w, r := httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "GET", "/graphql", nil)
		if accept != "" {
			r.Header.Set("Accept", accept)
		}
		writer.WriteStatus(w, r, 503, &fleet.Error{Code: fleet.LimitExceeded, Message: "full"})
		if w.Code != 503 || w.Header().Get("Content-Type") != "application/json; charset=utf-8" ||
			w.Header().Get("Retry-After") != "1" {
			t.Errorf("Accept %q: %d %v", accept, w.Code, w.Header())
		}
	}
}
