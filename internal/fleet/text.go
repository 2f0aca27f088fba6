package fleet

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Tidy returns a text as it is stored: in Unicode's composed form (NFC), without blanks at its ends and
// the ends of its lines, and with one blank for each run of them. Characters that are not seen stay,
// for the checks to refuse.
func Tidy(s string) string {
	s = norm.NFC.String(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")))
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range s {
		if unicode.Is(unicode.Zs, r) {
			blank = true
			continue
		}
		if blank && r != '\n' {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	return b.String()
}

// tidy tidies texts in place; nil ones stay.
func tidy(texts ...*string) {
	for _, t := range texts {
		if t != nil {
			*t = Tidy(*t)
		}
	}
}

// tidied returns a tidy copy of an optional text.
func tidied(s *string) *string {
	if s == nil {
		return nil
	}
	t := Tidy(*s)
	return &t
}

// Fold returns a text as searches compare it: in lower case and without accents. The function text_fold
// of the database does the same.
func Fold(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f { // combining marks
			return -1
		}
		if r == 'ς' { // a sigma at the end of a word
			return 'σ'
		}
		return r
	}, norm.NFD.String(s)))
}
