package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"bitcorp.dev/fleet/internal/tabular"
)

// ErrNoList is returned for a response in which an object above the list is null.
var ErrNoList = errors.New("an object above the list is null")

// Rows calls each with the rows of a page: data is that of a response. Text and values are valid until each
// returns.
func (p *Plan) Rows(data []byte, each func(text []byte, values []tabular.Value) error) error {
	s := &scanner{text: data}
	for _, key := range p.path {
		if !s.enter(key) {
			if s.err != nil {
				return s.err
			}
			return ErrNoList
		}
	}
	if s.skip('[') {
		values := make([]tabular.Value, len(p.Columns))
		for first := true; !s.skip(']') && s.err == nil; first = false {
			if !first {
				s.expect(',')
			}
			for i := range values {
				values[i] = tabular.Value{Null: true}
			}
			s.scratch = s.scratch[:0]
			from := s.start()
			s.read(p.row, values)
			if s.err != nil {
				return s.err
			}
			if err := each(s.text[from:s.at], values); err != nil {
				return err
			}
		}
		return s.err
	}
	if s.null() {
		return ErrNoList
	}
	return s.broken()
}

// Check returns ErrNoList if a response has no list.
func (p *Plan) Check(data []byte) error {
	errFound := errors.New("found")
	err := p.Rows(data, func([]byte, []tabular.Value) error { return errFound })
	if errors.Is(err, errFound) {
		return nil
	}
	return err
}

// scanner reads JSON that the executor has written: it is well-formed, and its objects have the keys of the
// selection.
type scanner struct {
	text    []byte
	at      int
	scratch []byte // texts without their escapes
	err     error
}

func (s *scanner) broken() error {
	if s.err == nil {
		s.err = fmt.Errorf("export: the response is no JSON of this operation at byte %d", s.at)
	}
	return s.err
}

// start returns where the next value begins.
func (s *scanner) start() int {
	for s.at < len(s.text) && (s.text[s.at] == ' ' || s.text[s.at] == '\n' || s.text[s.at] == '\r' || s.text[s.at] == '\t') {
		s.at++
	}
	return s.at
}

// skip skips a byte if it is the next one.
func (s *scanner) skip(b byte) bool {
	if s.start() < len(s.text) && s.text[s.at] == b {
		s.at++
		return true
	}
	return false
}

func (s *scanner) expect(b byte) {
	if !s.skip(b) {
		_ = s.broken()
	}
}

func (s *scanner) null() bool {
	if bytes.HasPrefix(s.text[s.start():], []byte("null")) {
		s.at += len("null")
		return true
	}
	return false
}

// enter moves to the value of a key of the next object. It returns false if the object is null or has no such key.
func (s *scanner) enter(key string) bool {
	if !s.skip('{') {
		if !s.null() {
			_ = s.broken()
		}
		return false
	}
	for first := true; !s.skip('}') && s.err == nil; first = false {
		if !first {
			s.expect(',')
		}
		name := s.quoted()
		s.expect(':')
		if string(name) == key {
			return true
		}
		s.value()
	}
	return false
}

// read reads the next value into the columns of n.
func (s *scanner) read(n *node, values []tabular.Value) {
	switch {
	case s.null():
	case s.at >= len(s.text):
		_ = s.broken()
	case n == nil: // __typename
		s.value()
	case n.fields != nil:
		s.expect('{')
		for first := true; !s.skip('}') && s.err == nil; first = false {
			if !first {
				s.expect(',')
			}
			name := s.quoted()
			s.expect(':')
			s.read(n.fields[string(name)], values)
		}
	case n.items != nil:
		s.expect('[')
		i := 0
		for ; !s.skip(']') && s.err == nil; i++ {
			if i > 0 {
				s.expect(',')
			}
			if i >= len(n.items) {
				_ = s.broken() // more than @listSize says, or than the first page had
				return
			}
			s.read(n.items[i], values)
		}
		n.longest = max(n.longest, i)
	case s.text[s.at] == '"':
		values[n.column] = tabular.Value{Text: s.plain(s.quoted())}
	default:
		from := s.at
		s.value()
		values[n.column] = tabular.Value{Text: s.text[from:s.at]}
	}
}

// quoted returns the next string, which it skips, without its quotation marks.
func (s *scanner) quoted() []byte {
	s.expect('"')
	from := s.at
	for s.err == nil && s.at < len(s.text) {
		switch s.text[s.at] {
		case '"':
			s.at++
			return s.text[from : s.at-1]
		case '\\':
			s.at++
		}
		s.at++
	}
	_ = s.broken()
	return nil
}

// plain returns a string without its escapes.
func (s *scanner) plain(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted
	}
	var text string
	if err := json.Unmarshal(append(append([]byte{'"'}, quoted...), '"'), &text); err != nil {
		_ = s.broken()
	}
	from := len(s.scratch)
	s.scratch = append(s.scratch, text...)
	return s.scratch[from:len(s.scratch):len(s.scratch)]
}

// value skips the next value.
func (s *scanner) value() {
	depth := 0
	for s.start() < len(s.text) && s.err == nil {
		switch s.text[s.at] {
		case '"':
			s.quoted()
		case '{', '[':
			depth++
			s.at++
		case '}', ']':
			depth--
			s.at++
		case ',', ':':
			s.at++
			continue
		default:
			for s.at < len(s.text) && bytes.IndexByte([]byte(",:]} \n\r\t"), s.text[s.at]) < 0 {
				s.at++
			}
		}
		if depth == 0 {
			return
		}
	}
	_ = s.broken()
}
