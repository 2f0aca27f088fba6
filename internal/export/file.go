package export

import (
	"bytes"
	"io"
	"time"

	"bitcorp.dev/fleet/internal/tabular"
)

// File writes the pages of a list in a format.
type File struct {
	plan  *Plan
	out   io.Writer
	table tabular.Writer // nil for lines of JSON
	rows  int64
	line  []byte
}

// NewFile begins a file. Moments of a workbook are times of zone.
func (p *Plan) NewFile(out io.Writer, format Format, zone *time.Location) (f *File, err error) {
	f = &File{plan: p, out: out}
	switch format {
	case CSV:
		f.table, err = tabular.NewCSV(out, p.Columns)
	case XLSX:
		f.table, err = tabular.NewWorkbook(out, p.Columns, zone)
	}
	return f, err
}

// Rows returns the number of rows so far; none of a file that has not begun.
func (f *File) Rows() int64 {
	if f == nil {
		return 0
	}
	return f.rows
}

// Page writes the rows of a page: data is that of a response.
func (f *File) Page(data []byte) error {
	return f.plan.Rows(data, func(text []byte, values []tabular.Value) error {
		f.rows++
		if f.table != nil {
			return f.table.Row(values)
		}
		if bytes.ContainsAny(text, "\r\n") { // between tokens only, where a blank means the same
			text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte{'\n'}, []byte{' '}), []byte{'\r'}, []byte{' '})
		}
		f.line = append(append(f.line[:0], text...), '\n')
		_, err := f.out.Write(f.line)
		return err
	})
}

// Close writes the end of the file.
func (f *File) Close() error {
	if f.table == nil {
		return nil
	}
	return f.table.Close()
}
