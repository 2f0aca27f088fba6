package ingest

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"

	"bitcorp.dev/fleet/internal/tabular"
)

// rejectColumns are appended to the columns of the source. An import of the corrected file ignores them, as it ignores
// every column that is not mapped.
var rejectColumns = []string{"_line", "_column", "_value", "_reason"}

// rejectWriter writes rejected rows as the source is written, with its header, so that they can be corrected and
// imported again with the same settings. The rows of a workbook are written as CSV in UTF-8.
type rejectWriter struct {
	out      io.Writer // nil to only count
	close    func() error
	format   Format
	comma    bool // numbers of a workbook are written with a decimal comma
	header   []string
	count    int64
	shielded int64 // values that a spreadsheet would take for formulas
	reasons  []string
	err      error
}

// reasons is how many reasons a report has.
const reasons = 10

func newRejectWriter(w io.Writer, in *reader) *rejectWriter {
	r := &rejectWriter{format: in.format, comma: in.mapping.DecimalComma, close: func() error { return nil }}
	// The columns of an earlier file of rejects are written again.
	r.header = slices.DeleteFunc(slices.Clone(in.header), func(h string) bool { return slices.Contains(rejectColumns, h) })
	if len(r.header) != len(in.header) {
		r.header = in.header[:len(r.header)]
	}
	if r.format.Delimiter == "" {
		r.format.Delimiter, r.format.Encoding, r.format.Mark = cmp.Or(in.mapping.Delimiter, ","), "utf-8", true
	}
	r.format.Mark = r.format.Mark || strings.HasPrefix(r.format.Encoding, "utf-16")
	if w == nil {
		return r
	}
	r.out = w
	if c := codec(r.format.Encoding); c != nil {
		encoded := encoding.ReplaceUnsupported(c.NewEncoder()).Writer(w)
		r.out = encoded
		if c, ok := encoded.(io.Closer); ok {
			r.close = c.Close
		}
	}
	return r
}

// write adds a row. The surplus values of a row that is too long are in _value.
func (r *rejectWriter) write(row []cell, line int64, why rejection) error {
	r.count++
	if len(r.reasons) < reasons {
		at := ""
		if why.column != "" {
			at = ", column " + shown(why.column) + " " + shown(why.value)
		}
		r.reasons = append(r.reasons, fmt.Sprintf("line %d%s: %s", line, at, why.reason))
	}
	if r.out == nil {
		return nil
	}
	if r.count == 1 {
		if r.format.Mark {
			r.line("\ufeff")
		}
		r.values(slices.Concat(r.header, rejectColumns), false)
	}
	values := make([]string, len(r.header), len(r.header)+len(rejectColumns))
	for i := range values {
		if i < len(row) {
			values[i] = r.text(row[i])
		}
	}
	r.values(append(values, strconv.FormatInt(line, 10), why.column, why.value, why.reason), true)
	return r.err
}

func (r *rejectWriter) text(c cell) string {
	if c.kind == numberCell && r.comma {
		return strings.Replace(c.text, ".", ",", 1)
	}
	return c.text
}

// values writes a line.
func (r *rejectWriter) values(values []string, shield bool) {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(r.format.Delimiter)
		}
		v = strings.ToValidUTF8(v, "\ufffd")
		if shield {
			changed := false
			if v, changed = tabular.Shield(v); changed {
				r.shielded++
			}
		}
		if v == "" || !strings.ContainsAny(v, "\"\r\n") && !strings.Contains(v, r.format.Delimiter) {
			b.WriteString(v)
			continue
		}
		b.WriteString(`"` + strings.ReplaceAll(v, `"`, `""`) + `"`)
	}
	r.line(b.String() + "\r\n")
}

func (r *rejectWriter) line(s string) {
	if r.err == nil {
		_, r.err = io.WriteString(r.out, s)
	}
}

func (r *rejectWriter) flush() error {
	if r.err != nil {
		return r.err
	}
	return r.close()
}
