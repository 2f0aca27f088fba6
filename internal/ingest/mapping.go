// Package ingest imports CSV files of other systems into the fleet. A Mapping says which column holds which field and
// how values are written. Rows are checked one by one against the rules of the domain, staged with COPY, and written in
// one transaction by internal/store. Every row is either imported or written to a file of rejected rows, which can be
// corrected and imported again.
package ingest

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"bitcorp.dev/fleet/internal/fleet"
)

// Mapping says how to read a file. Its YAML form uses the names of the tags.
type Mapping struct {
	// Columns maps fields to headers of columns. A|B is the first of both that is not empty; a sourceRef A+B is made of
	// both.
	Columns map[string]string `yaml:"columns,omitempty"`
	// Constants are the values of fields that no column has, or none in a row.
	Constants map[string]string `yaml:"set,omitempty"`
	// Kinds maps the source's kinds of maintenance or papers, Statuses its words for a status; "*" stands for all others.
	// Upper and lower case are the same.
	Kinds    map[string]string `yaml:"kinds,omitempty"`
	Statuses map[string]string `yaml:"statuses,omitempty"`
	// Empty lists texts that stand for no value, such as N/A.
	Empty []string `yaml:"empty,omitempty"`

	// How the file is written is found out unless it is set.
	Delimiter  string `yaml:"delimiter,omitempty"`  // one character
	Encoding   string `yaml:"encoding,omitempty"`   // utf-8, utf-16, utf-16le, utf-16be or windows-1252
	HeaderLine int    `yaml:"headerLine,omitempty"` // the first line that has all columns if 0
	Sheet      string `yaml:"sheet,omitempty"`      // of a workbook; the first one if empty

	// DateFormat is how days are written, such as DD.MM.YYYY, and DateFormats that of single fields. Without one, what
	// can mean only one day is read.
	DateFormat  string            `yaml:"dateFormat,omitempty"`
	DateFormats map[string]string `yaml:"dateFormats,omitempty"`
	// TimeZone is that of times without one; the company's if empty.
	TimeZone string `yaml:"timeZone,omitempty"`
	// DecimalComma reads "1,50" as one and a half.
	DecimalComma bool `yaml:"decimalComma,omitempty"`
	// Thousands separates groups of three digits: "." "," "'" or " ", which stands for the no-break spaces too.
	Thousands string `yaml:"thousands,omitempty"`
	// Round rounds amounts to cents and hours to tenths. Without it, more digits are an error.
	Round bool `yaml:"round,omitempty"`

	// Shielded removes the apostrophe before what a spreadsheet would take for a formula, as exports have it.
	Shielded bool `yaml:"shielded,omitempty"`

	// DefaultCategory is the category of machines without one.
	DefaultCategory string `yaml:"defaultCategory,omitempty"`
	// Source names the source system. It keeps equal references of two systems apart.
	Source string `yaml:"source,omitempty"`
	// CreateMissing creates machines that maintenance rows refer to and the fleet does not have.
	CreateMissing bool `yaml:"createMissing,omitempty"`
}

//go:embed mappings/*.yaml
var shipped embed.FS

// Shipped lists the names of the mappings that come with the server.
func Shipped() []string {
	files, err := fs.Glob(shipped, "mappings/*.yaml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".yaml")
	}
	return files
}

// LoadMapping reads a mapping file, or a shipped mapping by its name.
func LoadMapping(name string) (Mapping, error) {
	var m Mapping
	text, err := os.ReadFile(name) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) && slices.Contains(Shipped(), name) {
		text, err = shipped.ReadFile("mappings/" + name + ".yaml")
	}
	if err != nil {
		return m, fmt.Errorf("mapping %s: %w; shipped with the server: %s", name, err, strings.Join(Shipped(), ", "))
	}
	if err := yaml.UnmarshalWithOptions(text, &m, yaml.DisallowUnknownField()); err != nil {
		return m, fmt.Errorf("mapping %s: %w", name, err)
	}
	return m, nil
}

// normalize returns an error about the first invalid setting.
func (m *Mapping) normalize(e Entity) error {
	if err := e.check(); err != nil {
		return err
	}
	if err := m.checkColumns(e); err != nil {
		return err
	}
	return m.checkNotation()
}

