package docs_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestEveryRoleIsDocumented compares the rows of the table of roles in access.md with the roles of the domain.
func TestEveryRoleIsDocumented(t *testing.T) {
	page, err := os.ReadFile("access.md")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?m)^\| role \| reads \| changes \|\n(\|.*\n)+`).Find(page)
	var documented []fleet.Role
	for _, row := range regexp.MustCompile(`(?m)^\| ([A-Z]+) \|`).FindAllSubmatch(table, -1) {
		documented = append(documented, fleet.Role(row[1]))
	}
	want := fleet.Roles()
	slices.Sort(want)
	if slices.Sort(documented); !slices.Equal(documented, want) {
		t.Errorf("docs/access.md describes the roles %v, want %v", documented, want)
	}
}
