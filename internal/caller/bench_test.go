package caller_test

import (
	"context"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

// grants is a store in which every secret is valid.
type grants struct {
	auth.Store
	grant fleet.Grant
}

func (g grants) SessionGrant(context.Context, fleet.SecretHash) (fleet.Grant, error) {
	return g.grant, nil
}

func (g grants) TokenGrant(context.Context, fleet.SecretHash) (fleet.Grant, error) {
	return g.grant, nil
}

// BenchmarkAuthenticate is what the server does for each request: it looks up the credentials, which are cached, and
// names the budget and the quota that they draw from.
func BenchmarkAuthenticate(b *testing.B) {
	s, err := auth.New(grants{grant: fleet.Grant{ID: fleet.NewUUID(), LastUsed: time.Now().Add(time.Hour),
		Viewer: fleet.Viewer{UserID: fleet.NewUUID()}}}, auth.Config{})
	if err != nil {
		b.Fatal(err)
	}
	a := caller.Authenticator{Credentials: s, Cookie: "session", AllowLookup: func(context.Context) error { return nil }}
	secret := strings.Repeat("A", 26)
	token := auth.TokenPrefix + secret
	token += base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(
		binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(token))))
	for name, header := range map[string]http.Header{
		"token":   {"Authorization": {"Bearer " + token}},
		"session": {"Cookie": {"session=" + secret}},
	} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/graphql", nil)
			r.Header = header
			b.ReportAllocs()
			for b.Loop() {
				c, _, err := a.Authenticate(r)
				if err != nil || c.BudgetKey() == "" || c.BudgetKey() == "" || c.QuotaKey() == "" {
					b.Fatal(err)
				}
			}
		})
	}
}
