// Package web carries the built pages into the server, and the example
// queries that GraphiQL shows, which tests run too. The pages are made by
// Vite from the sources beside this file; without that build the folder dist
// is empty and the server says how to fill it.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

//go:embed examples/*.graphql
var examples embed.FS

// Dist returns the built pages.
func Dist() fs.FS { return sub(dist, "dist") }

// Examples returns the example queries, one file each, in the order of their names.
func Examples() fs.FS { return sub(examples, "examples") }

func sub(files fs.FS, dir string) fs.FS {
	s, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // the names are constants of this file
	}
	return s
}
