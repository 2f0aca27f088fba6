package ingest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"bitcorp.dev/fleet/internal/ingest"
)

// dialect is a way to write a file.
type dialect struct {
	encoding, delimiter, day, thousands, end string
	comma, always                            bool
}

// dialects are all ways to write a file.
func dialects() (list []dialect) {
	for _, encoding := range []string{"utf-8", "utf-8 with a mark", "utf-16", "windows-1252"} {
		for i, delimiter := range []string{",", ";", "\t", "|"} {
			for k, day := range []string{"YYYY-MM-DD", "DD.MM.YYYY", "M/D/YY", "D-MMM-YYYY"} {
				list = append(list, dialect{encoding, delimiter, day, []string{"", ".", " ", "'"}[i],
					[]string{"\n", "\r\n"}[k%2], i%2 == 1, k >= 2})
			}
		}
	}
	return list
}

func (d dialect) write(rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteString(d.delimiter)
			}
			if d.always || strings.ContainsAny(v, "\"\n") || strings.Contains(v, d.delimiter) {
				v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
			}
			b.WriteString(v)
		}
		b.WriteString(d.end)
	}
	switch d.encoding {
	case "utf-8 with a mark":
		return "\ufeff" + b.String()
	case "utf-16":
		s, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(b.String())
		return s
	case "windows-1252":
		s, _ := charmap.Windows1252.NewEncoder().String(b.String())
		return s
	default:
		return b.String()
	}
}

func (d dialect) date(t time.Time) string {
	return t.Format(strings.NewReplacer("YYYY", "2006", "YY", "06", "MMM", "Jan", "MM", "01", "DD", "02", "M", "1", "D",
		"2").Replace(d.day))
}

func (d dialect) money(cents int64) string {
	whole := fmt.Sprint(cents / 100)
	for at := len(whole) - 3; at > 0 && d.thousands != ""; at -= 3 {
		whole = whole[:at] + d.thousands + whole[at:]
	}
	point := "."
	if d.comma {
		point = ","
	}
	return fmt.Sprintf("%s%s%02d", whole, point, cents%100)
}

// TestAFleetComesInEqualInEveryDialect writes random work orders in each dialect. They are read back equal, and a second
// import changes nothing.
func TestAFleetComesInEqualInEveryDialect(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	r := rand.New(rand.NewPCG(5, 6))
	texts := []string{"oil", "Öl für 5 €", `3" hose`, "a, b; c | d", "two\nlines", `say "go"`, "=1+1", "—"}
	for n, d := range dialects() {
		rows, want := [][]string{{"Nr", "Máquina", "Day", "Text", "Amount"}}, []string(nil)
		for i := range 8 {
			day := time.Date(2020+r.IntN(6), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
			cents, description := r.Int64N(1_000_000_000), texts[r.IntN(len(texts))]
			machine := fmt.Sprint("Bagger Ü", i%3)
			rows = append(rows, []string{fmt.Sprint(i), machine, d.date(day), description, d.money(cents)})
			want = append(want, fmt.Sprintf("%s|%s|%s|OTHER||COMPLETED|%d.%02d||||d%d:%d", machine, day.Format(time.DateOnly),
				description, cents/100, cents%100, n, i))
		}
		m := ingest.Mapping{
			CreateMissing:   true,
			DefaultCategory: "X",
			Source:          fmt.Sprint("d", n),
			DecimalComma:    d.comma,
			Thousands:       d.thousands,
			Columns:         mappingOf("equipment=Máquina,maintenanceDate=Day,description=Text,cost=Amount,sourceRef=Nr"),
		}
		if d.thousands == "." && !d.comma || d.thousands == "," && d.comma {
			t.Fatal("no such dialect")
		}
		if d.day != "YYYY-MM-DD" {
			m.DateFormat = d.day
		}
		o := ingest.Options{Entity: ingest.Maintenance, Mapping: m}
		file := d.write(rows)
		report, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(file))
		if err != nil || report.Created != 8 {
			t.Fatalf("%+v: %v, %v %q\n%q", d, report, err, report.Reasons, file)
		}
		got := recent(t, db, v, m.Source)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: read %q, want %q", d, got, want)
		}
		if report, err = ingest.Run(
			t.Context(),
			db.Bulk(),
			v,
			o,
			strings.NewReader(file),
		); err != nil ||
			report.Unchanged != 8 {
			t.Errorf("%+v, again: %v, %v", d, report, err)
		}
	}
}
