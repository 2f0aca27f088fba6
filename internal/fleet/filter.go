package fleet

import (
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

// MaxFilterValues is the maximum number of values of a list in a filter.
const MaxFilterValues = 100

// SearchTerms splits a search into its words, in lower case. A row matches when it contains every
// word.
func SearchTerms(search string) []string { return strings.Fields(strings.ToLower(search)) }

// CheckSearch returns a BAD_INPUT without field for a search that is too long,
// not text, or has a word without letter or digit, which would match all or nothing.
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
	terms := SearchTerms(*search)
	if len(terms) > MaxSearchTerms {
		return BadInputf("", "a search of %d words is too long: at most %d", len(terms), MaxSearchTerms)
	}
	for _, term := range terms {
		if !strings.ContainsFunc(term, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return BadInputf("", "%s has nothing to search for: each word needs a letter or a digit", Quote(term))
		}
	}
	if len(terms) == 0 {
		return BadInputf("", "an empty search finds nothing: leave it out, or write a word")
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

func checkList(field string, n int) error {
	if n > MaxFilterValues {
		return BadInputf(field, "%d values are too many: at most %d", n, MaxFilterValues)
	}
	return nil
}

func checkTexts(field string, values []string, maxLen int) error {
	if err := checkList(field, len(values)); err != nil {
		return err
	}
	for _, v := range values {
		if n := utf8.RuneCountInString(v); n > maxLen {
			return BadInputf(field, "a value of %d characters is too long: at most %d", n, maxLen)
		}
		if err := CheckText(v); err != nil {
			return InField(field, err)
		}
	}
	return nil
}

func checkCosts(lowest, highest *Decimal) error {
	if lowest != nil && highest != nil && lowest.Cmp(*highest) > 0 {
		return BadInputf("costMax", "%s is below costMin %s", *highest, *lowest)
	}
	return nil
}
