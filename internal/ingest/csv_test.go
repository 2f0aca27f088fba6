package ingest

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rowsOf reads a file of any width; rows that cannot be read are nil.
func rowsOf(t testing.TB, file, delimiter string, width int) (rows [][]string, bad []record) {
	t.Helper()
	f := &csvFile{in: bufio.NewReader(strings.NewReader(file)), delimiter: delimiter, width: width}
	for {
		r, err := f.next()
		if errors.Is(err, io.EOF) {
			return rows, bad
		}
		if err != nil {
			t.Fatal(err)
		}
		if r.bad != "" {
			bad = append(bad, r)
			continue
		}
		rows = append(rows, raw(r.cells))
	}
}

// randomValue returns text with what is special in CSV.
func randomValue(r *rand.Rand) string {
	parts := []string{"a", "Öl", `"`, ",", ";", "\n", " ", "3\" hose", "1,5", "'", "€", "", "x\ny", `""`, "=1"}
	var b strings.Builder
	for range r.IntN(5) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

// write writes rows as RFC 4180 wants it, with more quotation marks than are needed if always is set.
func write(rows [][]string, delimiter string, always bool) string {
	var b strings.Builder
	for _, row := range rows {
		for i, v := range row {
			if i > 0 {
				b.WriteString(delimiter)
			}
			if always || strings.ContainsAny(v, "\"\r\n") || strings.Contains(v, delimiter) || v == "" && len(row) == 1 {
				v = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
			}
			b.WriteString(v)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

func randomRows(r *rand.Rand) [][]string {
	width, rows := 1+r.IntN(5), [][]string(nil)
	for range 1 + r.IntN(20) {
		row := make([]string, width)
		for i := range row {
			row[i] = randomValue(r)
		}
		rows = append(rows, row)
	}
	return rows
}

// TestValidFilesAreReadAsPythonReadsThem writes random rows and compares what is read with what was written, with Python's
// csv and with Go's.
func TestValidFilesAreReadAsPythonReadsThem(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("Python is not here:", err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var files, separators []string
	var want [][][]string
	for n := range 2000 {
		delimiter := delimiters[n%len(delimiters)]
		rows := randomRows(r)
		file := write(rows, delimiter, n%3 == 0)
		got, bad := rowsOf(t, file, delimiter, len(rows[0]))
		if diff := cmp.Diff(rows, got); diff != "" || len(bad) > 0 {
			t.Fatalf("%q: %v\n%s", file, bad, diff)
		}
		goCSV := csv.NewReader(strings.NewReader(file))
		goCSV.Comma = []rune(delimiter)[0]
		if all, err := goCSV.ReadAll(); err != nil || !cmp.Equal(all, rows) {
			t.Fatalf("encoding/csv differs for %q: %v", file, err)
		}
		files, separators, want = append(files, file), append(separators, delimiter), append(want, rows)
	}
	input, err := json.Marshal([]any{files, separators})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", `
import csv, io, json, sys
files, separators = json.load(sys.stdin)
json.dump([list(csv.reader(io.StringIO(f, newline=''), delimiter=d)) for f, d in zip(files, separators)], sys.stdout)`)
	cmd.Stdin = strings.NewReader(string(input))
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var python3 [][][]string
	if err := json.Unmarshal(out, &python3); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, python3); diff != "" {
		t.Errorf("Python reads something else (-want +Python):\n%s", diff)
	}
}

// TestDamageCostsTheRowsItTouches damages a byte, a quotation mark or a line of a file whose rows all begin with their
// number. Every other row is read as before, and no row is lost without a rejected one.
func TestDamageCostsTheRowsItTouches(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	m := func() *Mapping {
		return &Mapping{Delimiter: ",", Encoding: "utf-8", Columns: map[string]string{"equipment": "Machine",
			"maintenanceDate": "Date", "description": "Text", "sourceRef": "Id"}}
	}
	for n := range 5000 {
		rows := [][]string{{"Id", "Machine", "Date", "Text", "Remark"}}
		for i := range 3 + r.IntN(12) {
			rows = append(
				rows,
				[]string{fmt.Sprintf("R%08x", uint32(i+1)*0x9E3779B1), "EX-1", "2026-01-02", randomValue(r), randomValue(r)},
			)
		}
		lines := make([]string, len(rows))
		for i := range rows {
			lines[i] = write(rows[i:i+1], ",", n%2 == 0)
		}
		hit := 1 + r.IntN(len(rows)-1)
		line := lines[hit]
		at := r.IntN(len(line) - 2)
		switch n % 4 {
		case 0:
			line = line[:at] + `"` + line[at:]
		case 1:
			line = line[:at] + string(rune(1+r.IntN(126))) + line[at+1:]
		case 2:
			line = line[:at] + line[at+1:]
		default:
			line = line[:max(at, 1)] + "\r\n" // a line that is empty is gone without a trace
		}
		lines[hit] = line
		c := converterOf(t, m(), Maintenance, strings.Join(lines, ""))
		c.rows.(*csvFile).isRow = c.isRow
		got, rejected := map[string][]string{}, 0
		for {
			row, number, why, err := c.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if why == nil {
				_, why = c.convert(row, number)
			}
			if why != nil {
				rejected++
				continue
			}
			got[row[0].text] = raw(row)
		}
		lost := 0
		for i, row := range rows[1:] {
			have, ok := got[row[0]]
			if !ok {
				lost++
			}
			if i+1 != hit && (!ok || !cmp.Equal(have, row)) {
				t.Fatalf("row %v is read as %v after the damage of line %d:\n%s", row, have, hit, strings.Join(lines, ""))
			}
		}
		if lost > 0 && rejected == 0 && len(got) < len(rows)-1 {
			t.Fatalf("a row is lost and none is rejected:\n%s", strings.Join(lines, ""))
		}
	}
}

// FuzzCSV reads arbitrary text. What is read, written and read again is the same.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\n1,\"x\ny\"\n", ",", 2)
	f.Add("\"a\n1,2\n\"\"\",3\n", ",", 2)
	f.Fuzz(func(t *testing.T, file, delimiter string, width int) {
		if len([]rune(delimiter)) != 1 || strings.ContainsAny(delimiter, "\"\r\n") || width < 0 || width > 100 {
			return
		}
		rows, bad := rowsOf(t, file, delimiter, width)
		lines := strings.Count(file, "\n") + 1
		if len(rows)+len(bad) > lines {
			t.Fatalf("%d rows of %d lines", len(rows)+len(bad), lines)
		}
		again, bad := rowsOf(t, write(rows, delimiter, true), delimiter, 0)
		for i := range rows { // CR before LF within a value is an end of line
			for k := range rows[i] {
				rows[i][k] = strings.ReplaceAll(rows[i][k], "\r\n", "\n")
			}
		}
		for i := range again {
			for k := range again[i] {
				again[i][k] = strings.ReplaceAll(again[i][k], "\r\n", "\n")
			}
		}
		if diff := cmp.Diff(rows, again); diff != "" || len(bad) > 0 {
			t.Fatalf("%q, %d: %v\n%s", file, width, bad, diff)
		}
	})
}

// TestARowOfSeveralLinesIsCorrectAndOfTheRightWidth, or its first line is rejected and the others are read by themselves.
func TestARowOfSeveralLinesIsCorrectAndOfTheRightWidth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file  string
		width int
		bad   int64
		rows  [][]string
	}{
		{"1,\"x\ny\"\n2,c\n", 2, 0, [][]string{{"1", "x\ny"}, {"2", "c"}}},
		{"1,\"x\ny\",z\n2,c\n", 2, 1, [][]string{{`y"`, "z"}, {"2", "c"}}},
		{"1,\"x\n2,\",foo\"\n3,d,e\n", 3, 1, [][]string{{"2", `,foo`}, {"3", "d", "e"}}},
		{"1,\"x\n2,c\n", 2, 1, [][]string{{"2", "c"}}},
	} {
		rows, bad := rowsOf(t, c.file, ",", c.width)
		if !cmp.Equal(rows, c.rows) || (c.bad == 0) != (len(bad) == 0) || len(bad) == 1 && bad[0].line != c.bad ||
			len(bad) > 1 {
			t.Errorf("%q: %q, rejected %v; want %q and line %d", c.file, rows, bad, c.rows, c.bad)
		}
	}
}
