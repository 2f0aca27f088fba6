package tabular_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/tabular"
)

// texts are hard for files of rows.
var texts = []string{
	"plain",
	"",
	" ",
	"a,b",
	`say "hi"`,
	`"`,
	"two\nlines",
	"two\r\nlines",
	"=1+1",
	"+cmd|' /C calc'!A0",
	"-2+3",
	"-2.50",
	"+49 30",
	"@SUM(A1)",
	"\t=1",
	"'=1",
	"''=1",
	"'quoted'",
	"Ñandú, grúa «ß» 起重機 🚜",
	"<&>]]>",
	"_x0041_",
	"_x000D_",
	"0012",
	"1e5",
	"TRUE",
	"2026-01-02",
	"#REF!",
	";",
	"a;b",
	"NULL",
	"\u00a0nbsp\u2028line",
}

func columnsOf(types ...tabular.Type) (list []tabular.Column) {
	for i, t := range types {
		list = append(list, tabular.Column{Name: "column" + string(rune('A'+i)), Type: t})
	}
	return list
}

func valuesOf(row []string) (values []tabular.Value) {
	for _, text := range row {
		values = append(values, tabular.Value{Text: []byte(text)})
	}
	return values
}

// TestPythonReadsWhatWasWritten compares CSV files with what Python's module reads of them.
func TestPythonReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here:", err)
	}
	var file bytes.Buffer
	w, err := tabular.NewCSV(&file, columnsOf(tabular.Text, tabular.Text, tabular.Number))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"columnA", "columnB", "columnC"}}
	for _, a := range texts {
		b := texts[rand.IntN(len(texts))]
		if err := w.Row(append(valuesOf([]string{a, b}), tabular.Value{Null: true})); err != nil {
			t.Fatal(err)
		}
		shieldedA, _ := tabular.Shield(a)
		shieldedB, _ := tabular.Shield(b)
		want = append(want, []string{shieldedA, shieldedB, ""})
	}
	cmd := exec.CommandContext(t.Context(), python, "-c", `import csv, io, json, sys
text = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline="")
print(json.dumps(list(csv.reader(text, strict=True))))`)
	cmd.Stdin = &file
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestNoTextIsAFormulaAndEachComesBack holds random texts to it.
func TestNoTextIsAFormulaAndEachComesBack(t *testing.T) {
	t.Parallel()
	const alphabet = "'=+-@\t0123456789.,a \n\r"
	random := rand.New(rand.NewPCG(1, 2))
	tries := slices.Clone(texts)
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteByte(alphabet[random.IntN(len(alphabet))])
		}
		tries = append(tries, b.String())
	}
	for _, text := range tries {
		shielded, _ := tabular.Shield(text)
		if back := tabular.Unshield(shielded); back != text {
			t.Errorf("%q became %q, and then %q", text, shielded, back)
		}
		// A sign before digits is a number, and harmless.
		if strings.ContainsAny(first(shielded), "=@\t") || strings.ContainsAny(first(shielded), "+-") &&
			strings.Trim(shielded[1:], "0123456789.,' ") != "" {
			t.Errorf("%q is a formula", shielded)
		}
	}
}

func first(s string) string { return s[:min(1, len(s))] }

// TestLibreOfficeReadsWhatWasWritten converts a workbook to CSV, with the values as cells show them.
func TestLibreOfficeReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not here:", err)
	}
	zone, err := time.LoadLocation("America/La_Paz")
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w, err := tabular.NewWorkbook(
		&file,
		columnsOf(tabular.Text, tabular.Number, tabular.Flag, tabular.Day, tabular.Moment),
		zone,
	)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"columnA", "columnB", "columnC", "columnD", "columnE"}}
	for _, text := range texts {
		row := []string{text, "-1234567.89", "true", "2026-02-28", "2026-03-01T03:59:59.25Z"}
		if err := w.Row(valuesOf(row)); err != nil {
			t.Fatal(err)
		}
		shielded, _ := tabular.Shield(text)
		shielded = strings.ReplaceAll(shielded, "\r\n", "\n") // as the converter writes lines
		want = append(want, []string{shielded, "-1234567.89", "TRUE", "2026-02-28", "2026-02-28 23:59:59"})
	}
	null := tabular.Value{Null: true}
	if err := w.Row([]tabular.Value{{Text: []byte("nulls")}, null, null, null, null}); err != nil {
		t.Fatal(err)
	}
	want = append(want, []string{"nulls", "", "", "", ""})
	// What Excel could not keep is text.
	if err := w.Row(
		valuesOf([]string{"odd", "1234567890123456.78", "false", "1899-12-31", "1066-10-14T00:00:00Z"}),
	); err != nil {
		t.Fatal(err)
	}
	want = append(want, []string{"odd", "1234567890123456.78", "FALSE", "1899-12-31", "1066-10-14T00:00:00Z"})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	got := convert(t, office, file.Bytes())
	for i := range got { // it ends lines of a cell as those of the file
		for k := range got[i] {
			got[i][k] = strings.ReplaceAll(got[i][k], "\r\n", "\n")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// convert returns the cells of a workbook's first sheet as LibreOffice shows them.
func convert(t *testing.T, office string, workbook []byte) [][]string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "rows.xlsx")
	writeFile(t, path, workbook)
	cmd := exec.CommandContext(
		t.Context(),
		office,
		"-env:UserInstallation=file://"+dir+"/profile",
		"--headless",
		"--convert-to",
		"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
		"--outdir",
		dir,
		path,
	)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rows, err := csv.NewReader(bytes.NewReader(readFile(t, filepath.Join(dir, "rows.csv")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
