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

// rejection is the reason why a row cannot be imported.
type rejection struct{ column, value, reason string }

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
	in := &reader{csv: c, header: slices.Clone(header), column: map[string]int{}, name: m.Columns,
		utf8: m.Encoding == "utf-8"}
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

// next returns the next row and the line it begins on, or io.EOF after the last one. The rejection is about the row as
// a whole. The row is valid until the next call.
func (in *reader) next() (row []string, line int64, rejected *rejection, err error) {
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
		extra := strings.Join(row[min(len(row), len(in.header)):], ",")
		reason := fmt.Sprintf("the row has %d values, the header %d", len(row), len(in.header))
		return row, line, &rejection{value: extra, reason: reason}, nil
	}
	for i, value := range row {
		reason := ""
		switch {
		case in.utf8 && !utf8.ValidString(value):
			reason = "not valid UTF-8: if the file is Latin-1, use --encoding latin1"
		case strings.ContainsRune(value, 0):
			reason = "contains a NUL character"
		default:
			continue
		}
		return row, line, &rejection{in.header[i], value, reason}, nil
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

// reject turns an error about a field's value into a rejection.
func (in *reader) reject(row []string, field string, err error) *rejection {
	var e *fleet.Error
	reason := err.Error()
	if errors.As(err, &e) {
		reason = e.Message
	}
	return &rejection{in.name[field], in.value(row, field), reason}
}
