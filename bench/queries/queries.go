// Package queries holds the queries that the benchmark sends.
package queries

import (
	"embed"
	"encoding/json"
)

//go:embed *.graphql postgraphile/*.graphql
var files embed.FS

// Body returns the body of a request for a query, such as "page" or "postgraphile/page", with at most
// one variable; name "" is none.
func Body(query, name, value string) []byte {
	text, err := files.ReadFile(query + ".graphql")
	if err != nil {
		panic(err) // the files are embedded: a wrong name is a fault of ours
	}
	// In this order: package limit looks for the variables at the end.
	request := struct {
		Query     string            `json:"query"`
		Variables map[string]string `json:"variables,omitempty"`
	}{Query: string(text)}
	if name != "" {
		request.Variables = map[string]string{name: value}
	}
	body, err := json.Marshal(request)
	if err != nil {
		panic(err) // strings only
	}
	return body
}