// checkNotation returns an error about the first invalid setting of how the file is written.
func (m *Mapping) checkNotation() error {
	if m.Delimiter == `\t` || strings.EqualFold(m.Delimiter, "tab") {
		m.Delimiter = "\t"
	}
	if n := utf8.RuneCountInString(
		m.Delimiter,
	); n > 1 || m.Delimiter == `"` || m.Delimiter == "\n" ||
		m.Delimiter == "\r" {
		return fmt.Errorf("delimiter %q is not one character that can separate values", m.Delimiter)
	}
	if m.Encoding != "" {
		name, ok := encodingNames[strings.ToLower(m.Encoding)]
		if !ok {
			return fmt.Errorf("unknown encoding %q: use utf-8 or latin1, utf-16, utf-16le, utf-16be or windows-1252", m.Encoding)
		}
		m.Encoding = name
	}
	if m.Thousands == "\u00a0" || m.Thousands == "\u202f" {
		m.Thousands = " "
	}
	if m.Thousands != "" && !slices.Contains([]string{".", ",", "'", " "}, m.Thousands) {
		return fmt.Errorf("unknown thousands separator %q: use one of . , ' and a space", m.Thousands)
	}
	if (m.Thousands == "," && m.DecimalComma) || (m.Thousands == "." && !m.DecimalComma) {
		return fmt.Errorf("thousands separator %q is also the decimal point: "+
			"use --decimal-comma if numbers look like 1.234,50", m.Thousands)
	}
	if m.HeaderLine < 0 {
		return fmt.Errorf("header line %d is not a line of a file: the first is 1", m.HeaderLine)
	}
	if n := len(m.Source); n > 50 {
		return fmt.Errorf("source %q is too long: at most 50 bytes", m.Source)
	}
	return m.checkCategory()
}

// checkCategory returns an error unless the default category, if there is one, is a category.
func (m *Mapping) checkCategory() error {
	if m.DefaultCategory == "" {
		return nil
	}
	m.DefaultCategory = strings.TrimSpace(m.DefaultCategory)
	if m.DefaultCategory == "" {
		return errors.New("--default-category is blank: 1 to 100 characters are needed")
	}
	if n := utf8.RuneCountInString(m.DefaultCategory); n > fleet.MaxCategory {
		return fmt.Errorf("--default-category has %d characters: at most %d", n, fleet.MaxCategory)
	}
	return nil
}

// has reports whether the mapping gives a field: by a column or a constant.
func (m *Mapping) has(field string) bool { return m.Columns[field] != "" || m.Constants[field] != "" }

// mappedFields lists the fields that have a column, in a fixed order.
func (m *Mapping) mappedFields() []string {
	return slices.Sorted(maps.Keys(m.Columns))
}

// checkColumns returns an error if a field is unknown, or required and not mapped.
func (m *Mapping) checkColumns(e Entity) error {
	known := fieldNames(e)
	for _, name := range slices.Concat(m.mappedFields(), slices.Sorted(maps.Keys(m.Constants)),
		slices.Sorted(maps.Keys(m.DateFormats))) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s has no field %q: use %s", e, name, strings.Join(known, ", "))
		}
	}
	if m.Constants[fleetID] != "" {
		return errors.New("fleetId cannot be the same for all rows: map a column to it")
	}
	if m.Constants[sourceRef] != "" {
		return errors.New("sourceRef cannot be the same for all rows: map a column to it, or several: sourceRef=A+B")
	}
	if e == Maintenance && !m.mapsADate() {
		return errors.New("no column is mapped to maintenanceDate, dueDate, startedAt or completedAt, and every record has " +
			"a day that it counts to: --map maintenanceDate=Column")
	}
	if e == Papers && !m.mapsAnOwner() {
		return errors.New("no column is mapped to equipment or operator, and a paper is of one of both: " +
			"--map equipment=Column or --map operator=Column")
	}
	if e == Operators {
		if one := m.Columns["firstName"]; one != "" && one == m.Columns["lastName"] {
			return fmt.Errorf("column %s is mapped to both firstName and lastName: use --map name=%s to divide it", one, one)
		}
		if m.has("name") && (m.has("firstName") || m.has("lastName")) {
			return errors.New("name is mapped beside firstName or lastName: use either")
		}
	}
	for _, f := range fields[e] {
		if f.required && !m.has(f.name) && !m.has(splitOf[f.name]) {
			return fmt.Errorf("no column is mapped to %s, which is required: --map %s=Column, or --set %s=Value for all rows",
				f.name, f.name, f.name)
		}
	}
	return nil
}

// prefix is prepended to every reference of the source.
func (m *Mapping) prefix() string {
	if m.Source == "" {
		return ""
	}
	return m.Source + ":"
}
