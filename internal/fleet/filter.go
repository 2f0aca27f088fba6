package fleet

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxSearch is the maximum length of a search in characters, MaxSearchTerms the maximum number of
// words.
const (
	MaxSearch      = 200
	MaxSearchTerms = 10
)

// SearchTerms splits a search into its words, as Fold compares them. Words without a letter or digit are left out. A row matches when it
// contains every word.
func SearchTerms(search string) []string {
	return slices.DeleteFunc(strings.Fields(Fold(search)), func(word string) bool {
		return !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
	})
}

// CheckSearch returns a BAD_INPUT without field for a search that is too long or not text.
func CheckSearch(search *string) error {
	if search == nil {
		return nil
	}
	if n := utf8.RuneCountInString(*search); n > MaxSearch {
		return BadInputf("", "a search of %d characters is too long: at most %d", n, MaxSearch)
	}
	if err := CheckText(*search); err != nil {
		return err
	}
	if n := len(SearchTerms(*search)); n > MaxSearchTerms {
		return BadInputf("", "a search of %d words is too long: at most %d", n, MaxSearchTerms)
	}
	return nil
}

// CheckText returns a BAD_INPUT without field for text that the database
// cannot hold: invalid UTF-8 or a NUL.
func CheckText(s string) error {
	if !utf8.ValidString(s) {
		return BadInputf("", "%s is not valid UTF-8", Quote(s))
	}
	if strings.ContainsRune(s, 0) {
		return BadInputf("", "%s contains a NUL character", Quote(s))
	}
	return nil
}
