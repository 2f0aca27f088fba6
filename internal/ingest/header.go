package ingest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxTitles is how many lines are searched for the header.
const maxTitles = 50

// columnSpec is where a field's value stands: the parts of the first alternative that is not empty.
type columnSpec [][]int

// canonical is how headers are compared if none is written exactly so: their case and spaces do not count.
func canonical(header string) string {
	return strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(header, "\u00a0", " ")), " "))
}

// findHeader returns the position of a column; -1 if there is none, -2 if there are several.
func findHeader(header []string, name string) int {
	for _, same := range []func(string) bool{
		func(h string) bool { return strings.TrimSpace(h) == name },
		func(h string) bool { return canonical(h) == canonical(name) },
	} {
		if at := slices.IndexFunc(header, same); at >= 0 {
			if slices.ContainsFunc(header[at+1:], same) {
				return -2
			}
			return at
		}
	}
	return -1
}

// missingColumn is a column that a mapping names and the header lacks, or has more than once.
type missingColumn struct {
	field, name string
	twice       bool
}

// findColumns finds the mapped columns in a header. A name that is not a header itself may be alternatives, A|B, of which
// the first that is not empty counts, and a reference may be made of several columns, A+B.
func findColumns(header []string, m *Mapping) (map[string]columnSpec, []missingColumn) {
	found, missing := map[string]columnSpec{}, []missingColumn(nil)
	for _, field := range m.mappedFields() {
		name := m.Columns[field]
		if at := findHeader(header, name); at >= 0 {
			found[field] = columnSpec{{at}}
			continue
		}
		var spec columnSpec
		for _, alternative := range strings.Split(name, "|") {
			parts := []string{alternative}
			if field == sourceRef && findHeader(header, strings.TrimSpace(alternative)) == -1 {
				parts = strings.Split(alternative, "+")
			}
			var list []int
			for _, part := range parts {
				part = strings.TrimSpace(part)
				at := findHeader(header, part)
				if at < 0 {
					missing = append(missing, missingColumn{field, part, at == -2})
				}
				list = append(list, at)
			}
			spec = append(spec, list)
		}
		found[field] = spec
	}
	return found, missing
}

// missingError says which columns are missing, and what the file has.
func missingError(header []string, missing []missingColumn, delimiter string) error {
	var texts []string
	for _, c := range missing {
		if c.twice {
			texts = append(texts, fmt.Sprintf("more than one column %s for %s: rename all but one", shown(c.name), c.field))
			continue
		}
		texts = append(texts, fmt.Sprintf("no column %s for %s", shown(c.name), c.field))
	}
	var has []string
	for _, h := range header[:min(len(header), 30)] {
		has = append(has, shown(strings.TrimSpace(h)))
	}
	if len(header) > 30 {
		has = append(has, fmt.Sprintf("and %d more", len(header)-30))
	}
	hint := ""
	if len(header) == 1 {
		for _, d := range delimiters {
			if d != delimiter && strings.Contains(header[0], d) {
				hint = fmt.Sprintf("; the header looks separated by %s: use --delimiter '%s'", d, d)
			}
		}
	}
	return fmt.Errorf("the file has %s; its header is %s%s", strings.Join(texts, " and "), strings.Join(has, ", "), hint)
}

// readHeader reads the lines up to the header: the one of the mapping's HeaderLine, or the first that has all mapped
// columns. An error is about the line that has most of them.
func readHeader(
	rows rowReader,
	m *Mapping,
	delimiter string,
) (header []string, column map[string]columnSpec, line int64,
	err error) {
	var closest []string
	var lack []missingColumn
	for n := 1; n <= maxTitles || m.HeaderLine > 0; n++ {
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, 0, fmt.Errorf("read the header: %w", err)
		}
		names := headerNames(r.cells)
		set := m.HeaderLine > 0 && !isRejects(names) // a file of rejects begins with its header
		if set && r.line < int64(m.HeaderLine) {
			continue
		}
		if set && r.line > int64(m.HeaderLine) {
			return nil, nil, 0, fmt.Errorf("line %d of the file is empty or within a row: it is no header", m.HeaderLine)
		}
		found, missing := findColumns(names, m)
		if len(missing) == 0 && r.bad == "" {
			return names, found, r.line, nil
		}
		if closest == nil || len(missing) < len(lack) {
			closest, lack = names, missing
		}
		if set {
			break
		}
	}
	if closest == nil && m.HeaderLine > 0 {
		return nil, nil, 0, fmt.Errorf("the file has no line %d: --header-line is behind its end", m.HeaderLine)
	}
	if closest == nil {
		return nil, nil, 0, errors.New("the file is empty: it needs a header line")
	}
	return nil, nil, 0, missingError(closest, lack, delimiter)
}

// guessHeader finds the header of a file without a mapping: the first of its rows that is about as full as the fullest.
// The rows below it are read again.
func guessHeader(rows rowReader) (header record, below rowReader, err error) {
	var seen []record
	fullest := 0
	for len(seen) < maxTitles {
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return record{}, nil, fmt.Errorf("read the header: %w", err)
		}
		seen = append(seen, r)
		fullest = max(fullest, filledCells(r.cells))
	}
	for i, r := range seen {
		if n := filledCells(r.cells); n > 0 && n*5 >= fullest*4 {
			return r, &replay{seen[i+1:], rows}, nil
		}
	}
	return record{}, nil, errors.New("the file is empty: it needs a header line")
}

func filledCells(cells []cell) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c.text) != "" {
			n++
		}
	}
	return n
}

// replay reads rows that have been read, then the others.
type replay struct {
	seen []record
	rows rowReader
}

func (r *replay) next() (record, error) {
	if len(r.seen) == 0 {
		return r.rows.next()
	}
	first := r.seen[0]
	r.seen = r.seen[1:]
	return first, nil
}

// isRejects reports whether a header is that of a file of rejected rows.
func isRejects(header []string) bool {
	return slices.Contains(header, rejectColumns[0]) && slices.Contains(header, rejectColumns[len(rejectColumns)-1])
}

func headerNames(cells []cell) []string {
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = strings.TrimSpace(c.text)
	}
	return names
}
