package graph

import (
	"testing"

	"github.com/vektah/gqlparser/v2"
)

// TestWhatDependsOnTheViewerIsFound holds operations against the marks of the SDL, whatever way a marked field
// or value is chosen.
func TestWhatDependsOnTheViewerIsFound(t *testing.T) {
	t.Parallel()
	const inFragment = `subscription { equipmentChanged { ...Changed } }
		fragment Changed on EquipmentChange { equipment { user { passwordMustChange } } }`
	defaults := map[string]any{"s": "MINE"} // which the executor has filled in
	for _, c := range []struct {
		document  string
		variables map[string]any
		want      bool
	}{
		{`subscription { dashboardStats { totalEquipment } }`, nil, false},
		{`subscription { dashboardStats(scope: COMPANY) { totalEquipment } }`, nil, false},
		{`subscription { dashboardStats(scope: MINE) { totalEquipment } }`, nil, true},
		{`subscription($s: StatsScope) { dashboardStats(scope: $s) { totalEquipment } }`, defaults, true},
		{`subscription($s: StatsScope = MINE) { dashboardStats(scope: $s) { totalEquipment } }`, defaults, true},
		{`subscription { equipmentChanged { equipment { name user { email } } } }`, nil, false},
		{`subscription { equipmentChanged { equipment { user { passwordMustChange } } } }`, nil, true},
		{`subscription { equipmentChanged { equipment { user { ... on User { passwordMustChange } } } } }`, nil, true},
		{inFragment, nil, true},
	} {
		doc, err := gqlparser.LoadQueryWithRules(Schema(), c.document, nil)
		if err != nil {
			t.Errorf("%s: %v", c.document, err)
			continue
		}
		if got := isPerViewer(doc.Operations[0].SelectionSet, c.variables); got != c.want {
			t.Errorf("%s: depends on the viewer: %v, want %v", c.document, got, c.want)
		}
	}
}
