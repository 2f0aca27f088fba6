package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/fleet"
)

// explainCmd prints the plans of a document.
type explainCmd struct {
	File      string     `arg:"" type:"existingfile" help:"A GraphQL document."`
	Operation string     `help:"The operation, if the document has several."`
	Variables string     `default:"{}" help:"Its variables, as a JSON object."`
	Role      fleet.Role `default:"MANAGER" enum:"ADMIN,MANAGER,ANALYST,OPERATOR" help:"The role of the user that asks."`
}

// Run runs the command.
func (c explainCmd) Run(out io.Writer) error {
	document, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	var variables map[string]any
	if err := json.Unmarshal([]byte(c.Variables), &variables); err != nil {
		return fmt.Errorf("--variables is no JSON object: %w", err)
	}
	text, err := graph.Explain(string(document), c.Operation, variables, c.Role)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, text)
	return err
}
