package graph

import (
	"slices"
	"testing"
)

// TestErrorsNameWhatWasSent truncates paths that do not exist in the arguments.
func TestErrorsNameWhatWasSent(t *testing.T) {
	t.Parallel()
	sent := map[string]any{"input": map[string]any{
		"name": nil, "updates": []any{map[string]any{"cost": "1"}, map[string]any{"status": "ACTIVE"}},
		"one": map[string]any{"cost": "1"},
	}}
	for _, c := range []struct {
		field, related string
		want           []string
	}{
		{"", "", nil},
		{"input", "", []string{"input"}},
		{"input.name", "", []string{"input", "name"}}, // null is sent, too
		{"input.serialNumber", "", []string{"input"}},
		{"idempotencyKey", "", nil},
		{"input.updates.1.status", "", []string{"input", "updates", "1", "status"}},
		{"input.updates.1.cost", "", []string{"input", "updates", "1"}},
		{"input.updates.2.cost", "", []string{"input", "updates"}},
		{"input.updates.-1", "", []string{"input", "updates"}},
		{"input.one.0.cost", "", []string{"input", "one", "cost"}}, // sent without brackets
		{"input.name.first", "", []string{"input", "name"}},
		{"input.partsCost", "input.name", []string{"input", "name"}},
		{"input.partsCost", "input.labourCost", []string{"input"}},
		{"input.name", "input.updates", []string{"input", "name"}},
	} {
		if got := sentPath(sent, c.field, c.related); !slices.Equal(got, c.want) {
			t.Errorf("%s, %s: %q, want %q", c.field, c.related, got, c.want)
		}
	}
}
