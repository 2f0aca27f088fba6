package ingest

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"
)

// rejectColumns are appended to the columns of the source. An import of the corrected file ignores them, as it ignores
// every column that is not mapped.
var rejectColumns = []string{"_line", "_column", "_value", "_reason"}

// rejectWriter writes rejected rows as comma-separated UTF-8 with the source's header, so that they can be corrected
// and imported again.
type rejectWriter struct {
	csv    *csv.Writer // nil to only count
	header []string
	count  int64
}

func newRejectWriter(w io.Writer, header []string) *rejectWriter {
	isOurs := func(h string) bool { return slices.Contains(rejectColumns, h) }
	r := &rejectWriter{header: slices.DeleteFunc(slices.Clone(header), isOurs)}
	if len(r.header) != len(header) {
		// The file is a corrected one: its last columns are rejectColumns, which are written again.
		r.header = header[:len(r.header)]
	}
	if w != nil {
		r.csv = csv.NewWriter(w)
	}
	return r
}

// write adds a row. The surplus values of a row that is too long are in _value.
func (r *rejectWriter) write(row []string, line int64, why rejection) error {
	r.count++
	if r.csv == nil {
		return nil
	}
	if r.count == 1 {
		if err := r.csv.Write(append(slices.Clone(r.header), rejectColumns...)); err != nil {
			return err
		}
	}
	out := make([]string, len(r.header), len(r.header)+len(rejectColumns))
	copy(out, row)
	for i := range out {
		out[i] = strings.ToValidUTF8(out[i], "\ufffd")
	}
	value := strings.ToValidUTF8(why.value, "\ufffd")
	return r.csv.Write(append(out, strconv.FormatInt(line, 10), why.column, value, why.reason))
}

func (r *rejectWriter) flush() error {
	if r.csv == nil {
		return nil
	}
	r.csv.Flush()
	return r.csv.Error()
}
