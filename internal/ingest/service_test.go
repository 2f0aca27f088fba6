package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// TestTheMakeAndServiceOfMachinesAreImported as new rows and as changes, by the rules of the domain; manufacturers are
// spelled as others of the fleet are.
func TestTheMakeAndServiceOfMachinesAreImported(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	o := ingest.Options{Entity: ingest.Equipment, SkipBad: true, Mapping: ingest.Mapping{DefaultCategory: "Crane",
		Columns: mappingOf("name=Name,sourceRef=Nr,status=Status,manufacturer=Make,model=Model,year=Year,inServiceOn=From," +
			"retiredOn=To,replacementValue=Value,scheduledHoursPerWeek=Hours")}}
	run := func(rows string) ingest.Report {
		t.Helper()
		r, err := ingest.Run(t.Context(), db.Bulk(), v, o,
			strings.NewReader("Nr,Name,Status,Make,Model,Year,From,To,Value,Hours\n"+rows))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	day := func(d *fleet.Date) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	is := func(want ...string) {
		t.Helper()
		got := map[string]bool{}
		for _, e := range machinesOf(t, db, v) {
			year := 0
			if e.Year != nil {
				year = *e.Year
			}
			got[fmt.Sprintf("%s %s|%s|%s|%d|%s|%s|%s|%s", e.Name, e.Status, text(e.Manufacturer), text(e.Model), year,
				day(e.InServiceOn), day(e.RetiredOn), text(e.ReplacementValue), text(e.ScheduledHoursPerWeek))] = true
		}
		for _, line := range want {
			if !got[line] {
				t.Errorf("there is no %q: %v", line, got)
			}
		}
	}
	r := run("1,A,ACTIVE,Cat,336,2019,2020-05-04,,210000,60.5\n2,B,RETIRED,CAT,336,,,2026-01-31,,\n3,C,ACTIVE,,,,,,,\n" +
		"4,D,ACTIVE,,,,,2026-01-31,,\n5,E,ACTIVE,,,1850,,,,\n6,F,ACTIVE,,,,1949-01-01,,,\n7,G,ACTIVE,,,,,,-5,\n8,H,ACTIVE,,,,,,,169\n")
	if r.Created != 3 || r.Rejected != 5 {
		t.Errorf("%+v %q", r, r.Reasons)
	}
	is("A ACTIVE|Cat|336|2019|2020-05-04||210000.00|60.5", "B RETIRED|Cat|336|0||2026-01-31||",
		"C ACTIVE|||0||||")
	if r = run("1,A,RETIRED,Komatsu,PC 200,2018,2020-05-05,,1000,40\n3,C,RETIRED,,,,,2026-02-28,,\n"); r.Updated != 2 {
		t.Errorf("%+v %q", r, r.Reasons)
	}
	today := time.Now().UTC().Format(time.DateOnly)
	is("A RETIRED|Komatsu|PC 200|2018|2020-05-05|"+today+"|1000.00|40.0", "C RETIRED|||0||2026-02-28||")
	if r = run("1,A,RETIRED,Komatsu,PC 200,2018,2020-05-05,,1000,40\n"); r.Unchanged != 1 {
		t.Errorf("the same file again: %+v %q", r, r.Reasons)
	}
	if r = run("1,A,INACTIVE,,,,,,,\n"); r.Updated != 1 {
		t.Errorf("%+v %q", r, r.Reasons)
	}
	is("A INACTIVE|Komatsu|PC 200|2018|2020-05-05||1000.00|40.0")
}
