package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
	"bitcorp.dev/fleet/internal/store"
)

// sitesOf returns the sites of a company by name.
func sitesOf(t *testing.T, db *store.DB, v fleet.Viewer) (list []*fleet.Site) {
	t.Helper()
	page, err := db.Fleet().SitePage(t.Context(), v, nil, fleet.SiteNameAsc, fleet.Window{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// siteLines writes the sites of a company as name|code|address|time zone|version.
func siteLines(t *testing.T, db *store.DB, v fleet.Viewer) string {
	t.Helper()
	var lines []string
	for _, s := range sitesOf(t, db, v) {
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%d", s.Name, text(s.Code), text(s.Address), text(s.TimeZone),
			s.Version))
	}
	return strings.Join(lines, "\n")
}

// listImport imports a list with a header of the names of its columns.
type listImport struct {
	t       *testing.T
	db      *store.DB
	v       fleet.Viewer
	options ingest.Options
	header  string
}

func (l *listImport) run(rows ...string) ingest.Report {
	l.t.Helper()
	r, err := ingest.Run(l.t.Context(), l.db.Bulk(), l.v, l.options,
		strings.NewReader(l.header+"\n"+strings.Join(rows, "\n")+"\n"))
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

// refuses checks that each row is rejected, with reasons that begin and end as they should.
func (l *listImport) refuses(want ...struct{ row, says string }) {
	l.t.Helper()
	for _, c := range want {
		r := l.run(c.row)
		begins, ends, _ := strings.Cut(c.says, "…")
		if r.Rejected != 1 || len(r.Reasons) != 1 || !strings.HasPrefix(r.Reasons[0], begins) ||
			!strings.Contains(r.Reasons[0], ends) {
			l.t.Errorf("%s: %v %q, want %q", c.row, r, r.Reasons, c.says)
		}
	}
}

// undo undoes the newest import.
func (l *listImport) undo() error {
	l.t.Helper()
	list, err := l.db.Bulk().Imports(l.t.Context(), l.v, 1)
	if err != nil || len(list) != 1 {
		l.t.Fatal(list, err)
	}
	_, err = ingest.Undo(l.t.Context(), l.db.Bulk(), l.v, list[0].ID)
	return err
}

func importOfSites(t *testing.T) *listImport {
	t.Helper()
	db, v := fleetOf(t)
	return &listImport{t, db, v, ingest.Options{Entity: ingest.Sites, SkipBad: true, Mapping: ingest.Mapping{
		Columns: mappingOf("sourceRef=Id,name=Name,code=Code,address=Address,timeZone=Zone")}}, "Id,Name,Code,Address,Zone"}
}

// TestSitesOfASpanishListAreImported with the mapping that is proposed for it; again, nothing changes, and one other cell
// changes one site.
func TestSitesOfASpanishListAreImported(t *testing.T) {
	t.Parallel()
	l := importOfSites(t)
	file := "Centro de costo;Obra;Dirección;Zona horaria\nCC-10;Cantera Norte;Ruta 7;America/La_Paz\nCC-20;Depósito;;\n"
	found, err := ingest.Inspect(strings.NewReader(file), ingest.Sites, ingest.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	want := "map[address:Dirección code:Centro de costo name:Obra sourceRef:Centro de costo timeZone:Zona horaria]"
	if got := fmt.Sprint(found.Mapping.Columns); got != want {
		t.Errorf("proposed %s, want %s", got, want)
	}
	l.options.Mapping, l.options.SkipBad, l.options.Name = found.Mapping, false, "obras.csv"
	var rows []string
	l.header, rows = strings.Split(file, "\n")[0], strings.Split(strings.TrimSpace(file), "\n")[1:]
	if r := l.run(rows...); r.Created != 2 || !r.Kept {
		t.Fatalf("%v %q", r, r.Reasons)
	}
	if r := l.run(rows...); r.Unchanged != 2 || r.Created+r.Updated+r.Rejected != 0 {
		t.Errorf("again: %v", r)
	}
	first := "Cantera Norte|CC-10|Ruta 7|America/La_Paz|1\nDepósito|CC-20|||"
	if got := siteLines(t, l.db, l.v); got != first+"1" {
		t.Errorf("the sites are\n%s", got)
	}
	rows[1] = "CC-20;Depósito;Calle 3;"
	if r := l.run(rows...); r.Updated != 1 || r.Unchanged != 1 {
		t.Errorf("one cell: %v %q", r, r.Reasons)
	}
	if got := siteLines(t, l.db, l.v); got != strings.Replace(first, "|CC-20|||", "|CC-20|Calle 3||2", 1) {
		t.Errorf("the sites are\n%s", got)
	}
	depot := sitesOf(t, l.db, l.v)[1].ID
	history, err := l.db.Fleet().HistoryBySubject(t.Context(), l.v, []fleet.UUID{depot}, fleet.Window{Limit: 9})
	if err != nil || len(history[depot].Items) != 1 {
		t.Fatal(history, err)
	}
	h := history[depot].Items[0]
	if h.Action != fleet.ActionImported || h.Subject != fleet.SubjectSite || len(h.Changes) != 1 ||
		h.Changes[0].Field != "address" || h.Changes[0].From != nil || *h.Changes[0].To != "Calle 3" {
		t.Errorf("the history has %+v", h)
	}
	list, err := l.db.Bulk().Imports(t.Context(), l.v, 9)
	if err != nil || len(list) != 2 || list[0].Entity != "sites" || list[0].Updated != 1 || *list[1].File != "obras.csv" {
		t.Errorf("import list has %+v, %v", list, err)
	}
}

// TestNamesAndCodesOfImportedSitesAreUnique as the API compares them: without regard to case, accents and blanks.
func TestNamesAndCodesOfImportedSitesAreUnique(t *testing.T) {
	t.Parallel()
	l := importOfSites(t)
	r := l.run("1,Quarry Nörth,QN-1,,", "2,quarry NORTH,,,", "3,Camp,qn - 1,,", "4,Depot,D,,", "4,Yard,,,")
	want := []string{
		`line 3, column "Name" "quarry NORTH": line 2 has the same value`,
		`line 4, column "Code" "qn - 1": line 2 has the same value`,
		`line 6, column "Id" "4": line 5 has the same reference`,
	}
	if r.Created != 2 || !slices.Equal(r.Reasons, want) {
		t.Errorf("%v %q, want %q", r, r.Reasons, want)
	}
	if _, err := l.db.Fleet().CreateSite(t.Context(), l.v, fleet.WriteInfo{}, &fleet.Site{Name: "By hand"}); err != nil {
		t.Fatal(err)
	}
	l.refuses([]struct{ row, says string }{
		{"7,Quarry  North,,,", `line 2, column "Name" "Quarry North": belongs to another row of the fleet already`},
		{"7,by hánd,,,", `line 2, column "Name" "by hánd": belongs to another row`},
		{"7,Third,qN-1,,", `line 2, column "Code" "qN-1": belongs to another row`},
		{"4,Quarry North,,,", `line 2, column "Name" "Quarry North": belongs to another row`},
		{"7,,X,,", `line 2, column "Name" "": is empty, but it is required`},
		{"7," + strings.Repeat("x", 201) + ",,,", `line 2, column "Name" "…has 201 characters: at most 200`},
		{"7,Third,,,Europe/Nowhere", `line 2, column "Zone" "Europe/Nowhere": …is not a time zone of the IANA database`},
		{"4,Depot,,,Europe/Nowhere", `line 2, column "Zone" "Europe/Nowhere": …is not a time zone of the IANA database`},
	}...)
	l.options.Mapping.Columns = mappingOf("sourceRef=Id,name=Name")
	l.options.Mapping.Constants = map[string]string{"timeZone": "Mars"}
	r = l.run("7,Third,,,")
	if r.Rejected != 1 || !strings.Contains(r.Reasons[0], `timeZone: "Mars" is not a time zone`) {
		t.Errorf("%v %q", r, r.Reasons)
	}
	if got := siteLines(t, l.db, l.v); got != "By hand||||1\nDepot|D|||1\nQuarry Nörth|QN-1|||1" {
		t.Errorf("the sites are\n%s", got)
	}
}

// TestAnImportOfSitesLeavesWhatItIsNotTold: columns that are not mapped, empty cells, what a person has changed, and sites
// that were deleted.
func TestAnImportOfSitesLeavesWhatItIsNotTold(t *testing.T) {
	t.Parallel()
	l := importOfSites(t)
	l.run("1,Quarry,Q,Road 7,Europe/Berlin", "2,Depot,D,Road 8,")
	depot, quarry := sitesOf(t, l.db, l.v)[0], sitesOf(t, l.db, l.v)[1]
	if r := l.run("1,Quarry,,,", "2,Depot,,,"); r.Unchanged != 2 {
		t.Errorf("empty cells: %v", r)
	}
	address := "Road 9"
	if _, err := l.db.Fleet().UpdateSite(t.Context(), l.v, fleet.WriteInfo{}, quarry.ID, nil,
		fleet.SitePatch{Address: fleet.Maybe[*string]{Set: true, To: &address}}); err != nil {
		t.Fatal(err)
	}
	if r := l.run("1,Quarry,Q,Road 7,UTC"); r.Updated != 1 { // the address has no news
		t.Errorf("%v %q", r, r.Reasons)
	}
	r := l.run("1,Quarry,Q,Road 10,UTC")
	if r.Conflicts != 1 || !strings.Contains(r.Reasons[0], `was changed in the fleet to "Road 9" since the last import`) {
		t.Errorf("%v %q", r, r.Reasons)
	}
	l.options.Overwrite = true
	if r := l.run("1,Quarry,Q,Road 10,UTC"); r.Updated != 1 {
		t.Errorf("%v %q", r, r.Reasons)
	}
	if _, err := l.db.Fleet().DeleteSite(t.Context(), l.v, fleet.WriteInfo{}, depot.ID, nil); err != nil {
		t.Fatal(err)
	}
	if r := l.run("2,Depot,D,elsewhere,"); r.Deleted != 1 || r.Updated+r.Created+r.Rejected != 0 {
		t.Errorf("a deleted site: %v %q", r, r.Reasons)
	}
	if r := l.run("3,Depot,D,,"); r.Created != 1 { // its name and code are free
		t.Errorf("%v %q", r, r.Reasons)
	}
	if got := siteLines(t, l.db, l.v); got != "Depot|D|||1\nQuarry|Q|Road 10|UTC|4" {
		t.Errorf("the sites are\n%s", got)
	}
}

// TestAnImportOfSitesIsUndone unless machines have moved to a site that it has made, or a site has changed since.
func TestAnImportOfSitesIsUndone(t *testing.T) {
	t.Parallel()
	l := importOfSites(t)
	l.run("1,Quarry,Q,Road 7,")
	l.run("1,Quarry North,Q,Road 8,", "2,Depot,,,")
	if err := l.undo(); err != nil {
		t.Fatal(err)
	}
	if got := siteLines(t, l.db, l.v); got != "Quarry|Q|Road 7||3" {
		t.Errorf("the sites are\n%s", got)
	}
	l.run("2,Depot,,,")
	depot := sitesOf(t, l.db, l.v)[0]
	e, err := l.db.Fleet().CreateEquipment(t.Context(), l.v, fleet.WriteInfo{},
		&fleet.Equipment{Name: "A", Category: "Crane", Status: fleet.EquipmentActive})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.db.Fleet().MoveEquipment(t.Context(), l.v, fleet.WriteInfo{},
		fleet.SiteMoveInput{EquipmentID: e.ID, SiteID: &depot.ID}, nil); err != nil {
		t.Fatal(err)
	}
	if err := l.undo(); fleet.CodeOf(err) != fleet.Conflict || !strings.Contains(err.Error(), "site Depot") {
		t.Errorf("a machine is there: %v", err)
	}
	l.options.Mapping.Source = "other"
	l.run("9,Yard,,,")
	name := "Renamed"
	if _, err := l.db.Fleet().UpdateSite(t.Context(), l.v, fleet.WriteInfo{}, sitesOf(t, l.db, l.v)[2].ID, nil,
		fleet.SitePatch{Name: fleet.Maybe[string]{Set: true, To: name}}); err != nil {
		t.Fatal(err)
	}
	if err := l.undo(); fleet.CodeOf(err) != fleet.Conflict || !strings.Contains(err.Error(), "site Renamed") {
		t.Errorf("a person has changed it: %v", err)
	}
}
