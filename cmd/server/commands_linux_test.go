package main

import (
	"io"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

func TestHelpNamesEveryFlag(t *testing.T) {
	t.Parallel()
	c := grammar()
	parser, err := kong.New(&c, options(io.Discard, io.Discard)...)
	if err != nil {
		t.Fatal(err)
	}
	whole := run1(t, nil, "--help")
	for _, command := range parser.Model.Children {
		if !strings.Contains(whole, "\n  "+command.Name) || command.Help == "" {
			t.Errorf("server --help does not tell of %s", command.Name)
		}
		said := run1(t, nil, command.Name, "--help")
		flags := 0
		for _, group := range command.AllFlags(false) {
			for _, flag := range group {
				flags++
				if flag.Hidden || flag.Help == "" {
					t.Errorf("%s --%s is hidden or without help", command.Name, flag.Name)
				}
				if !strings.Contains(said, "--"+flag.Name) && !strings.Contains(said, "--[no-]"+flag.Name) {
					t.Errorf("server %s --help does not name --%s", command.Name, flag.Name)
				}
				for _, env := range flag.Envs {
					if !strings.Contains(said, env) {
						t.Errorf("server %s --help does not name %s", command.Name, env)
					}
				}
			}
		}
		if flags < 5 {
			t.Errorf("%s has %d flags: the test does not see them", command.Name, flags)
		}
		for _, argument := range command.Positional {
			if !strings.Contains(said, "<"+argument.Name+">") || argument.Help == "" {
				t.Errorf("server %s --help does not tell of <%s>", command.Name, argument.Name)
			}
		}
	}
}

func TestVersionAndSchemaNeedNoDatabase(t *testing.T) {
	t.Parallel()
	nowhere := []string{"DATABASE_URL=postgres://nobody@127.0.0.1:1/nothing"}
	if said := run1(t, nowhere, "version"); !strings.HasPrefix(said, "fleet ") || !strings.Contains(said, "go1.") {
		t.Errorf("version says %q", said)
	}
	said := run1(t, nowhere, "schema")
	for _, want := range []string{"type Query {", "type Mutation {", "interface Node {", "scalar Decimal"} {
		if !strings.Contains(said, want) {
			t.Errorf("the schema does not say %q", want)
		}
	}
}
