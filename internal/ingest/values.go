package ingest

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
)

// cell is a value of a row. Cells of a workbook have a type, values of a CSV file are text.
type cell struct {
	text string
	kind cellKind
}

// cellKind is the type of a cell.
type cellKind byte

const (
	textCell   cellKind = iota
	numberCell          // digits with an optional sign and point
	dateCell            // YYYY-MM-DD, or with a time YYYY-MM-DD hh:mm:ss
)

// parser checks a value of a field and returns it as it is staged. Its errors are phrases that follow the column's name
// in the reason of a rejected row.
type parser func(c *converter, field string, v cell) (string, error)

// always is a fallback to a constant.
func always[T ~string](value T) func(*Mapping) (string, error) {
	return func(*Mapping) (string, error) { return string(value), nil }
}

func defaultCategory(m *Mapping) (string, error) {
	if m.DefaultCategory == "" {
		return "", errors.New("is empty: fill it in, or use --default-category")
	}
	return m.DefaultCategory, nil
}

func text(most int) parser {
	return func(_ *converter, _ string, v cell) (string, error) {
		s := fleet.Tidy(v.text)
		if n := utf8.RuneCountInString(s); n > most {
			return "", fmt.Errorf("has %d characters: at most %d", n, most)
		}
		return s, nil
	}
}

// word is how words are compared: their case, and what separates them, do not count.
func word(s string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_", "\u00a0", "_").Replace(strings.TrimSpace(s)))
}

func oneOf[T ~string](values []T, s string) (string, bool) {
	for _, v := range values {
		if word(s) == string(v) {
			return string(v), true
		}
	}
	return "", false
}

func status[T ~string](values []T) parser {
	return func(c *converter, _ string, v cell) (string, error) {
		if s, ok := c.statuses[word(v.text)]; ok {
			return s, nil
		}
		if s, ok := oneOf(values, v.text); ok {
			return s, nil
		}
		if s, ok := c.statuses["*"]; ok {
			return s, nil
		}
		return "", fmt.Errorf("is none of %v and not mapped to one: --status-map %s=…", values, fleet.Quote(v.text))
	}
}

func kind[T ~string](values []T) parser {
	return func(c *converter, _ string, v cell) (string, error) {
		if k, ok := c.kinds[word(v.text)]; ok {
			return k, nil
		}
		if k, ok := oneOf(values, v.text); ok {
			return k, nil
		}
		if k, ok := c.kinds["*"]; ok {
			return k, nil
		}
		return "", fmt.Errorf("is none of %v and not mapped to one: --kind-map %s=…", values, v.text)
	}
}

// wordMap returns the words of a mapping as word writes them, or an error about one that is mapped twice, or to a value
// that there is not.
func wordMap[T ~string](what string, words map[string]string, values []T) (map[string]string, error) {
	list := make(map[string]string, len(words))
	for w, to := range words {
		value, ok := oneOf(values, to)
		if !ok {
			return nil, fmt.Errorf("%s %s is mapped to %q: use one of %v", what, w, to, values)
		}
		if other, ok := list[word(w)]; ok && other != value {
			return nil, fmt.Errorf("%s %s is mapped to both %s and %s: upper and lower case are the same", what, w, other, value)
		}
		list[word(w)] = value
	}
	return list, nil
}

// splitName divides the name of a person. ok is false for one word, which leaves the other name unknown.
func splitName(name string) (first, last string, ok bool) {
	if before, after, comma := strings.Cut(name, ","); comma {
		first, last = strings.TrimSpace(after), strings.TrimSpace(before)
	} else if words := strings.Fields(name); len(words) > 1 {
		first, last = strings.Join(words[:len(words)-1], " "), words[len(words)-1]
	}
	return first, last, first != "" && last != ""
}
