package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A row longer than this in bytes, or of more lines, is not a row: somebody
// forgot to close a quotation mark. Both keep memory constant.
const (
	maxRowBytes = 1 << 20
	maxRowLines = 1000
)

// splitter cuts a file into rows. encoding/csv cannot: its strict mode refuses
// the 3" hose of a technician, and its lazy mode lets a quotation mark that is
// never closed swallow the rows behind it without a word. Where encoding/csv
// in strict mode accepts a file, splitter returns the same rows; what it
// refuses is read line by line, and split only if one line makes one row.
type splitter struct {
	in      *bufio.Reader
	comma   []byte
	width   int      // values of a row; 0 until the header is known
	lines   int64    // lines read from in
	ahead   [][]byte // lines that were read and given back

	text   []byte // the row so far, without its last line end
	values []span // of text
	at     int    // where the next value begins, or goes on if open
	from   int    // where the open value begins
	open   bool   // within quotes
	double bool   // the open value contains quotes
}

// span is a value within a row's text.
type span struct {
	from, to int
	double   bool // contains quotes, maybe doubled
}

// record is one row of a file.
type record struct {
	values []string
	raw    []byte // the row's text, valid until the next row is read
	line   int64  // on which it begins, counted from 1
	broken bool   // the quotation marks do not pair; values are a guess
}

func newSplitter(r io.Reader, comma rune) *splitter {
	return &splitter{in: bufio.NewReaderSize(r, 1<<16), comma: []byte(string(comma))}
}

// next returns the next row that is not an empty line; io.EOF after the last.
func (s *splitter) next() (record, error) {
	line, err := s.line()
	for err == nil && len(line) == 0 {
		line, err = s.line()
	}
	if err != nil {
		return record{}, err
	}
	first := s.lines - int64(len(s.ahead))
	s.begin(line)
	pairs := s.scan(true)
	for n := 1; pairs && s.open; n++ {
		line, err := s.line()
		if errors.Is(err, io.EOF) || (err == nil && (n == maxRowLines || len(s.text)+len(line) > maxRowBytes)) {
			if err == nil {
				s.giveBack(line)
			}
			pairs = false
			break
		}
		if err != nil {
			return record{}, err
		}
		s.text = append(append(s.text, '\n'), line...)
		pairs = s.scan(true)
	}
	if pairs {
		return s.record(first, false), nil
	}
	// The first line alone must be the row: what follows is another.
	lines := bytes.Split(s.text, []byte{'\n'})
	for i := len(lines) - 1; i > 0; i-- {
		s.giveBack(bytes.Clone(lines[i]))
	}
	alone := bytes.Clone(lines[0])
	s.begin(alone)
	if s.scan(false) && len(s.values) == s.width {
		return s.record(first, false), nil // a quote within quotes that was not doubled
	}
	s.begin(alone)
	s.literal()
	return s.record(first, true), nil
}

// line returns the next line without its end, valid until the next call.
func (s *splitter) line() ([]byte, error) {
	if n := len(s.ahead); n > 0 {
		line := s.ahead[n-1]
		s.ahead = s.ahead[:n-1]
		return line, nil
	}
	line, err := s.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		line = bytes.Clone(line)
		for errors.Is(err, bufio.ErrBufferFull) && len(line) <= maxRowBytes {
			var more []byte
			more, err = s.in.ReadSlice('\n')
			line = append(line, more...)
		}
		if len(line) > maxRowBytes {
			return nil, fmt.Errorf("line %d is longer than %d bytes: this is not a CSV file, or its lines end in CR alone", s.lines+1, maxRowBytes)
		}
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	s.lines++
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'}), nil
}

// giveBack makes line the next one.
func (s *splitter) giveBack(line []byte) { s.ahead = append(s.ahead, line) }

// begin starts a row.
func (s *splitter) begin(line []byte) {
	s.text, s.values, s.at, s.open = append(s.text[:0], line...), s.values[:0], 0, false
}

// scan splits the text from where it stands and reports whether its quotes
// pair so far; if they do, open tells whether the row goes on. In strict mode
// a quote ends a value only before a delimiter or the end, and there is no
// other within quotes but a doubled one; else it is part of the value. A quote
// in a value that does not begin with one is part of it either way.
func (s *splitter) scan(strict bool) bool {
	for {
		if !s.open {
			if s.at == len(s.text) || s.text[s.at] != '"' {
				if i := bytes.Index(s.text[s.at:], s.comma); i >= 0 {
					s.values = append(s.values, span{s.at, s.at + i, false})
					s.at += i + len(s.comma)
					continue
				}
				s.values = append(s.values, span{s.at, len(s.text), false})
				return true
			}
			s.open, s.double = true, false
			s.at++
			s.from = s.at
		}
		i := bytes.IndexByte(s.text[s.at:], '"')
		if i < 0 {
			s.at = len(s.text)
			return strict // another line may close it; one alone has not
		}
		quote := s.at + i
		rest := s.text[quote+1:]
		switch {
		case len(rest) == 0:
			s.values = append(s.values, span{s.from, quote, s.double})
			s.open = false
			return true
		case bytes.HasPrefix(rest, s.comma):
			s.values = append(s.values, span{s.from, quote, s.double})
			s.open = false
			s.at = quote + 1 + len(s.comma)
		case rest[0] == '"':
			s.double = true
			s.at = quote + 2
		case strict:
			return false
		default:
			s.at = quote + 1
		}
	}
}

// literal splits at every delimiter, as if quotes meant nothing.
func (s *splitter) literal() {
	for {
		i := bytes.Index(s.text[s.at:], s.comma)
		if i < 0 {
			s.values = append(s.values, span{s.at, len(s.text), false})
			return
		}
		s.values = append(s.values, span{s.at, s.at + i, false})
		s.at += i + len(s.comma)
	}
}

func (s *splitter) record(line int64, broken bool) record {
	text := string(s.text) // one allocation; the values share it
	values := make([]string, len(s.values))
	for i, v := range s.values {
		values[i] = text[v.from:v.to]
		if v.double {
			values[i] = strings.ReplaceAll(values[i], `""`, `"`)
		}
	}
	return record{values, s.text, line, broken}
}

// split cuts the text of one row that splitter has accepted, or of a broken
// one, into its values again.
func split(raw []byte, comma rune, width int) []string {
	s := &splitter{comma: []byte(string(comma))}
	s.begin(raw)
	if s.scan(true) && !s.open {
		return s.record(0, false).values
	}
	s.begin(raw)
	if s.scan(false) && len(s.values) == width {
		return s.record(0, false).values
	}
	s.begin(raw)
	s.literal()
	return s.record(0, true).values
}
