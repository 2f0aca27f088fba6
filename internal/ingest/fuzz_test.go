package ingest

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// FuzzRow reads arbitrary rows: it must not panic, and accepted values must satisfy the rules of the domain in every
// notation of numbers and dates.
func FuzzRow(f *testing.F) {
	f.Add("A;2026-01-02;REPLACE 3\" HOSE;12,50;7\n", ";", true, "DD.MM.YYYY")
	f.Add("A,02.01.2026,\"a \"\"b\"\"\",1.234.50,7\nx", ",", false, "")
	f.Add("\"", ",", false, "YYYY/MM/DD")
	f.Fuzz(func(t *testing.T, body, delimiter string, comma bool, format string) {
		m := Mapping{Delimiter: delimiter, DecimalComma: comma, DateFormat: format,
			Columns: map[string]string{"equipment": "e", "maintenanceDate": "d", "description": "t", "cost": "c",
				"sourceRef": "r"}}
		if m.normalize(Maintenance) != nil {
			return
		}
		if m.Delimiter == "" {
			m.Delimiter = ","
		}
		header := strings.Join([]string{"e", "d", "t", "c", "r"}, m.Delimiter)
		in, err := newReader(strings.NewReader(header+"\n"+body), &m, Maintenance)
		if err != nil {
			return
		}
		c, err := newConverter(in, &m, Maintenance)
		if err != nil {
			return // of the date format
		}
		for {
			row, line, rejected, err := in.next()
			if err != nil {
				return
			}
			if rejected != nil {
				continue
			}
			staged, rejected := c.convert(row, line)
			if rejected != nil || staged.Unfit != nil {
				if rejected != nil && rejected.reason == "" || rejected == nil && staged.Unfit.Reason == "" {
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
