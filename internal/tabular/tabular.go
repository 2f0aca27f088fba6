// Package tabular writes rows as files for spreadsheets and programs: CSV and Excel workbooks. A writer
// streams: it keeps one row in memory, however many there are. What the rows are, and where they come from,
// is the business of callers.
package tabular

import (
	"bytes"
	"io"
	"regexp"
)

// Type is the type of the values of a column.
type Type byte

// The types of columns. Values of all types arrive as text.
const (
	Text   Type = iota
	Number      // digits with an optional sign and point
	Flag        // true or false
	Day         // YYYY-MM-DD
	Moment      // RFC 3339
)

// Column is a column of a file.
type Column struct {
	Name string
	Type Type
}

// Value is a value of a row.
type Value struct {
	Text []byte
	Null bool
}

// Writer writes a file row by row, each with a value for every column. A writer that has returned an error
// is not used again.
type Writer interface {
	Row(values []Value) error
	// Close writes the end of the file.
	Close() error
}

// CSV writes RFC 4180 in UTF-8: commas, quotation marks where they are needed, lines that end with CR LF, a
// line with the names of the columns. A null is empty, an empty text is "". Texts that a spreadsheet would
// take for a formula are shielded.
type CSV struct {
	out     io.Writer
	columns []Column
	line    []byte
}

// NewCSV writes the names of the columns to out and returns a writer for the rows.
func NewCSV(out io.Writer, columns []Column) (*CSV, error) {
	c := &CSV{out: out, columns: columns}
	for i, column := range columns {
		c.add(i, []byte(column.Name))
	}
	return c, c.end()
}

// Row implements Writer.
func (c *CSV) Row(values []Value) error {
	for i, v := range values {
		switch {
		case v.Null:
			c.add(i, nil)
		case len(v.Text) == 0:
			c.add(i, nil)
			c.line = append(c.line, `""`...)
		case c.columns[i].Type == Text && IsFormula(v.Text):
			c.add(i, append([]byte{'\''}, v.Text...))
		default:
			c.add(i, v.Text)
		}
	}
	return c.end()
}

// add appends value i of a line.
func (c *CSV) add(i int, text []byte) {
	if i > 0 {
		c.line = append(c.line, ',')
	}
	if !bytes.ContainsAny(text, ",\"\r\n") {
		c.line = append(c.line, text...)
		return
	}
	c.line = append(c.line, '"')
	for _, b := range text {
		if b == '"' {
			c.line = append(c.line, '"')
		}
		c.line = append(c.line, b)
	}
	c.line = append(c.line, '"')
}

func (c *CSV) end() error {
	_, err := c.out.Write(append(c.line, '\r', '\n'))
	c.line = c.line[:0]
	return err
}

// Close implements Writer.
func (*CSV) Close() error { return nil }

// An apostrophe shields a text that spreadsheets take for a formula. formula finds these texts, and those that
// begin with an apostrophe before one, so that Unshield gives back what was there. number finds those among them
// that are harmless.
var (
	formula = regexp.MustCompile(`^'*[=+\-@\t]`)
	number  = regexp.MustCompile(`^[+\-][\d.,' \x{00a0}\x{202f}]*\d$`)
	shield  = regexp.MustCompile(`^''*[=+\-@\t]`)
)

// IsFormula reports whether a spreadsheet would take a text for a formula, or would do so without the apostrophe
// that it begins with.
func IsFormula(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	switch text[0] {
	case '\'', '=', '+', '-', '@', '\t':
		return formula.Match(text) && !number.Match(text)
	default:
		return false
	}
}

// Shield returns a text with an apostrophe before it if a spreadsheet would take it for a formula.
func Shield(text string) (shielded string, changed bool) {
	if IsFormula([]byte(text)) {
		return "'" + text, true
	}
	return text, false
}

// Unshield returns the text of which Shield made another.
func Unshield(text string) string {
	if shield.MatchString(text) {
		return text[1:]
	}
	return text
}
