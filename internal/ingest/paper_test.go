package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// importOfPapers returns an import of papers into a company with three machines, two of them of one name, and three
// operators, two of them of one name.
func importOfPapers(t *testing.T) *listImport {
	t.Helper()
	db, v := fleetOf(t)
	for entity, list := range map[ingest.Entity][2]string{
		ingest.Equipment: {"sourceRef=Id,name=Name,serialNumber=Serial",
			"Id,Name,Serial\nm1,Digger,S-1\nm2,Twin,S-2\nm3,Twin,S-3\n"},
		ingest.Operators: {"sourceRef=Id,firstName=First,lastName=Last,licenseNumber=Licence",
			"Id,First,Last,Licence\no1,Ada,Lovelace,L-1\no2,Juan,Pérez,L-2\no3,Juan,Pérez,L-3\n"},
	} {
		r, err := ingest.Run(t.Context(), db.Bulk(), v, ingest.Options{Entity: entity,
			Mapping: ingest.Mapping{DefaultCategory: "Crane", Columns: mappingOf(list[0])}}, strings.NewReader(list[1]))
		if err != nil || r.Created != 3 {
			t.Fatal(r, r.Reasons, err)
		}
	}
	return &listImport{t, db, v, ingest.Options{Entity: ingest.Papers, SkipBad: true, Mapping: ingest.Mapping{
		Columns: mappingOf("sourceRef=Id,equipment=Machine,operator=Operator,kind=Kind,number=No,issuedOn=From," +
			"validUntil=To,note=Note")}}, "Id,Machine,Operator,Kind,No,From,To,Note"}
}

// papers writes the papers of the company, sorted, as owner|kind|number|issued|valid|note|version.
func (l *listImport) papers() []string {
	l.t.Helper()
	var lines []string
	for _, p := range l.rows() {
		issued := ""
		if p.IssuedOn != nil {
			issued = p.IssuedOn.String()
		}
		lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%s|%s|%d", l.owner(p), p.Kind, text(p.Number), issued, p.ValidUntil,
			text(p.Note), p.Version))
	}
	slices.Sort(lines)
	return lines
}

func (l *listImport) rows() []*fleet.Paper {
	l.t.Helper()
	page, err := l.db.Fleet().PaperPage(l.t.Context(), l.v, nil, fleet.PaperCreatedAtAsc, fleet.Window{Limit: 100})
	if err != nil {
		l.t.Fatal(err)
	}
	return page.Items
}

// owner returns the serial number of a paper's machine, or the licence number of its operator.
func (l *listImport) owner(p *fleet.Paper) string {
	l.t.Helper()
	for number, id := range l.owners() {
		if p.EquipmentID != nil && *p.EquipmentID == id || p.OperatorID != nil && *p.OperatorID == id {
			return number
		}
	}
	return "nothing"
}

// owners returns the machines and operators by their numbers.
func (l *listImport) owners() map[string]fleet.UUID {
	l.t.Helper()
	list := map[string]fleet.UUID{}
	for _, e := range machinesOf(l.t, l.db, l.v) {
		list[text(e.SerialNumber)] = e.ID
	}
	page, err := l.db.Fleet().OperatorPage(l.t.Context(), l.v, nil, fleet.OperatorNameAsc, fleet.Window{Limit: 100})
	if err != nil {
		l.t.Fatal(err)
	}
	for _, o := range page.Items {
		list[text(o.LicenseNumber)] = o.ID
	}
	return list
}

