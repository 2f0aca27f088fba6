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

// secretLength is the length of a secret: 26 characters of base32, or 130 random
// bits. That is too many to guess, so one round of SHA-256 is enough to store it.
const secretLength = 26

// TokenPrefix is the prefix of every access token, for secret scanners. After it
// come the secret and 7 characters of CRC-32, which tell a token from similar text
// without a query.
const TokenPrefix = "fleet_pat_"

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

func newSecret() string { return rand.Text() }

func hashOf(text string) fleet.SecretHash { return sha256.Sum256([]byte(text)) }

// isSecret reports whether text has the form of a secret.
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

// newToken returns a new access token and its hash.
func newToken() (string, fleet.SecretHash) {
	token := TokenPrefix + newSecret()
	token += checksum(token)
	return token, hashOf(token)
}

// parseToken returns the hash of an access token, and whether token has the form of
// one.
func parseToken(token string) (fleet.SecretHash, bool) {
	secret, found := strings.CutPrefix(token, TokenPrefix)
	if !found || len(secret) != secretLength+7 || !isSecret(secret[:secretLength]) {
		return fleet.SecretHash{}, false
	}
	end := len(TokenPrefix) + secretLength
	if sum := crc(token[:end]); token[end:] != string(sum[:]) {
		return fleet.SecretHash{}, false
	}
	return hashOf(token), true
}

func checksum(text string) string {
	sum := crc(text)
	return string(sum[:])
}

// crc is the checksum of each request's token, and therefore allocates nothing.
func crc(text string) (sum [7]byte) {
	var crc [4]byte
	binary.BigEndian.PutUint32(crc[:], crc32.ChecksumIEEE([]byte(text)))
	base32Text.Encode(sum[:], crc[:])
	return sum
}
