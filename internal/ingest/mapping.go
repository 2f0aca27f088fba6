// Package ingest brings CSV files of other systems into the fleet. A Mapping
// says which column is which field and how values are written; rows are
// checked one by one by the rules of the domain, staged through COPY and
// written in one transaction by internal/store. Every row either arrives or is
// written to a rejects file that can be mended and imported again.
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

// Entity is what the rows of a file are.
type Entity string

// The entities that can be imported.
const (
	Equipment   Entity = "equipment"
	Operators   Entity = "operators"
	Maintenance Entity = "maintenance"
)

// fields lists what a column can be mapped to, and which of it every row needs.
var fields = map[Entity]struct{ required, optional []string }{
	Equipment:   {[]string{"name"}, []string{"serialNumber", "description", "category", "status", "cost", "user", "sourceRef", "createdAt"}},
	Operators:   {[]string{"firstName", "lastName"}, []string{"licenseNumber", "status", "sourceRef"}},
	Maintenance: {[]string{"equipment", "maintenanceDate"}, []string{"kind", "status", "description", "cost", "labourCost", "partsCost", "performedBy", "downFrom", "downTo", "meterHours", "sourceRef"}},
}

// Mapping says how to read a file. Its YAML form is the same with these names.
type Mapping struct {
	Columns         map[string]string                `yaml:"columns"`         // field → column header
	Kinds           map[string]fleet.MaintenanceKind `yaml:"kinds"`           // source's kind → ours; "*" for all others
	Delimiter       string                           `yaml:"delimiter"`       // one character; "," if empty
	Encoding        string                           `yaml:"encoding"`        // utf-8 (default) or latin1
	DateFormat      string                           `yaml:"dateFormat"`      // such as DD.MM.YYYY; YYYY-MM-DD if empty
	DecimalComma    bool                             `yaml:"decimalComma"`    // "1,50" is one and a half
	Thousands       string                           `yaml:"thousands"`       // separator in numbers, taken out: "." "," "'" or " "
	DefaultCategory string                           `yaml:"defaultCategory"` // of machines without one
	Source          string                           `yaml:"source"`          // name of the system: keeps equal references of two systems apart
	CreateMissing   bool                             `yaml:"createMissing"`   // machines that maintenance rows name and the fleet has not
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

// check returns an error about the first setting that cannot be meant.
func (m *Mapping) check(e Entity) error {
	known, ok := fields[e]
	if !ok {
		return fmt.Errorf("%q cannot be imported: equipment, operators or maintenance", e)
	}
	for field := range m.Columns {
		if !slices.Contains(known.required, field) && !slices.Contains(known.optional, field) {
			return fmt.Errorf("%s has no field %q: %s", e, field, strings.Join(append(slices.Clone(known.required), known.optional...), ", "))
		}
	}
	for _, field := range known.required {
		if m.Columns[field] == "" {
			return fmt.Errorf("no column is mapped to %s, which every row needs: --map %s=Column", field, field)
		}
	}
	for code, kind := range m.Kinds {
		if !kind.Valid() {
			return fmt.Errorf("kind %s is mapped to %q: one of %v", code, kind, fleet.MaintenanceKinds())
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
		return fmt.Errorf("encoding %q is not known: utf-8 or latin1", m.Encoding)
	}
	if m.Thousands != "" && !slices.Contains([]string{".", ",", "'", " "}, m.Thousands) {
		return fmt.Errorf("thousands separator %q is not known: one of . , ' and a space", m.Thousands)
	}
	if (m.Thousands == "," && m.DecimalComma) || (m.Thousands == "." && !m.DecimalComma) {
		return fmt.Errorf("thousands separator %q is also the decimal point: say --decimal-comma if numbers look like 1.234,50", m.Thousands)
	}
	if _, err := m.dateLayout(); err != nil {
		return err
	}
	if n := len(m.Source); n > 50 {
		return fmt.Errorf("source %q is too long: at most 50 bytes", m.Source)
	}
	return nil
}

// dateLayout translates the date format to Go's.
func (m *Mapping) dateLayout() (string, error) {
	if m.DateFormat == "" {
		return "2006-01-02", nil
	}
	layout := strings.NewReplacer("YYYY", "2006", "MM", "01", "DD", "02", "hh", "15", "mm", "04", "ss", "05").Replace(m.DateFormat)
	for _, part := range []string{"2006", "01", "02"} {
		if strings.Count(layout, part) != 1 {
			return "", fmt.Errorf("date format %q must name YYYY, MM and DD once each, such as DD.MM.YYYY", m.DateFormat)
		}
	}
	return layout, nil
}