// TestPapersFindTheirMachineOrOperator by id, reference, serial or licence number and name, in this order; again, nothing
// changes, and one other cell changes one paper.
func TestPapersFindTheirMachineOrOperator(t *testing.T) {
	t.Parallel()
	l := importOfPapers(t)
	owners := l.owners()
	rows := []string{
		"1,m1,,insurance,P-1,2026-01-01,2026-12-31,by phone",
		"2,s-2,,Inspection,,,2026-06-30,",
		"3,digger,,OTHER,,,2026-07-31,",
		"4," + fleet.GlobalID(fleet.KindEquipment, owners["S-3"]) + ",,REGISTRATION,,,2030-01-01,",
		"5,,o2,LICENCE,,,2027-01-01,",
		"6,,l-3,LICENCE,,,2027-02-01,",
		"7,,ada LOVELACE,LICENCE,,,2027-03-01,",
		`8,,"Lovelace, Ada",INSPECTION,,,2027-04-01,`,
		"9,," + fleet.GlobalID(fleet.KindOperator, owners["L-2"]) + ",OTHER,,,2027-05-01,",
	}
	if r := l.run(rows...); r.Created != int64(len(rows)) {
		t.Fatalf("%v %q", r, r.Reasons)
	}
	want := []string{
		"L-1|INSPECTION|||2027-04-01||1", "L-1|LICENCE|||2027-03-01||1", "L-2|LICENCE|||2027-01-01||1",
		"L-2|OTHER|||2027-05-01||1", "L-3|LICENCE|||2027-02-01||1", "S-1|INSURANCE|P-1|2026-01-01|2026-12-31|by phone|1",
		"S-1|OTHER|||2026-07-31||1", "S-2|INSPECTION|||2026-06-30||1", "S-3|REGISTRATION|||2030-01-01||1",
	}
	if got := l.papers(); !slices.Equal(got, want) {
		t.Errorf("the papers are %q, want %q", got, want)
	}
	if r := l.run(rows...); r.Unchanged != int64(len(rows)) || r.Created+r.Updated+r.Rejected != 0 {
		t.Errorf("again: %v %q", r, r.Reasons)
	}
	rows[0] = "1,S-1,,insurance,P-1,2026-01-01,2027-12-31," // renewed; the note is left
	if r := l.run(rows...); r.Updated != 1 || r.Unchanged != int64(len(rows)-1) {
		t.Errorf("one cell: %v %q", r, r.Reasons)
	}
	want[5] = "S-1|INSURANCE|P-1|2026-01-01|2027-12-31|by phone|2"
	if got := l.papers(); !slices.Equal(got, want) {
		t.Errorf("the papers are %q, want %q", got, want)
	}
	id := l.rows()[0].ID
	history, err := l.db.Fleet().HistoryBySubject(t.Context(), l.v, []fleet.UUID{id}, fleet.Window{Limit: 9})
	if err != nil || len(history[id].Items) != 1 {
		t.Fatal(history, err)
	}
	h := history[id].Items[0]
	if h.Action != fleet.ActionImported || h.Subject != fleet.SubjectPaper || *h.SubjectName != "Digger" ||
		len(h.Changes) != 1 || h.Changes[0].Field != "validUntil" || *h.Changes[0].From != "2026-12-31" {
		t.Errorf("the history has %+v", h)
	}
}

// TestPapersThatCannotBeAreRejected, each with its line, column, value and reason.
func TestPapersThatCannotBeAreRejected(t *testing.T) {
	t.Parallel()
	l := importOfPapers(t)
	l.run("1,m1,,INSURANCE,,,2026-12-31,")
	l.refuses([]struct{ row, says string }{
		{
			"2,EX-9,,OTHER,,,2026-12-31,",
			`line 2, column "Machine" "EX-9": no machine has this reference, serial …: import it first`,
		},
		{"2,Twin,,OTHER,,,2026-12-31,", `line 2, column "Machine" "Twin": the fleet has 2 machines of this name`},
		{
			"2,,L-9,OTHER,,,2026-12-31,",
			`line 2, column "Operator" "L-9": no operator has this reference, licence number or name`,
		},
		{
			"2,,Juan Perez,OTHER,,,2026-12-31,",
			`line 2, column "Operator" "Juan Perez": the company has 2 operators of this name`,
		},
		{"2,,,OTHER,,,2026-12-31,", `line 2, column "Machine" "": is empty, and a paper is of a machine or of an operator`},
		{"2,m1,o1,OTHER,,,2026-12-31,", `line 2, column "Operator" "o1": a paper is of a machine or of an operator`},
		{"1,m1,o1,OTHER,,,2026-12-31,", `line 2, column "Operator" "o1": the paper with this reference is of another`},
		{
			"1,m2,,INSURANCE,,,2026-12-31,",
			`line 2, column "Machine" "m2": the paper with this reference is of another machine`,
		},
		{"1,EX-9,,INSURANCE,,,2026-12-31,", `line 2, column "Machine" "EX-9": no machine has this reference`},
		{"2,m1,,permit,,,2026-12-31,", `line 2, column "Kind" "permit": is none of [INSPECTION …--kind-map permit=`},
		{"2,m1,,,,,2026-12-31,", `line 2, column "Kind" "": is empty, but it is required`},
		{"2,m1,,OTHER,,,,", `line 2, column "To" "": is empty, but it is required`},
		{"2,m1,,OTHER,,,2026-02-30,", `line 2, column "To" "2026-02-30": …not a valid date`},
		{"2,m1,,OTHER,,,03/04/2026,", `line 2, column "To" "03/04/2026": …can be two days`},
		{"2,m1,,OTHER,,2027-01-01,2026-12-31,", `line 2, column "To" "2026-12-31": 2026-12-31 is before issuedOn 2027-01-01`},
		{"1,m1,,INSURANCE,,2027-01-01,,", `line 2, column "To" "": 2026-12-31 is before issuedOn 2027-01-01`},
		{"2,m1,,OTHER,,1949-01-01,2026-12-31,", `line 2, column "From" "1949-01-01": 1949-01-01 is before 1950`},
		{
			"2,m1,,OTHER," + strings.Repeat("9", 101) + ",,2026-12-31,",
			`line 2, column "No" "…has 101 characters: at most 100`,
		},
	}...)
	r := l.run("2,m1,,OTHER,,,2026-12-31,", "2,m1,,OTHER,,,2027-12-31,")
	if r.Created != 1 || r.Rejected != 1 || r.Reasons[0] != `line 3, column "Id" "2": line 2 has the same reference` {
		t.Errorf("%v %q", r, r.Reasons)
	}
	want := []string{"S-1|INSURANCE|||2026-12-31||1", "S-1|OTHER|||2026-12-31||1"}
	if got := l.papers(); !slices.Equal(got, want) {
		t.Errorf("the papers are %q, want %q", got, want)
	}
	l.options.Mapping.Columns = mappingOf("sourceRef=Id,kind=Kind,validUntil=To")
	if _, err := ingest.Run(t.Context(), l.db.Bulk(), l.v, l.options, strings.NewReader(l.header+"\n")); err == nil ||
		!strings.Contains(err.Error(), "no column is mapped to equipment or operator") {
		t.Error(err)
	}
}

