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
	"os"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"bitcorp.dev/fleet/internal/fleet"
)

// Mapping says how to read a file. Its YAML form uses the names of the tags.
type Mapping struct {
	Columns map[string]string `yaml:"columns"` // field → column header
	// Kinds maps the source's kinds of maintenance; "*" stands for all others.
	Kinds      map[string]fleet.MaintenanceKind `yaml:"kinds"`
	Delimiter  string                           `yaml:"delimiter"`  // one character; "," if empty
	Encoding   string                           `yaml:"encoding"`   // utf-8 (default) or latin1
	DateFormat string                           `yaml:"dateFormat"` // such as DD.MM.YYYY; YYYY-MM-DD if empty
	// DecimalComma reads "1,50" as one and a half.
	DecimalComma bool `yaml:"decimalComma"`
	// Thousands is the separator that is removed from numbers: "." "," "'" or " ".
	Thousands string `yaml:"thousands"`
	// DefaultCategory is the category of machines without one.
	DefaultCategory string `yaml:"defaultCategory"`
	// Source names the source system. It keeps equal references of two systems apart.
	Source string `yaml:"source"`
	// CreateMissing creates machines that maintenance rows refer to and the fleet does not have.
	CreateMissing bool `yaml:"createMissing"`
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

// normalize sets defaults and returns an error about the first invalid setting.
func (m *Mapping) normalize(e Entity) error {
	if _, ok := fields[e]; !ok {
		return fmt.Errorf("%q cannot be imported: use equipment, operators or maintenance", e)
	}
	if err := m.checkColumns(e); err != nil {
		return err
	}
	for code, kind := range m.Kinds {
		if !kind.Valid() {
			return fmt.Errorf("kind %s is mapped to %q: use one of %v", code, kind, fleet.MaintenanceKinds())
		}
	}
	if m.Delimiter == "" {
		m.Delimiter = ","
	}
	if len([]rune(m.Delimiter)) != 1 {
		return fmt.Errorf("delimiter %q is not one character", m.Delimiter)
	}
	switch m.Encoding = strings.ToLower(m.Encoding); m.Encoding {
	case "":
		m.Encoding = "utf-8"
	case "utf-8", "latin1":
	default:
		return fmt.Errorf("unknown encoding %q: use utf-8 or latin1", m.Encoding)
	}
	if m.Thousands != "" && !slices.Contains([]string{".", ",", "'", " "}, m.Thousands) {
		return fmt.Errorf("unknown thousands separator %q: use one of . , ' and a space", m.Thousands)
	}
	if (m.Thousands == "," && m.DecimalComma) || (m.Thousands == "." && !m.DecimalComma) {
		return fmt.Errorf("thousands separator %q is also the decimal point: "+
			"use --decimal-comma if numbers look like 1.234,50", m.Thousands)
	}
	if _, err := m.dateLayout(); err != nil {
		return err
	}
	if n := len(m.Source); n > 50 {
		return fmt.Errorf("source %q is too long: at most 50 bytes", m.Source)
	}
	return nil
}

// checkColumns returns an error if a field is unknown, or required and not mapped.
func (m *Mapping) checkColumns(e Entity) error {
	known := fieldNames(e)
	for name := range m.Columns {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%s has no field %q: use %s", e, name, strings.Join(known, ", "))
		}
	}
	if e == Maintenance && !m.mapsADate() {
		return errors.New("no column is mapped to maintenanceDate, dueDate, startedAt or completedAt, and every record has " +
			"a day that it counts to: --map maintenanceDate=Column")
	}
	for _, f := range fields[e] {
		if f.required && m.Columns[f.name] == "" {
			return fmt.Errorf("no column is mapped to %s, which is required: --map %s=Column", f.name, f.name)
		}
	}
	return nil
}

// dateLayout translates the date format to Go's.
func (m *Mapping) dateLayout() (string, error) {
	if m.DateFormat == "" {
		return "2006-01-02", nil
	}
	layout := strings.NewReplacer("YYYY", "2006", "MM", "01", "DD", "02", "hh", "15", "mm", "04", "ss", "05").
		Replace(m.DateFormat)
	for _, part := range []string{"2006", "01", "02"} {
		if strings.Count(layout, part) != 1 {
			return "", fmt.Errorf("date format %q must name YYYY, MM and DD once each, such as DD.MM.YYYY", m.DateFormat)
		}
	}
	return layout, nil
}

// prefix is prepended to every reference of the source.
func (m *Mapping) prefix() string {
	if m.Source == "" {
		return ""
	}
	return m.Source + ":"
}
