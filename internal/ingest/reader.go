package ingest

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"bitcorp.dev/fleet/internal/fleet"
)

// reader reads a CSV file row by row.
type reader struct {
	csv    *csv.Reader
	header []string
	column map[string]int // field → index of its column
	name   map[string]string
	utf8   bool
}

// bad says what is wrong with one row.
type bad struct{ column, value, reason string }

// newReader reads the header and finds the mapped columns in it.
func newReader(r io.Reader, m *Mapping) (*reader, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if start, _ := buffered.Peek(3); string(start) == "\ufeff" {
		_, _ = buffered.Discard(3) // a byte order mark is not part of the first header
	}
	source := io.Reader(buffered)
	if m.Encoding == "latin1" {
		source = charmap.ISO8859_1.NewDecoder().Reader(buffered)
	}
	c := csv.NewReader(source)
	c.Comma = []rune(m.Delimiter)[0]
	c.FieldsPerRecord = -1 // ragged rows are rejected one by one
	c.LazyQuotes = true    // technicians write 3" hose
	c.ReuseRecord = true
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: it needs a header line")
	}
	if err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	in := &reader{csv: c, header: slices.Clone(header), column: map[string]int{}, name: m.Columns, utf8: m.Encoding == "utf-8"}
	for i, h := range in.header {
		in.header[i] = strings.TrimSpace(h)
	}
	for field, name := range m.Columns {
		at := slices.Index(in.header, name)
		if at < 0 {
			return nil, fmt.Errorf("the file has no column %q for %s; it has %s", name, field, strings.Join(in.header, ", "))
		}
		if slices.Contains(in.header[at+1:], name) {
			return nil, fmt.Errorf("the file has more than one column %q: rename all but one", name)
		}
		in.column[field] = at
	}
	return in, nil
}

// next returns the next row and the line it begins on; io.EOF after the last.
// What is wrong with the row as a whole comes back as bad.
func (in *reader) next() (row []string, line int64, wrong *bad, err error) {
	row, err = in.csv.Read()
	if err != nil {
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			return nil, int64(parse.StartLine), nil, fmt.Errorf("line %d is not CSV: %w", parse.Line, parse.Err)
		}
		return nil, 0, nil, err
	}
	at, _ := in.csv.FieldPos(0)
	line = int64(at)
	if len(row) != len(in.header) {
		return row, line, &bad{"", strings.Join(row[min(len(row), len(in.header)):], ","), fmt.Sprintf("the row has %d values, the header %d", len(row), len(in.header))}, nil
	}
	for i, value := range row {
		if in.utf8 && !utf8.ValidString(value) {
			return row, line, &bad{in.header[i], value, "not valid UTF-8: is the file Latin-1? then say --encoding latin1"}, nil
		}
		if strings.ContainsRune(value, 0) {
			return row, line, &bad{in.header[i], value, "contains a NUL character"}, nil
		}
	}
	return row, line, nil, nil
}

// value returns the trimmed text of a field; "" if it is empty or not mapped.
func (in *reader) value(row []string, field string) string {
	at, ok := in.column[field]
	if !ok {
		return ""
	}
	return strings.TrimSpace(row[at])
}

// wrong makes a bad of an error about a field's value.
func (in *reader) wrong(row []string, field string, err error) *bad {
	var e *fleet.Error
	reason := err.Error()
	if errors.As(err, &e) {
		reason = e.Message
	}
	return &bad{in.name[field], in.value(row, field), reason}
}
