package graph

import (
	"strings"
	"testing"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"
)

// TestMutationsAreAlike: one input and a payload of the mutation's name, one rule for versions, ids
// that are named for their type, deletedId where a row is deleted.
func TestMutationsAreAlike(t *testing.T) {
	t.Parallel()
	schema := Schema()
	versioned := map[string]bool{}
	for name, d := range schema.Types {
		if d.Kind == ast.Object && d.Fields.ForName("version") != nil && d.Fields.ForName("id") != nil {
			versioned[strings.ToLower(name[:1])+name[1:]+"Id"] = true
		}
	}
	payloads := map[string]string{}
	for _, m := range schema.Mutation.Fields {
		if strings.HasPrefix(m.Name, "__") {
			continue
		}
		upper := strings.ToUpper(m.Name[:1]) + m.Name[1:]
		input := m.Arguments.ForName("input")
		for _, a := range m.Arguments {
			if is := a.Name + " " + a.Type.String(); is != "input "+upper+"Input!" && is != "idempotencyKey String" {
				t.Errorf("%s has the argument %s", m.Name, is)
			}
		}
		if input == nil || m.Type.String() != upper+"Payload" || payloads[m.Type.Name()] != "" {
			t.Errorf("%s has no input of its own, or no payload: %s", m.Name, m.Type)
			continue
		}
		payloads[m.Type.Name()] = m.Name
		verb := m.Name[:strings.IndexFunc(m.Name, unicode.IsUpper)]
		fields := schema.Types[upper+"Input"].Fields
		want := ""
		switch verb {
		case "update", "correct":
			want = "Int!"
		case "delete", "restore", "purge", "retire", "start", "complete", "cancel", "disable", "enable", "reopen", "move",
			"pause", "resume", "merge", "undo":
			want = "Int"
		}
		if m.Name == "updateEquipmentBatch" { // its updates have one each
			want = ""
		}
		got := ""
		if f := fields.ForName("expectedVersion"); f != nil {
			got = f.Type.String()
		}
		if changes := fields[0].Type.Name() == "ID" && versioned[fields[0].Name]; got != want && (changes || got != "") {
			t.Errorf("%s: expectedVersion is %q, want %q", m.Name, got, want)
		}
		if deletes := verb == "delete" || verb == "purge" || verb == "merge" ||
			verb == "end"; deletes != (schema.Types[m.Type.Name()].Fields.ForName("deletedId") != nil) {
			t.Errorf("%s: deletedId is where nothing is deleted, or missing", m.Name)
		}
	}
	for name, d := range schema.Types {
		if d.Kind != ast.InputObject || !strings.HasSuffix(name, "Input") {
			continue
		}
		for _, f := range d.Fields {
			if (f.Type.Name() == "ID") != strings.HasSuffix(f.Name, "Id") {
				t.Errorf("%s.%s: an id is named for its type, as equipmentId", name, f.Name)
			}
		}
	}
}
