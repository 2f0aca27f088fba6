package ingest

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
)

// rejectColumns stand behind the columns of the source; an import of the
// mended file passes over them as over any column that is not mapped.
var rejectColumns = []string{"_line", "_column", "_value", "_reason"}

// rejects writes bad rows so that they can be mended and imported again:
// comma-separated UTF-8 with the source's header.
type rejects struct {
	csv    *csv.Writer
	header []string
	count  int64
}

func newRejects(w io.Writer, header []string) *rejects {
	r := &rejects{header: slices.DeleteFunc(slices.Clone(header), func(h string) bool { return slices.Contains(rejectColumns, h) })}
	if len(r.header) != len(header) {
		// A mended file: its last columns are ours, and come again.
		r.header = header[:len(r.header)]
	}
	if w != nil {
		r.csv = csv.NewWriter(w)
	}
	return r
}

// write adds a row. Of one that is too long, what is too much stands in _value.
func (r *rejects) write(row []string, line int64, b bad) error {
	r.count++
	if r.csv == nil {
		return nil
	}
	if r.count == 1 {
		if err := r.csv.Write(append(slices.Clone(r.header), rejectColumns...)); err != nil {
			return err
		}
	}
	whole := make([]string, len(r.header))
	copy(whole, row)
	for i := range whole {
		whole[i] = strings.ToValidUTF8(whole[i], "\ufffd")
	}
	return r.csv.Write(append(whole, strconv.FormatInt(line, 10), b.column, strings.ToValidUTF8(b.value, "\ufffd"), b.reason))
}

func (r *rejects) flush() error {
	if r.csv == nil {
		return nil
	}
	r.csv.Flush()
	return r.csv.Error()
}
