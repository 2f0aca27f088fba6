package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/tabular"
)

// reader reads the rows below the header of a file, and finds the mapped columns in it.
type reader struct {
	rows    rowReader
	close   func() error
	format  Format
	mapping *Mapping
	header  []string
	column  map[string]columnSpec
	needed  int // a row with fewer values lacks a required one
	rejects bool
}

// rejection is the reason why a row cannot be imported.
type rejection struct{ column, value, reason string }

// newReader opens a file and reads its header. close releases what it opens.
func newReader(file io.Reader, m *Mapping, e Entity) (in *reader, err error) {
	in = &reader{mapping: m, close: func() error { return nil }}
	start := bufio.NewReaderSize(file, len(zipMagic))
	magic, _ := start.Peek(len(zipMagic))
	var csv *csvFile
	if bytes.Equal(magic, zipMagic) {
		book, err := openWorkbook(file, start, m.Sheet)
		if err != nil {
			return nil, err
		}
		in.rows, in.close, in.format.Sheet = book, book.close, book.sheet
	} else {
		text, format, err := openCSV(start, m)
		if err != nil {
			return nil, err
		}
		in.format = format
		csv = newCSV(text, m, &in.format)
		in.rows = csv
	}
	var line int64
	if len(m.Columns) == 0 && m.HeaderLine == 0 {
		guessed, below, err := guessHeader(in.rows)
		if err != nil {
			_ = in.close()
			return nil, err
		}
		in.header, in.rows, line = headerNames(guessed.cells), below, guessed.line
	} else if in.header, in.column, line, err = readHeader(in.rows, m, in.format.Delimiter); err != nil {
		_ = in.close()
		return nil, err
	}
	in.format.Header = int(line)
	in.rejects = isRejects(in.header)
	if csv != nil {
		csv.width = len(in.header)
	}
	in.needed = in.neededColumns(e)
	return in, nil
}

// neededColumns returns how many values a row has at least, because the last of them is required.
func (in *reader) neededColumns(e Entity) int {
	needed := 0
	for _, f := range slices.Concat(fields[e], []field{{name: sourceRef, required: true}}) {
		if spec := in.column[f.name]; f.required && len(spec) == 1 {
			needed = max(needed, slices.Max(spec[0])+1)
		}
	}
	return needed
}

// next returns the next row that has a value, or io.EOF after the last one. The rejection is about the row as a whole.
func (in *reader) next() (row []cell, line int64, rejected *rejection, err error) {
	r, err := in.rows.next()
	for err == nil && r.bad == "" && blank(r.cells) { // what spreadsheets leave behind
		r, err = in.rows.next()
	}
	if err != nil {
		return nil, 0, nil, err
	}
	if r.bad != "" {
		return r.cells, r.line, &rejection{
			column: in.headerAt(r.column),
			value:  valueAt(r.cells, r.column),
			reason: r.bad,
		}, nil
	}
	row, width := r.cells, len(in.header)
	if len(row) > width && blank(row[width:]) {
		row = row[:width]
	}
	if len(row) > width || len(row) < in.needed {
		var extra []string
		for _, c := range row[min(len(row), width):] {
			extra = append(extra, c.text)
		}
		reason := fmt.Sprintf("the row has %d values, the header %d", len(row), width)
		return row, r.line, &rejection{value: strings.Join(extra, ","), reason: reason}, nil
	}
	if len(row) < width {
		row = append(slices.Clip(row), make([]cell, width-len(row))...)
	}
	for i := range row {
		if in.rejects || in.mapping.Shielded {
			row[i].text = tabular.Unshield(row[i].text)
		}
		if reason := in.unreadable(row[i].text); reason != "" {
			return row, r.line, &rejection{in.header[i], row[i].text, reason}, nil
		}
	}
	return row, r.line, nil, nil
}

// unreadable says why a value cannot be stored; "" if it can.
func (in *reader) unreadable(value string) string {
	switch {
	case in.format.Encoding == "utf-8" && !utf8.ValidString(value):
		return "not valid UTF-8: if the file is Windows-1252, which is called Latin-1 too, use --encoding windows-1252"
	case in.format.Encoding != "utf-8" && strings.ContainsRune(value, utf8.RuneError):
		return "has a character that is not of the encoding " + in.format.Encoding
	case strings.ContainsRune(value, 0):
		return "contains a NUL character"
	default:
		return ""
	}
}

func blank(cells []cell) bool {
	return !slices.ContainsFunc(cells, func(c cell) bool { return strings.TrimSpace(c.text) != "" })
}

// headerAt returns the header of a column; "" if there is none.
func (in *reader) headerAt(column int) string {
	if column < 0 || column >= len(in.header) {
		return ""
	}
	return in.header[column]
}

func valueAt(cells []cell, column int) string {
	if column < 0 || column >= len(cells) {
		return ""
	}
	return cells[column].text
}

// value returns the trimmed value of a field; its text is "" if it is empty, not mapped or one of the mapping's words
// for none.
func (in *reader) value(row []cell, field string) cell {
	for _, alternative := range in.column[field] {
		if v := in.part(row, alternative); v.text != "" {
			return v
		}
	}
	return cell{text: in.mapping.Constants[field]}
}

// part returns the value of one column, or of several as a reference: their values with + between them.
func (in *reader) part(row []cell, columns []int) cell {
	parts := make([]string, len(columns))
	filled := false
	for i, at := range columns {
		v := row[at]
		v.text = strings.TrimSpace(v.text)
		if slices.ContainsFunc(in.mapping.Empty, func(none string) bool { return strings.EqualFold(none, v.text) }) {
			v.text = ""
		}
		if len(columns) == 1 {
			return v
		}
		filled = filled || v.text != ""
		parts[i] = strings.NewReplacer(`\`, `\\`, "+", `\+`).Replace(v.text)
	}
	if !filled {
		return cell{}
	}
	return cell{text: strings.Join(parts, "+")}
}

// nameOf returns the header of a field as the reason of a rejection names it.
func (in *reader) nameOf(field string) string {
	if name, ok := in.mapping.Columns[field]; ok {
		return name
	}
	return in.mapping.Columns[splitOf[field]]
}

// splitOf are the fields that can come from a virtual one.
var splitOf = map[string]string{"firstName": "name", "lastName": "name"}

// reject turns an error about a field's value into a rejection.
func (in *reader) reject(row []cell, field string, err error) *rejection {
	var e *fleet.Error
	reason := err.Error()
	if errors.As(err, &e) {
		reason = e.Message
	}
	return &rejection{in.nameOf(field), in.value(row, field).text, in.about(field, reason)}
}

// about names the field in the reason of a rejection that has no column to name.
func (in *reader) about(field, reason string) string {
	if in.nameOf(field) == "" {
		return field + ": " + reason
	}
	return reason
}

// asFile returns the file behind a reader, if it is one that can be read at any position.
func asFile(r io.Reader) (*os.File, int64) {
	file, ok := r.(*os.File)
	if !ok {
		return nil, 0
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, 0
	}
	return file, info.Size()
}
