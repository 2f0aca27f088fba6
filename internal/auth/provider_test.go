package auth_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

func TestProvidersThatAreOpenToAllNeedAClaim(t *testing.T) {
	t.Parallel()
	for issuer, open := range map[string]bool{
		"https://accounts.google.com": true, "https://accounts.google.com/": true, "https://login.microsoftonline.com/common/v2.0": true,
		"https://login.microsoftonline.com/organizations/v2.0": true, "https://login.microsoftonline.com/Consumers/v2.0": true,
		"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0": true,
		"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0": false,
		"https://accounts.google.com.example.com":                                     false, "https://login.example.com": false,
	} {
		p := fleet.IdentityProvider{Issuer: issuer, ClientID: "fleet"}
		if err := auth.CheckProvider(p); err != nil || auth.OpenToAll(p) != open {
			t.Errorf("%s: open %v, %v", issuer, auth.OpenToAll(p), err)
		}
		p.TrustEmail = true
		if err := auth.CheckProvider(p); (err != nil) != open {
			t.Errorf("%s with every address: %v", issuer, err)
		}
		p.RequiredClaims = map[string]string{"hd": "example.com"}
		if err := auth.CheckProvider(p); err != nil || auth.OpenToAll(p) {
			t.Errorf("%s with a claim: open %v, %v", issuer, auth.OpenToAll(p), err)
		}
	}
	for path, value := range map[string]string{"": "example.com", "hd": ""} {
		p := fleet.IdentityProvider{Issuer: "https://login.example.com", ClientID: "fleet", RequiredClaims: map[string]string{path: value}}
		want(t, fleet.BadInput, auth.CheckProvider(p))
	}
}