// TestPapersOfASpanishListAreImported with the mapping that is proposed for it.
func TestPapersOfASpanishListAreImported(t *testing.T) {
	t.Parallel()
	l := importOfPapers(t)
	file := "Id;Placa;Conductor;Tipo de documento;N° póliza;Vigente desde;Fecha de vencimiento;Observaciones\n" +
		"1;S-1;;Póliza;77;1/2/2026;31/1/2027;\n2;S-2;;Revisión técnica;;;15/6/2026;en trámite\n3;;L-1;Licencia;;;28/5/2028;\n"
	found, err := ingest.Inspect(strings.NewReader(file), ingest.Papers, ingest.Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	m := found.Mapping
	proposed := "map[equipment:Placa issuedOn:Vigente desde kind:Tipo de documento note:Observaciones number:N° póliza " +
		"operator:Conductor sourceRef:Id validUntil:Fecha de vencimiento]"
	if got := fmt.Sprint(m.Columns); got != proposed {
		t.Errorf("proposed %s, want %s", got, proposed)
	}
	m.DateFormat = "DD/MM/YYYY" // of a column whose days can be two
	r, err := ingest.Run(t.Context(), l.db.Bulk(), l.v, ingest.Options{Entity: ingest.Papers, Mapping: m},
		strings.NewReader(file))
	if err != nil || r.Created != 3 {
		t.Fatalf("%v %q %v", r, r.Reasons, err)
	}
	want := []string{"L-1|LICENCE|||2028-05-28||1", "S-1|INSURANCE|77|2026-02-01|2027-01-31||1",
		"S-2|INSPECTION|||2026-06-15|en trámite|1"}
	if got := l.papers(); !slices.Equal(got, want) {
		t.Errorf("the papers are %q, want %q", got, want)
	}
}

// TestPapersOfADuplicateAreThoseOfTheMachineThatStays: those that are there have moved with it, new ones are its own.
func TestPapersOfADuplicateAreThoseOfTheMachineThatStays(t *testing.T) {
	t.Parallel()
	l := importOfPapers(t)
	l.run("1,m1,,INSURANCE,,,2026-12-31,")
	owners := l.owners()
	if _, err := l.db.Fleet().MergeEquipment(t.Context(), l.v, fleet.WriteInfo{},
		fleet.Merge{EquipmentID: owners["S-2"], DuplicateID: owners["S-1"]}); err != nil {
		t.Fatal(err)
	}
	if r := l.run("1,m1,,INSURANCE,,,2026-12-31,", "2,S-1,,OTHER,,,2026-12-31,"); r.Unchanged != 1 || r.Created != 1 {
		t.Errorf("%v %q", r, r.Reasons)
	}
	if r := l.run("1,m1,,INSURANCE,,,2027-12-31,"); r.Updated != 1 {
		t.Errorf("%v %q", r, r.Reasons)
	}
	for _, line := range l.papers() {
		if !strings.HasPrefix(line, "S-2|") {
			t.Errorf("a paper is not of the machine that stays: %s", line)
		}
	}
}

// TestPapersThatPeopleHaveChangedOrDeletedStay, and so do those of a machine or operator that was deleted.
func TestPapersThatPeopleHaveChangedOrDeletedStay(t *testing.T) {
	t.Parallel()
	l := importOfPapers(t)
	first, second, third := "1,m1,,INSURANCE,,,2026-12-31,", "2,m2,,OTHER,,,2026-12-31,", "3,,o1,LICENCE,,,2026-12-31,"
	l.run(first, second, third)
	id := l.rows()[0].ID
	rows := l.db.Fleet()
	until, err := fleet.ParseDate("2028-12-31")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.UpdatePaper(t.Context(), l.v, fleet.WriteInfo{}, id, nil,
		fleet.PaperPatch{ValidUntil: fleet.Maybe[fleet.Date]{Set: true, To: until}}); err != nil {
		t.Fatal(err)
	}
	if r := l.run(first); r.Unchanged != 1 {
		t.Errorf("%v %q", r, r.Reasons)
	}
	r := l.run("1,m1,,INSURANCE,,,2027-12-31,")
	if r.Conflicts != 1 || !strings.Contains(r.Reasons[0], `was changed in the fleet to "2028-12-31"`) {
		t.Errorf("%v %q", r, r.Reasons)
	}
	if _, err := rows.DeletePaper(t.Context(), l.v, fleet.WriteInfo{}, id, nil); err != nil {
		t.Fatal(err)
	}
	if r := l.run(first); r.Deleted != 1 || r.Created+r.Updated+r.Rejected != 0 {
		t.Errorf("%v %q", r, r.Reasons)
	}
	owners := l.owners()
	if _, err := rows.DeleteEquipment(t.Context(), l.v, fleet.WriteInfo{}, owners["S-2"], nil,
		fleet.OpenWorkRefuse); err != nil {
		t.Fatal(err)
	}
	if _, err := rows.DeleteOperator(t.Context(), l.v, fleet.WriteInfo{}, owners["L-1"], nil); err != nil {
		t.Fatal(err)
	}
	r = l.run(second, third)
	if r.Rejected != 2 || !strings.Contains(r.Reasons[0], "the machine was deleted: restore it first") ||
		!strings.Contains(r.Reasons[1], "the operator was deleted") {
		t.Errorf("%v %q", r, r.Reasons)
	}
	if r := l.run("2,,,OTHER,,,2027-12-31,", "3,,,LICENCE,,,2027-12-31,"); r.Deleted != 2 || r.Updated != 0 {
		t.Errorf("%v %q", r, r.Reasons)
	}
}

// TestAnImportOfPapersIsUndone, and one that has made a machine or an operator with papers is not.
func TestAnImportOfPapersIsUndone(t *testing.T) {
	t.Parallel()
	l := importOfPapers(t)
	list, err := l.db.Bulk().Imports(t.Context(), l.v, 9)
	if err != nil {
		t.Fatal(err)
	}
	l.run("1,m1,,INSURANCE,A,,2026-12-31,")
	before := l.papers()
	l.run("1,m1,,INSURANCE,B,,2027-12-31,", "2,,o1,LICENCE,,,2026-12-31,")
	for _, e := range list {
		says := map[string]string{"equipment": "machine Digger", "operators": "operator Ada Lovelace"}[e.Entity]
		if _, err := ingest.Undo(t.Context(), l.db.Bulk(), l.v, e.ID); fleet.CodeOf(err) != fleet.Conflict ||
			!strings.Contains(err.Error(), says) {
			t.Errorf("%s with papers: %v", e.Entity, err)
		}
	}
	if err := l.undo(); err != nil {
		t.Fatal(err)
	}
	before[0] = strings.TrimSuffix(before[0], "1") + "3"
	if got := l.papers(); !slices.Equal(got, before) {
		t.Errorf("after the undo: %q, want %q", got, before)
	}
	l.run("3,m1,,OTHER,C,,2026-12-31,")
	for _, p := range l.rows() {
		if _, err := l.db.Fleet().DeletePaper(t.Context(), l.v, fleet.WriteInfo{}, p.ID, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.undo(); fleet.CodeOf(err) != fleet.Conflict || !strings.Contains(err.Error(), "paper 3") {
		t.Errorf("a person has deleted it: %v", err)
	}
}
