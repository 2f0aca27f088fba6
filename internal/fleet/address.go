package fleet

import (
	"net/mail"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FoldASCII returns text with its ASCII letters in lower case and everything else as it is. Other
// letters are not folded, because the ways to do so differ: PostgreSQL lowers the Kelvin sign to the
// letter k, and so one address would be another. ascii_fold is the same function in SQL.
func FoldASCII(text string) string {
	folded := []byte(text)
	for i, c := range folded {
		if 'A' <= c && c <= 'Z' {
			folded[i] = c + ('a' - 'A')
		}
	}
	return string(folded)
}

// AddressKey returns the form of an e-mail address in which addresses are compared: in the database, in
// the counts of failed sign-ins, everywhere. The letter case of ASCII does not count; nothing else is
// folded. It does not normalize either, since NFC too makes the Kelvin sign a K: an address that is not
// in NFC is refused instead of changed.
func AddressKey(email string) string { return FoldASCII(email) }

// CheckEmail returns an error unless email is a plain address: in Unicode's composed form (NFC), and
// without characters that are not seen or that change the direction of the text, which would make it
// look like another one.
func CheckEmail(email string) error {
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || len(email) > 254 {
		return BadInputf("email", "%s is no e-mail address, such as dana@example.com", Quote(email))
	}
	if !norm.NFC.IsNormalString(email) {
		return BadInputf("email", "%s is not in Unicode's composed form (NFC)", Quote(email))
	}
	for _, r := range email {
		if unicode.IsSpace(r) || !unicode.IsGraphic(r) || invisible(r) {
			return BadInputf("email", "%s contains the character %U, which an e-mail address may not have",
				Quote(email), r)
		}
	}
	return nil
}

// checkPlain returns a BAD_INPUT without field for text with control characters or with characters that
// are not seen or change the direction of the text. Joiners are allowed: some scripts spell names with
// them.
func checkPlain(name string) error {
	for _, r := range name {
		if unicode.IsControl(r) || invisible(r) && r != zeroWidthNonJoiner && r != zeroWidthJoiner {
			return BadInputf("", "%s contains the character %U, which a name may not have", Quote(name), r)
		}
	}
	return nil
}

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// invisible reports whether r is a format character, such as the marks of direction, or one that is
// ignored when text is shown.
func invisible(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Bidi_Control, unicode.Other_Default_Ignorable_Code_Point,
		unicode.Variation_Selector, unicode.Zl, unicode.Zp)
}
