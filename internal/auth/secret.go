package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash/crc32"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// A secret is 26 letters and digits of base32: 130 random bits, which nobody
// guesses, so that one round of SHA-256 is enough to keep it.
const secretLength = 26

// TokenPrefix begins every access token, for scanners that look for secrets
// in code. After it come the secret and 7 characters of CRC-32, by which a
// scanner, and we, tell a token from something alike without asking anybody.
const TokenPrefix = "fleet_pat_"

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

func newSecret() string { return rand.Text() }

func hashOf(text string) fleet.SecretHash { return sha256.Sum256([]byte(text)) }

// isSecret reports whether text looks like what newSecret returns.
func isSecret(text string) bool {
	if len(text) != secretLength {
		return false
	}
	for _, c := range []byte(text) {
		if (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// newToken returns an access token and what is kept of it.
func newToken() (string, fleet.SecretHash) {
	token := TokenPrefix + newSecret()
	token += checksum(token)
	return token, hashOf(token)
}

// parseToken returns what is kept of a token, and whether it is one at all.
func parseToken(token string) (fleet.SecretHash, bool) {
	secret, found := strings.CutPrefix(token, TokenPrefix)
	if !found || len(secret) != secretLength+7 || !isSecret(secret[:secretLength]) {
		return fleet.SecretHash{}, false
	}
	end := len(TokenPrefix) + secretLength
	if token[end:] != checksum(token[:end]) {
		return fleet.SecretHash{}, false
	}
	return hashOf(token), true
}

func checksum(text string) string {
	return base32Text.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(text))))
}
