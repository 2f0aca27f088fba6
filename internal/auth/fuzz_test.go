package auth

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

func FuzzParseToken(f *testing.F) {
	token, hash := newToken()
	for _, s := range []string{token, TokenPrefix, "", token[:len(token)-1], token + "A", strings.ToLower(token),
		TokenPrefix + strings.Repeat("A", 33)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, is := parseToken(text)
		if text == token && (!is || got != hash) {
			t.Error("a token is refused")
		}
		if !is {
			if got != (fleet.SecretHash{}) {
				t.Errorf("%q is refused, but has a hash", text)
			}
			return
		}
		end := len(TokenPrefix) + secretLength
		if len(text) != end+7 || !strings.HasPrefix(text,
			TokenPrefix) || !isSecret(text[len(TokenPrefix):end]) || text[end:] != checksum(text[:end]) || got != hashOf(text) {
			t.Errorf("%q is accepted as a token", text)
		}
	})
}

func FuzzSessionCookie(f *testing.F) {
	for _, s := range []string{newSecret(), "", strings.Repeat("A", 26), strings.Repeat("a", 26), strings.Repeat("1", 26),
		strings.Repeat("é", 13)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want := len(text) == secretLength && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
		if isSecret(text) != want {
			t.Errorf("%q is a secret: %v", text, !want)
		}
	})
}

func FuzzFlowCookie(f *testing.F) {
	whole := Flow{Company: fleet.NewUUID(), State: "s", Nonce: "n", Verifier: "v", Next: "/", Began: 1}
	for _, s := range []string{whole.Encode(), "", "e30", Flow{State: "s"}.Encode(), strings.Repeat("A", 4000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		flow, err := DecodeFlow(text)
		if err != nil {
			if flow != (Flow{}) || fleet.CodeOf(err) != fleet.Unauthenticated {
				t.Errorf("%q: %+v, %v", text, flow, err)
			}
			return
		}
		if flow.State == "" || flow.Nonce == "" || flow.Verifier == "" || len(text) > maxFlow {
			t.Errorf("%q is decoded as %+v", text, flow)
		}
		if again, err := DecodeFlow(flow.Encode()); len(flow.Encode()) <= maxFlow && (err != nil || again != flow) {
			t.Errorf("%+v is decoded as %+v, %v", flow, again, err)
		}
	})
}
