package ingest

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// FuzzRow reads whatever a file may hold: no panic, and what is accepted keeps
// the rules of the domain, whatever the form of the numbers and dates.
func FuzzRow(f *testing.F) {
	f.Add("A;2026-01-02;REPLACE 3\" HOSE;12,50;7\n", ";", true, "DD.MM.YYYY")
	f.Add("A,02.01.2026,\"a \"\"b\"\"\",1.234.50,7\nx", ",", false, "")
	f.Add("\"", ",", false, "YYYY/MM/DD")
	f.Fuzz(func(t *testing.T, body, delimiter string, comma bool, format string) {
		m := Mapping{Delimiter: delimiter, DecimalComma: comma, DateFormat: format,
			Columns: map[string]string{"equipment": "e", "maintenanceDate": "d", "description": "t", "cost": "c", "sourceRef": "r"}}
		if m.check(Maintenance) != nil {
			return
		}
		in, err := newReader(strings.NewReader(strings.Join([]string{"e", "d", "t", "c", "r"}, m.Delimiter)+"\n"+body), &m)
		if err != nil {
			return
		}
		layout, _ := m.dateLayout()
		c := &converter{reader: in, mapping: &m, entity: Maintenance, layout: layout}
		for {
			row, line, wrong, err := in.next()
			if err != nil {
				return
			}
			if wrong != nil {
				continue
			}
			staged, wrong := c.convert(row, line)
			if wrong != nil {
				if wrong.reason == "" {
					t.Fatalf("%q was rejected without a reason", row)
				}
				continue
			}
			for i, col := range Maintenance.table().Columns {
				v := staged.Values[i]
				if v == nil {
					continue
				}
				if err := fleet.CheckText(*v); err != nil {
					t.Fatalf("%s %q: %v", col.Name, *v, err)
				}
				switch col.Name {
				case "maintenance_date":
					if _, err := fleet.ParseDate(*v); err != nil {
						t.Fatalf("date %q: %v", *v, err)
					}
				case "cost":
					d, err := fleet.ParseDecimal(*v)
					if err != nil || d.CheckMoney() != nil {
						t.Fatalf("cost %q: %v", *v, err)
					}
				}
			}
		}
	})
}
