package fleet_test

import (
	"slices"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestTextsAreTidied(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                            "",
		"  Crane ":                    "Crane",
		"Test   excavator":            "Test excavator",
		"a\u00a0\u2003b":              "a b",
		"Gru\u0301a":                  "Gr\u00faa",
		"one \r\n  two\n\n three  ":   "one\n two\n\n three",
		"tab\tstays":                  "tab\tstays",
		"\n outer lines are blank \t": "outer lines are blank",
		"0012":                        "0012",
	} {
		if got := fleet.Tidy(in); got != want {
			t.Errorf("Tidy(%q) is %q, want %q", in, got, want)
		}
		if again := fleet.Tidy(want); again != want {
			t.Errorf("Tidy(%q) changes a tidy text: %q", want, again)
		}
	}
}

func TestSearchesFoldCaseAndAccents(t *testing.T) {
	t.Parallel()
	for search, want := range map[string][]string{
		"GR\u00daA Torre":          {"grua", "torre"},
		"Gru\u0301a":               {"grua"},
		"Smith & Sons":             {"smith", "sons"},
		"\u00d1and\u00fa 320":      {"nandu", "320"},
		"\u039f\u03b4\u03cc\u03c2": {"\u03bf\u03b4\u03bf\u03c3"},
		"& -- \u0301":              nil,
	} {
		if got := fleet.SearchTerms(search); !slices.Equal(got, want) {
			t.Errorf("SearchTerms(%q) is %q, want %q", search, got, want)
		}
	}
}

// TestWhatIsWrittenIsTidy for every text of a machine, an operator and work.
func TestWhatIsWrittenIsTidy(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	set := func(s string) fleet.Maybe[string] { return fleet.Maybe[string]{Set: true, To: s} }
	maybe := func(s string) fleet.Maybe[*string] { return fleet.Maybe[*string]{Set: true, To: &s} }
	e, err := fleet.EquipmentPatch{Name: set(" a  b "), Category: set(" c  d "), SerialNumber: maybe(" 0 12 "),
		Description: maybe(" e  f ")}.Apply(&fleet.Equipment{Status: fleet.EquipmentActive}, fleet.DateOf(now))
	if err != nil || e.Name != "a b" || e.Category != "c d" || *e.SerialNumber != "0 12" || *e.Description != "e f" {
		t.Errorf("%+v, %v", e, err)
	}
	o, err := fleet.OperatorPatch{FirstName: set(" a  b "), LastName: set(" c "), LicenseNumber: maybe(" L  1 ")}.Apply(
		&fleet.Operator{})
	if err != nil || o.FirstName != "a b" || o.LastName != "c" || *o.LicenseNumber != "L 1" {
		t.Errorf("%+v, %v", o, err)
	}
	m := &fleet.MaintenanceRecord{Kind: fleet.Preventive, Status: fleet.MaintenanceCompleted, Description: text(" a  b "),
		PerformedBy: text(" c  d ")}
	made, err := m.New(&fleet.Equipment{Status: fleet.EquipmentActive}, now)
	if err != nil || *made.Description != "a b" || *made.PerformedBy != "c d" {
		t.Errorf("%+v, %v", made, err)
	}
	step := fleet.MaintenanceStep{Patch: fleet.MaintenancePatch{PerformedBy: maybe(" e  f ")}}
	corrected, err := step.Apply(made, now)
	if err != nil || *corrected.PerformedBy != "e f" || *m.Description != " a  b " {
		t.Errorf("%+v, %v; the given record is %+v", corrected, err, m)
	}
}
