package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A reader has to learn every term of the glossary, so it stays short.
const maxTerms = 14

var glossaryEntry = regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \|$`)

func TestTheGlossaryIsShortAndSorted(t *testing.T) {
	page, err := os.ReadFile("glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	var terms []string
	for _, entry := range glossaryEntry.FindAllStringSubmatch(string(page), -1) {
		if entry[1] == "term" {
			continue
		}
		terms = append(terms, entry[1])
		if len(strings.Fields(entry[2])) < 5 {
			t.Errorf("%s: %q explains nothing", entry[1], entry[2])
		}
	}
	if len(terms) == 0 || len(terms) > maxTerms {
		t.Errorf("the glossary has %d terms, want 1 to %d: use the trade's word for one of them", len(terms), maxTerms)
	}
	if sorted := slices.Sorted(slices.Values(terms)); !slices.Equal(terms, sorted) {
		t.Errorf("the terms are not sorted: %q, want %q", terms, sorted)
	}
	if lines := strings.Count(string(page), "\n| "); lines != len(terms)+1 {
		t.Errorf("%d rows of the table are read as %d terms", lines-1, len(terms))
	}
}
