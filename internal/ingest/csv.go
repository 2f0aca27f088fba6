package ingest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// record is a row of a file.
type record struct {
	line  int64
	cells []cell
	// bad is why the row cannot be read; its column is the position of the value in column.
	bad    string
	column int
}

// Limits of what is read into memory at once, in bytes.
const (
	maxLine   = 1 << 20   // a line that is longer is rejected
	maxRecord = 256 << 10 // a value in quotes that makes its row longer is taken for one that is never closed
)

// csvFile reads CSV as RFC 4180 describes it, with any delimiter. A quotation mark within a value without quotes is a
// character. A row that goes over several lines has to be correct, of the right width, and may not hide rows that are
// correct by themselves; otherwise its first line is a row that is rejected, and those below are read again, so that a
// missing quotation mark costs one row.
type csvFile struct {
	in        *bufio.Reader
	delimiter string
	cr        bool // lines end with CR alone
	wrapped   bool // each line is one value in quotes, which holds the row
	width     int  // values of a row; 0 for any
	// isRow reports whether cells could be a row of the file; nil if nothing is known of it.
	isRow func(cells []string) bool

	line  int64      // lines that have been read
	ahead []textLine // lines that are read again
}

// textLine is a line without its end. Of a long one there is only the beginning.
type textLine struct {
	text string
	long bool
}

func (f *csvFile) readLine() (textLine, error) {
	if len(f.ahead) > 0 {
		line := f.ahead[0]
		f.ahead = f.ahead[1:]
		f.line++
		return line, nil
	}
	end := byte('\n')
	if f.cr {
		end = '\r'
	}
	var line []byte
	long := false
	for {
		part, err := f.in.ReadSlice(end)
		if !long {
			line = append(line, part...)
		}
		if len(line) > maxLine {
			long, line = true, line[:100]
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
			return textLine{}, err
		}
		break
	}
	f.line++
	return textLine{strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r"), long}, nil
}

// next returns the next row, or io.EOF after the last one.
func (f *csvFile) next() (record, error) {
	read, err := f.readLine()
	if err != nil {
		return record{}, err
	}
	text, at := read.text, f.line
	if read.long {
		return record{line: at, cells: []cell{{text: text}}, column: -1,
			bad: fmt.Sprintf("the line is longer than %d bytes", maxLine)}, nil
	}
	if f.wrapped {
		return f.unwrap(text, at), nil
	}
	p := lineParser{delimiter: f.delimiter}
	switch p.feed(text) {
	case whole:
		return record{line: at, cells: textCells(p.cells)}, nil
	case unclosed:
		if cells, ok, err := f.grow(text); err != nil || ok {
			return record{line: at, cells: textCells(cells)}, err
		}
		return f.misquoted(text, at, len(p.cells), "a quotation mark opens the value and is never closed"), nil
	default:
		return f.misquoted(text, at, len(p.cells)-1, `a quotation mark closes the value before its end: `+
			`within a value in quotes it is written ""`), nil
	}
}

// misquoted is a row whose quotation marks are characters, because they do not match.
func (f *csvFile) misquoted(text string, line int64, column int, why string) record {
	return record{line: line, cells: textCells(strings.Split(text, f.delimiter)), bad: why, column: column}
}

// unwrap reads a line that is one value in quotes.
func (f *csvFile) unwrap(text string, at int64) record {
	outer := lineParser{delimiter: f.delimiter}
	if outer.feed(text) != whole || len(outer.cells) != 1 {
		return f.misquoted(text, at, -1, "the line is not one value in quotes, as others of the file are")
	}
	inner := lineParser{delimiter: f.delimiter}
	if inner.feed(outer.cells[0]) != whole {
		return f.misquoted(outer.cells[0], at, len(inner.cells), "the quotation marks within the line do not match")
	}
	return record{line: at, cells: textCells(inner.cells)}
}

// grow reads the lines of a row that goes on below its first line. If they are no such row, it gives them back.
func (f *csvFile) grow(first string) (cells []string, ok bool, err error) {
	var lines []textLine
	giveBack := func() ([]string, bool, error) {
		f.line -= int64(len(lines))
		f.ahead = slices.Concat(lines, f.ahead)
		return nil, false, nil
	}
	p := lineParser{delimiter: f.delimiter, strict: true}
	if p.feed(first) != unclosed {
		return giveBack()
	}
	for size := len(first); ; {
		line, err := f.readLine()
		if errors.Is(err, io.EOF) {
			return giveBack()
		}
		if err != nil {
			return nil, false, err
		}
		lines = append(lines, line)
		if size += len(line.text); size > maxRecord || line.long {
			return giveBack()
		}
		switch p.feed(line.text) {
		case unclosed:
		case whole:
			if f.fits(p.cells) && !f.hidesRows(lines) {
				return p.cells, true, nil
			}
			return giveBack()
		default:
			return giveBack()
		}
	}
}

// fits reports whether a row has the right number of values, apart from empty ones behind the last.
func (f *csvFile) fits(cells []string) bool {
	if f.width == 0 || len(cells) == f.width {
		return true
	}
	return len(cells) > f.width && strings.Join(cells[f.width:], "") == ""
}

// hidesRows reports whether one of the lines within a value is a row by itself, or the beginning of one that goes on below.
func (f *csvFile) hidesRows(lines []textLine) bool {
	if f.isRow == nil {
		return false
	}
	return slices.ContainsFunc(lines, func(line textLine) bool {
		p := lineParser{delimiter: f.delimiter}
		switch p.feed(line.text) {
		case whole:
			return len(p.cells) > 1 && f.fits(p.cells) && f.isRow(p.cells)
		case unclosed:
			return len(p.cells) > 1 && len(p.cells) < f.width &&
				f.isRow(append(p.cells, make([]string, f.width-len(p.cells))...))
		default:
			return false
		}
	})
}

func textCells(values []string) []cell {
	cells := make([]cell, len(values))
	for i, v := range values {
		cells[i].text = v
	}
	return cells
}

// lineState is where a row stands at the end of a line.
type lineState byte

const (
	whole    lineState = iota // the row ends with the line
	unclosed                  // the row goes on with the next line
	stray                     // a quotation mark stands where none may be
)

// lineParser divides lines into values.
type lineParser struct {
	delimiter string
	strict    bool // a quotation mark within a value without quotes is stray
	cells     []string
	value     []byte // of the value in quotes, so far
	open      bool
}

// feed reads the next line of the row.
func (p *lineParser) feed(line string) lineState {
	for {
		if !p.open {
			if inner, quoted := strings.CutPrefix(line, `"`); quoted {
				p.open, p.value, line = true, p.value[:0], inner
				continue
			}
			value, rest, more := strings.Cut(line, p.delimiter)
			p.cells = append(p.cells, value)
			if p.strict && strings.Contains(value, `"`) {
				return stray
			}
			if !more {
				return whole
			}
			line = rest
			continue
		}
		part, rest, closed := strings.Cut(line, `"`)
		p.value = append(p.value, part...)
		if !closed {
			p.value = append(p.value, '\n')
			return unclosed
		}
		if line, closed = strings.CutPrefix(rest, `"`); closed {
			p.value = append(p.value, '"')
			continue
		}
		p.open = false
		p.cells = append(p.cells, string(p.value))
		if rest == "" {
			return whole
		}
		if line, closed = strings.CutPrefix(rest, p.delimiter); !closed {
			return stray
		}
	}
}
