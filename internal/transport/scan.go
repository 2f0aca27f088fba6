package transport

import (
	"encoding/json"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
)

// scanBody is readBody for the bodies that clients send as a rule, in one pass and without reflection. What is
// rare is left to readBody, which judges and explains it: escapes by \u, members of other names or given twice,
// deep nesting, and everything that is refused. ok is false then.
func scanBody(body []byte) (params *graphql.RawParams, ok bool) {
	if !utf8.Valid(body) {
		return nil, false
	}
	s := scanner{text: body, ok: true}
	params = &graphql.RawParams{}
	query := false
	s.object(func(name []byte) {
		switch string(name) {
		case "query":
			query = !query && s.peek() == '"'
			s.ok = s.ok && query
			params.Query = s.string()
		case "operationName":
			if s.ok = s.ok && params.OperationName == ""; s.peek() == '"' {
				params.OperationName = s.string()
			} else {
				s.word("null")
			}
		case "variables":
			s.ok = s.ok && params.Variables == nil
			params.Variables = s.optional()
		case "extensions":
			s.ok = s.ok && params.Extensions == nil
			params.Extensions = s.optional()
		default:
			s.ok = false
		}
	})
	s.space()
	return params, s.ok && s.at == len(s.text) && (query || params.Extensions["persistedQuery"] != nil)
}

// mostScanned is how deep the lists and objects may be nested that a scanner reads.
const mostScanned = 32

// scanner reads JSON as encoding/json does, numbers as their text. Once ok is false it reads nothing more.
type scanner struct {
	text  []byte // valid UTF-8
	at    int
	depth int
	ok    bool
}

func (s *scanner) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

// peek returns the first byte of the next value, 0 without one.
func (s *scanner) peek() byte {
	s.space()
	if !s.ok || s.at == len(s.text) {
		return 0
	}
	return s.text[s.at]
}

// take reads a byte that has to be the next one.
func (s *scanner) take(b byte) {
	if s.ok = s.peek() == b; s.ok {
		s.at++
	}
}

func (s *scanner) word(w string) {
	s.space()
	if s.ok = s.ok && len(s.text)-s.at >= len(w) && string(s.text[s.at:s.at+len(w)]) == w; s.ok {
		s.at += len(w)
	}
}

// object reads an object; member reads the value of each name.
func (s *scanner) object(member func(name []byte)) {
	s.items('{', '}', func() {
		name, plain := s.raw()
		s.ok = s.ok && plain // an escape in a name is rare
		s.take(':')
		if s.ok {
			member(name)
		}
	})
}

// items reads what stands between two brackets, with commas between.
func (s *scanner) items(open, end byte, item func()) {
	s.take(open)
	s.depth++
	s.ok = s.ok && s.depth <= mostScanned
	if s.peek() != end {
		for item(); s.peek() == ','; item() {
			s.at++
		}
	}
	s.take(end)
	s.depth--
}

// optional reads an object or null.
func (s *scanner) optional() map[string]any {
	if s.peek() == '{' {
		return s.members()
	}
	s.word("null")
	return nil
}

func (s *scanner) members() map[string]any {
	object := map[string]any{}
	s.object(func(name []byte) {
		if _, twice := object[string(name)]; twice {
			s.ok = false
			return
		}
		object[string(name)] = s.value()
	})
	return object
}

func (s *scanner) value() any {
	switch s.peek() {
	case '"':
		return s.string()
	case '{':
		return s.members()
	case '[':
		list := []any{}
		s.items('[', ']', func() { list = append(list, s.value()) })
		return list
	case 't':
		s.word("true")
		return true
	case 'f':
		s.word("false")
		return false
	case 'n':
		s.word("null")
		return nil
	default:
		return s.number()
	}
}

// number reads a number as JSON writes it: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (s *scanner) number() json.Number {
	s.space()
	start := s.at
	s.skip('-', '-')
	if !s.skip('0', '0') {
		s.digits()
	}
	if s.skip('.', '.') {
		s.digits()
	}
	if s.skip('e', 'e') || s.skip('E', 'E') {
		if !s.skip('+', '+') {
			s.skip('-', '-')
		}
		s.digits()
	}
	return json.Number(s.text[start:s.at])
}

// skip reads a byte if it is within the bounds, and reports whether it is.
func (s *scanner) skip(first, last byte) bool {
	if s.ok && s.at < len(s.text) && first <= s.text[s.at] && s.text[s.at] <= last {
		s.at++
		return true
	}
	return false
}

// digits reads one digit or more.
func (s *scanner) digits() {
	s.ok = s.skip('0', '9')
	for s.skip('0', '9') {
	}
}

func (s *scanner) string() string {
	text, plain := s.raw()
	if plain || !s.ok {
		return string(text)
	}
	unescaped := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b == '\\' {
			i++ // there is one: raw has read it
			if b = escapes[text[i]]; b == 0 {
				s.ok = false
				return ""
			}
		}
		unescaped = append(unescaped, b)
	}
	return string(unescaped)
}

// escapes are the bytes that stand behind a backslash, but for u.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// raw reads a string and returns what is between its quotes; plain says that nothing in it is escaped.
func (s *scanner) raw() (text []byte, plain bool) {
	s.take('"')
	plain = true
	for start := s.at; s.ok && s.at < len(s.text); s.at++ {
		switch b := s.text[s.at]; {
		case b == '"':
			s.at++
			return s.text[start : s.at-1], plain
		case b == '\\':
			plain = false
			s.at++
		case b < ' ':
			s.ok = false
		}
	}
	s.ok = false
	return nil, plain
}
