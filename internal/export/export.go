// Package export makes a file of the one list that a GraphQL operation selects: which list that is, the
// columns that its selection makes (Plan), how the operation is led through all pages of the list (Walk), and
// the rows of each page as CSV, lines of JSON or an Excel workbook (File). It knows GraphQL, but neither
// the schema nor HTTP nor the database: the executor hands it pages, and callers write what it makes.
package export

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Format is a format of files.
type Format struct {
	Extension string // of file names, without a dot
	MediaType string
}

// Formats lists the formats; the first one is what a client gets that takes several.
func Formats() []Format { return []Format{CSV, JSONL, XLSX} }

// The formats of files.
var (
	CSV   = Format{"csv", "text/csv"}
	JSONL = Format{"jsonl", "application/x-ndjson"}
	XLSX  = Format{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
)

//go:embed documents/*.graphql
var documents embed.FS

// Documents returns the documents of the lists that have a name, by their names. Their variables are the
// arguments of the lists.
func Documents() map[string]string {
	files, err := fs.Glob(documents, "documents/*.graphql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	named := make(map[string]string, len(files))
	for _, file := range files {
		text, err := documents.ReadFile(file)
		if err != nil {
			panic(err) // it is part of the program
		}
		named[strings.TrimSuffix(path.Base(file), ".graphql")] = string(text)
	}
	return named
}

// Names lists the names of Documents.
func Names() []string {
	var names []string
	for name := range Documents() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
