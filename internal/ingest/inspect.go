package ingest

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Inspection is what is found out about a file before it is imported.
type Inspection struct {
	Format  Format
	Columns []ColumnFacts
	Rows    int64 // that were looked at
	Bad     int64 // of these, cannot be read
	Mapping Mapping
	Notes   []string // what the mapping leaves to decide
}

// ColumnFacts are what the values of a column have in common.
type ColumnFacts struct {
	Header  string
	Filled  int64
	Samples []string // the first values that differ
	Field   string   // proposed; "" for none

	words map[string]bool // different values; nil if they are many
	days  dayEvidence
	nums  numberEvidence
}

// Limits of an inspection.
const (
	inspectRows    = 100_000
	inspectSamples = 3
	inspectWords   = 20
)

// Inspect reads the beginning of a file, proposes a mapping by the headers and the values, and says what remains to be
// decided. Settings of m that are not empty are kept.
func Inspect(file io.Reader, e Entity, m Mapping) (*Inspection, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	if err := m.checkNotation(); err != nil {
		return nil, err
	}
	mapped := m.Columns
	m.Columns = nil
	in, err := newReader(file, &m, e)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.close() }()
	r := &Inspection{Format: in.format, Mapping: m}
	for _, h := range in.header {
		r.Columns = append(r.Columns, ColumnFacts{Header: h, words: map[string]bool{}})
	}
	for r.Rows < inspectRows {
		row, _, rejected, err := in.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		r.Rows++
		if rejected != nil {
			r.Bad++
			continue
		}
		for i := range r.Columns {
			r.Columns[i].add(row[i])
		}
	}
	r.propose(e, mapped)
	return r, nil
}

// add looks at a value.
func (c *ColumnFacts) add(v cell) {
	s := strings.TrimSpace(v.text)
	if s == "" {
		return
	}
	c.Filled++
	if len(c.Samples) < inspectSamples && !slices.Contains(c.Samples, s) {
		c.Samples = append(c.Samples, s)
	}
	if c.words != nil {
		if c.words[s] = true; len(c.words) > inspectWords {
			c.words = nil
		}
	}
	c.days.add(v, s)
	c.nums.add(v, s)
}

// propose fills the mapping: fields by the names of columns, formats by their values.
func (r *Inspection) propose(e Entity, mapped map[string]string) {
	r.Mapping.Columns = map[string]string{}
	for i := range r.Columns {
		c := &r.Columns[i]
		for field, header := range mapped {
			if findHeader([]string{c.Header}, header) == 0 {
				c.Field = field
			}
		}
		if c.Field == "" && c.Filled > 0 && len(mapped) == 0 {
			c.Field = fieldOfHeader(e, c.Header)
		}
		if c.Field != "" && r.Mapping.Columns[c.Field] == "" {
			r.Mapping.Columns[c.Field] = c.Header
		} else {
			c.Field = ""
		}
	}
	maps.Copy(r.Mapping.Columns, mapped)
	if e == Sites && len(mapped) == 0 {
		r.referToCodes()
	}
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Field != "" {
			r.proposeValues(e, c)
		}
	}
	for _, f := range fields[e] {
		if f.required && !r.Mapping.has(f.name) && !r.Mapping.has(splitOf[f.name]) {
			r.Notes = append(r.Notes, fmt.Sprintf("%s is required and no column looks like it: --map %s=Column", f.name, f.name))
		}
	}
	if e == Maintenance && !r.Mapping.mapsADate() {
		r.Notes = append(r.Notes, "no column looks like the day of the work: --map maintenanceDate=Column")
	}
	if e == Papers && !r.Mapping.mapsAnOwner() {
		r.Notes = append(r.Notes, "no column looks like the machine or the operator of the paper: --map equipment=Column, "+
			"or --map operator=Column")
	}
	if r.Mapping.Columns[sourceRef] == "" && r.Mapping.Columns[fleetID] == "" {
		r.Notes = append(r.Notes, "no column looks like the reference of a row: --map sourceRef=Column, or A+B for several")
	}
}

