// Package web embeds the built pages and the example queries of GraphiQL, which the tests run too. Vite builds the pages
// from the sources in this folder. Without that build the folder dist is empty, and the server explains how to fill it.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

//go:embed examples/*.graphql
var examples embed.FS

//go:embed src/graphql/trusted-documents.json
var trustedDocuments []byte

// TrustedDocuments returns the manifest of the documents that the pages send: a JSON object of their texts by SHA-256.
func TrustedDocuments() []byte { return trustedDocuments }

// Dist returns the built pages.
func Dist() fs.FS { return sub(dist, "dist") }

// Examples returns the example queries, one file each, sorted by name.
func Examples() fs.FS { return sub(examples, "examples") }

func sub(files fs.FS, dir string) fs.FS {
	s, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the names are constants
	}
	return s
}
