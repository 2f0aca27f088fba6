package ingest

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// book returns a workbook with a hidden sheet and one with these rows.
func book(t testing.TB, rows string, change ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range map[string]string{
		"xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
			xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><workbookPr/><sheets>
			<sheet name="Lists" sheetId="1" state="hidden" r:id="rId1"/><sheet name="Orders" sheetId="2" r:id="rId2"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships>
			<Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
			<Relationship Id="rId2" Type="x/worksheet" Target="/xl/worksheets/sheet2.xml"/>
			<Relationship Id="rId3" Type="x/styles" Target="styles.xml"/>
			<Relationship Id="rId4" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy\ hh:mm"/>
			<numFmt numFmtId="165" formatCode="&quot;days&quot; #,##0.00"/></numFmts>
			<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": `<sst><si><t>Id</t></si><si><t>Machine</t></si><si><r><t>Da</t></r><r><t>te</t></r></si>
			<si><t>Cost</t></si><si><t>From</t></si><si><t>EX-1</t></si></sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet><sheetData/></worksheet>`,
		"xl/worksheets/sheet2.xml": `<worksheet><sheetData>` + rows + `</sheetData></worksheet>`,
	} {
		for i := 0; i+1 < len(change); i += 2 {
			text = strings.ReplaceAll(text, change[i], change[i+1])
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const bookRows = `<row r="1"><c r="A1" t="inlineStr"><is><t>Report of June</t></is></c></row>
<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="s"><v>2</v></c><c r="D3" t="s"><v>3</v></c><c r="F3" t="s"><v>4</v></c></row>
<row r="4"><c r="A4"><v>4711</v></c><c r="B4" t="s"><v>5</v></c><c r="C4" s="1"><v>45805</v></c><c r="D4" s="3"><v>0.30000000000000004</v></c><c r="F4" s="2"><v>45805.604166666664</v></c></row>
<row r="6"><c r="A6"><v>1E3</v></c><c r="B6" t="str"><f>B4</f><v>EX-2</v></c><c r="C6" s="1"><v>45806</v></c><c r="D6" t="e"><v>#N/A</v></c></row>`

var bookMapping = Mapping{Columns: map[string]string{"equipment": "Machine", "maintenanceDate": "Date", "cost": "Cost",
	"sourceRef": "Id", "downFrom": "From"}}

// TestAWorkbookIsRead: dates by the format of their cells, to the minute, and numbers as Excel shows them.
func TestAWorkbookIsRead(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "orders.xlsx")
	if err := os.WriteFile(name, book(t, bookRows), 0o600); err != nil {
		t.Fatal(err)
	}
	onDisk, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = onDisk.Close() }()
	for _, file := range []io.Reader{onDisk, bytes.NewReader(book(t, bookRows))} {
		m := bookMapping
		in, err := newReader(file, &m, Maintenance)
		if err != nil {
			t.Fatal(err)
		}
		if got := in.format.String(); got != `Excel workbook, sheet "Orders", header in row 3` {
			t.Error(got)
		}
		row, line, why, err := in.next()
		want := []cell{{"4711", numberCell}, {"EX-1", textCell}, {"2025-05-28", dateCell}, {"0.3", numberCell}, {},
			{"2025-05-28 14:30:00", dateCell}}
		if err != nil || why != nil || line != 4 || !cmp.Equal(row, want, cmp.AllowUnexported(cell{})) {
			t.Errorf("line %d: %v, %v, %v", line, row, why, err)
		}
		_, line, why, err = in.next()
		if err != nil || why == nil || line != 6 || why.column != "Cost" || !strings.Contains(why.reason, "#N/A") {
			t.Errorf("line %d: %v, %v", line, why, err)
		}
		if _, _, _, err := in.next(); !errors.Is(err, io.EOF) {
			t.Error(err)
		}
		if err := in.close(); err != nil {
			t.Error(err)
		}
	}
}

func TestAWorkbookThatIsNoneOrDamagedIsRefused(t *testing.T) {
	t.Parallel()
	whole := book(t, bookRows)
	for _, c := range []struct {
		file  []byte
		sheet string
		says  string
	}{
		{whole, "Costs", `no sheet "Costs"; it has "Lists", "Orders"`},
		{whole[:len(whole)/2], "", "damaged workbook"},
		{book(t, bookRows+"<row"), "", "damaged below row 6"},
		{book(t, bookRows, `t="s"`, `t="s" x="`), "", "damaged below row"},
		{book(t, bookRows, "<workbook xmlns", "<notes xmlns"), "", ""},
		{[]byte("\xd0\xcf\x11\xe0 and more"), "", "old Excel workbook"},
	} {
		m := bookMapping
		m.Sheet = c.sheet
		in, err := newReader(bytes.NewReader(c.file), &m, Maintenance)
		for err == nil {
			_, _, _, err = in.next()
		}
		if errors.Is(err, io.EOF) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("got %v, want %q", err, c.says)
		}
		for _, r := range err.Error() {
			if r < ' ' {
				t.Errorf("the message has the character %U", r)
			}
		}
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add(bookRows)
	f.Add(`<row><c r="ZZZZZZ1"><v>1e999</v></c><c r="A1" s="-1"><v>-1</v></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		b, err := openWorkbook(nil, bytes.NewReader(book(t, rows)), "Orders")
		if err != nil {
			t.Fatal(err)
		}
		for range 1000 {
			r, err := b.next()
			if err != nil {
				return
			}
			if len(r.cells) > maxBookColumns {
				t.Fatalf("%d cells", len(r.cells))
			}
		}
	})
}
