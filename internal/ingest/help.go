package ingest

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// Help describes the fields of an entity, and how files are read and rows are found again.
func Help(e Entity) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Fields that --map and --set know (* is required):\n\n")
	for _, f := range slices.Concat(virtual[e], fields[e]) {
		if f.what.kind == "" {
			continue
		}
		star := " "
		if f.required {
			star = "*"
		}
		fmt.Fprintf(&b, "  %s %-16s %-7s such as %s", star, f.name, f.what.kind, f.what.example)
		if f.what.note != "" {
			fmt.Fprintf(&b, " (%s)", f.what.note)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "  * %-16s %-7s such as 4711 (identifies the row in later imports; A+B is made of two columns)\n",
		sourceRef, "text")
	fmt.Fprintf(
		&b,
		"    %-16s %-7s such as %s (of a row that exists, as exports have it; it counts before the reference)\n\n",
		fleetID,
		"id",
		fleet.GlobalID(e.kindOf(), fleet.UUID{}),
	)
	b.WriteString(helpText)
	return b.String()
}

// helpText is what is the same for all entities.
const helpText = `How a row is found again: the reference with the --source before it. A row of a reference that exists changes the
fields that are mapped and not empty in the file: an empty cell, and a column that is not mapped, leave what is there.
Deleted rows stay deleted. The rules are those of the API: completed work does not open again, a retired machine comes
back as INACTIVE, a record does not move to another machine, a paper stays with its machine or operator.

Columns: --map field=A|B takes B where A is empty; \, stands for a comma in a header. A header is found in any case.

Encoding, delimiter, line ends, sep= and the header's line are found out and told; the flags win over what is found.
Quotation marks are those of RFC 4180. Of an Excel workbook (.xlsx) the first visible sheet is read, or --sheet.

Days: without --date-format what can mean one day only is read: 2026-03-31, 20260331, 31 March 2026, with or without a
time. A format is made of YYYY, YY (1969 to 2068), MMM (names of months, English and Spanish), MM, M, DD, D, hh, mm, ss, A
(AM or PM) and Z (zone), or is EXCEL (days since 1899-12-30); leading zeros may be missing, a time may follow. Times
without a zone are those of --time-zone, else of the company. Of two times when clocks are put back the earlier counts.

Money: signs of currencies are ignored; (5.00) and 5.00- are negative. Separators of thousands need --thousands and
stand before three digits each.

Rejected rows are written as the file is written, with their line, column, value and reason behind them, and can be
imported when they are corrected. An apostrophe before a value there keeps spreadsheets from taking it for a formula; it
is removed when the file is imported.

An export is imported again by the mapping --mapping export-equipment, export-operators, export-sites, export-papers or
export-maintenance: its rows are found by their ids, and what was changed in the file is changed in the fleet.
`

// Template writes a file with all fields of an entity as headers, and a row of examples.
func Template(w io.Writer, e Entity) error {
	headers, examples := []string{sourceRef}, []string{"4711"}
	for _, f := range fields[e] {
		if f.what.kind != "" {
			example := f.what.example
			if f.Name == "retired_on" || f.Name == "operator_id" { // of a machine in service, and a paper of a machine
				example = ""
			}
			headers, examples = append(headers, f.name), append(examples, example)
		}
	}
	c := csv.NewWriter(w)
	return c.WriteAll([][]string{headers, examples})
}

// TemplateMapping is the mapping of a template: each field is in the column of its name.
func TemplateMapping(e Entity) Mapping {
	m := Mapping{Columns: map[string]string{sourceRef: sourceRef}}
	for _, f := range fields[e] {
		if f.what.kind != "" {
			m.Columns[f.name] = f.name
		}
	}
	return m
}
