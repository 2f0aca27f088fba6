package auth

import (
	"strings"
	"unicode/utf8"

	"github.com/ccojocar/zxcvbn-go"

	"bitcorp.dev/fleet/internal/fleet"
)

// Bounds of the length of a password, in characters.
const (
	MinPassword = 12
	MaxPassword = 200
)

const (
	// leastScore is the lowest score of zxcvbn, of 0 to 4, that a password may have: 0 and 1 are passwords
	// of lists of common ones, words of the user's own, and patterns of a few of them.
	leastScore = 2
	// scored is how many characters of a password are scored. The time grows with the square of them: 30 ms.
	scored = 64
)

// CheckPassword returns a BAD_INPUT error for the field unless password is valid
// UTF-8 of MinPassword to MaxPassword characters and hard to guess with the lists of
// common passwords and the owner's name, address and company. There are no rules about
// digits and symbols, in line with NIST SP 800-63B.
func CheckPassword(field, password string, owner fleet.PasswordOwner) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return fleet.BadInputf(field, "the password is not valid UTF-8")
	case n < MinPassword || n > MaxPassword:
		return fleet.BadInputf(field, "the password has %d characters, but must have %d to %d", n, MinPassword, MaxPassword)
	}
	// What is hashed is scored, so that other forms of common letters do not count as rare ones.
	text := []rune(string(normalize(password)))
	score := zxcvbn.PasswordStrength(string(text[:min(len(text), scored)]), ownWords(owner)).Score
	if score < leastScore {
		return fleet.BadInputf(field, "the password is easy to guess: it is common, a pattern, or made of the user's name, "+
			"address or company. Use several unrelated words")
	}
	return nil
}

// ownWords returns the words that an attacker tries first: name, address and company, whole, without spaces
// and by parts.
func ownWords(owner fleet.PasswordOwner) (words []string) {
	for _, text := range []string{owner.Name, owner.Email, owner.Company} {
		parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" .,@-_+", r) })
		words = append(words, text, strings.Join(parts, ""))
		for _, part := range parts {
			if utf8.RuneCountInString(part) > 2 {
				words = append(words, part)
			}
		}
	}
	return words
}