// referToCodes makes the codes of sites their references if each row has one and nothing else looks like a reference.
func (r *Inspection) referToCodes() {
	if r.Mapping.Columns[sourceRef] != "" || r.Mapping.Columns[fleetID] != "" {
		return
	}
	for _, c := range r.Columns {
		if c.Field == "code" && c.Filled == r.Rows-r.Bad {
			r.Mapping.Columns[sourceRef] = c.Header
			r.Notes = append(r.Notes, fmt.Sprintf("column %s is the reference of the rows too, as no other looks like one: "+
				"--map sourceRef=Column if codes change", shown(c.Header)))
		}
	}
}

// proposeValues reads the notation of a field's values from them.
func (r *Inspection) proposeValues(e Entity, c *ColumnFacts) {
	i := slices.IndexFunc(fields[e], func(f field) bool { return f.name == c.Field })
	if i < 0 {
		return
	}
	switch fields[e][i].what.kind {
	case "day", "moment":
		format, note := c.days.format()
		if note != "" {
			r.Notes = append(r.Notes, fmt.Sprintf("column %s: %s", shown(c.Header), note))
		}
		if format != "" && r.Mapping.DateFormat == "" {
			if r.Mapping.DateFormats == nil {
				r.Mapping.DateFormats = map[string]string{}
			}
			r.Mapping.DateFormats[c.Field] = format
		}
	case "money", "hours":
		comma, thousands, note := c.nums.notation()
		if note != "" {
			r.Notes = append(r.Notes, fmt.Sprintf("column %s: %s", shown(c.Header), note))
		}
		r.Mapping.DecimalComma = r.Mapping.DecimalComma || comma
		if r.Mapping.Thousands == "" {
			r.Mapping.Thousands = thousands
		}
	case "status":
		r.Mapping.Statuses = r.proposeWords(c, statusWords[e], r.Mapping.Statuses, "--status-map")
	case "kind":
		r.Mapping.Kinds = r.proposeWords(c, kindWords[e], r.Mapping.Kinds, "--kind-map")
	}
}

// proposeWords maps the words of a column that are known, and notes those that are not.
func (r *Inspection) proposeWords(c *ColumnFacts, known, set map[string]string, flag string) map[string]string {
	words := maps.Clone(set)
	var unknown []string
	for _, w := range slices.Sorted(maps.Keys(c.words)) {
		to, ok := known[word(w)]
		if _, isSet := words[w]; isSet {
			continue
		}
		switch {
		case !ok:
			unknown = append(unknown, w+"=…")
		case to != word(w):
			if words == nil {
				words = map[string]string{}
			}
			words[w] = to
		}
	}
	if c.words == nil {
		r.Notes = append(r.Notes, fmt.Sprintf("column %s has more than %d different words: %s *=… stands for all others",
			shown(c.Header), inspectWords, flag))
	}
	if len(unknown) > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("column %s has words that are not known: %s %s", shown(c.Header), flag,
			shown(strings.Join(unknown, ","))))
	}
	return words
}

// WriteMapping writes the proposed mapping as a mapping file.
func (r *Inspection) WriteMapping(w io.Writer) error {
	text, err := yaml.Marshal(r.Mapping)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(
		w,
		"# Proposed by the names and values of the columns: check it before it is used.\n",
	); err != nil {
		return err
	}
	for _, note := range r.Notes {
		if _, err := fmt.Fprintf(w, "# To decide: %s\n", note); err != nil {
			return err
		}
	}
	_, err = w.Write(text)
	return err
}

// String lists the format, the columns and the notes for people.
func (r *Inspection) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s. %d rows were looked at", r.Format, r.Rows)
	if r.Bad > 0 {
		fmt.Fprintf(&b, ", of which %d cannot be read", r.Bad)
	}
	b.WriteString(".\n\n")
	for _, c := range r.Columns {
		field := c.Field
		if field == "" {
			field = "-"
		}
		var samples []string
		for _, s := range c.Samples {
			samples = append(samples, shown(s))
		}
		percent := 0.0
		if good := r.Rows - r.Bad; good > 0 {
			percent = 100 * float64(c.Filled) / float64(good)
		}
		fmt.Fprintf(&b, "%-16s %-28s %5.1f %% filled  %s\n", field, shown(c.Header), percent, strings.Join(samples, ", "))
	}
	for _, note := range r.Notes {
		b.WriteString("\nTo decide: " + note)
	}
	return strings.TrimRight(b.String(), "\n")
}
