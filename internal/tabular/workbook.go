package tabular

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of Excel.
const (
	maxSheetRows = 1 << 20 // with the header
	maxCellText  = 32_767  // UTF-16 units
	maxDigits    = 15      // of a number; more would be rounded
)

// Workbook writes an Excel workbook (.xlsx, ISO/IEC 29500) as it goes, without a file on disk: sheets are
// written row by row, and what lists the sheets comes at the end of the archive. Numbers, days and moments are
// numbers with a format, so that they can be summed and sorted; moments are times of a zone, as Excel knows no zones.
// Every 1,048,575 rows a new sheet begins.
type Workbook struct {
	zip     *zip.Writer
	columns []Column
	letters []string
	zone    *time.Location
	most    int // rows of a sheet

	sheet  *bufio.Writer // nil before the first
	sheets int
	row    int // last one written, with the header
	text   []byte
}

// NewWorkbook begins a workbook whose moments are times of zone. It writes to out as rows come.
func NewWorkbook(out io.Writer, columns []Column, zone *time.Location) (*Workbook, error) {
	w := &Workbook{zip: zip.NewWriter(out), columns: columns, zone: zone, most: maxSheetRows}
	w.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestSpeed)
	})
	for i := range columns {
		w.letters = append(w.letters, letters(i))
	}
	return w, w.begin()
}

// letters returns the name of column n, counted from 0: A, Z, AA.
func letters(n int) string {
	if n < 26 {
		return string(rune('A' + n))
	}
	return letters(n/26-1) + string(rune('A'+n%26))
}

// The formats of cells, by their positions in styles.
const (
	headerStyle = 1
	numberStyle = 2
	dayStyle    = 3
	momentStyle = 4
)

const styles = `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
	`<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>` +
	`<numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>` +
	`<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// begin begins a sheet with the names of the columns.
func (w *Workbook) begin() error {
	if w.sheet != nil {
		if err := w.endSheet(); err != nil {
			return err
		}
	}
	w.sheets++
	part, err := w.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", w.sheets))
	if err != nil {
		return err
	}
	w.sheet, w.row = bufio.NewWriterSize(part, 32<<10), 1
	w.text = append(w.text[:0], xml.Header+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+
		`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`+
		`</sheetView></sheetViews><cols>`...)
	for i, c := range w.columns {
		width := map[Type]int{Text: 24, Number: 14, Flag: 10, Day: 12, Moment: 20}[c.Type]
		w.text = fmt.Appendf(w.text, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
	}
	w.text = append(w.text, `</cols><sheetData><row r="1">`...)
	for i, c := range w.columns {
		if err := w.textCell(i, headerStyle, []byte(c.Name)); err != nil {
			return err
		}
	}
	return w.endRow()
}

func (w *Workbook) endSheet() error {
	if _, err := w.sheet.WriteString(`</sheetData></worksheet>`); err != nil {
		return err
	}
	return w.sheet.Flush()
}

// Row implements Writer. A text that no cell can hold is an error.
func (w *Workbook) Row(values []Value) error {
	if w.row == w.most {
		if err := w.begin(); err != nil {
			return err
		}
	}
	w.row++
	w.text = append(w.text[:0], `<row r="`...)
	w.text = append(strconv.AppendInt(w.text, int64(w.row), 10), `">`...)
	for i, v := range values {
		if v.Null {
			continue
		}
		if err := w.cell(i, v.Text); err != nil {
			return err
		}
	}
	return w.endRow()
}

func (w *Workbook) endRow() error {
	w.text = append(w.text, `</row>`...)
	_, err := w.sheet.Write(w.text)
	return err
}

func (w *Workbook) cell(i int, text []byte) error {
	switch w.columns[i].Type {
	case Number:
		if isNumber(text) {
			w.numberCell(i, numberStyle, text)
			return nil
		}
	case Flag:
		w.open(i, 0, ` t="b"><v>`)
		if string(text) == "true" {
			w.text = append(w.text, `1</v></c>`...)
		} else {
			w.text = append(w.text, `0</v></c>`...)
		}
		return nil
	case Day:
		if day, err := time.Parse(time.DateOnly, string(text)); err == nil && !day.Before(firstDay) {
			w.numberCell(i, dayStyle, strconv.AppendInt(nil, int64(day.Sub(epoch)/(24*time.Hour)), 10))
			return nil
		}
	case Moment:
		if at, err := time.Parse(time.RFC3339Nano, string(text)); err == nil && !at.Before(firstDay.AddDate(0, 0, 1)) {
			w.numberCell(i, momentStyle, w.serial(at))
			return nil
		}
	default:
		if IsFormula(text) { // it is text here, but not in the CSV file that a spreadsheet makes of it
			text = append([]byte{'\''}, text...)
		}
	}
	return w.textCell(i, 0, text)
}

// Days of Excel count from epoch. Before firstDay they are off by one, because 1900 was no leap year.
var (
	epoch    = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	firstDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
)

// serial returns a moment as days since epoch in the zone, to the millisecond.
func (w *Workbook) serial(at time.Time) []byte {
	at = at.In(w.zone)
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	clock := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute +
		time.Duration(at.Second())*time.Second + time.Duration(at.Nanosecond())
	days := float64(day.Sub(epoch)/(24*time.Hour)) + clock.Seconds()/86_400
	return strconv.AppendFloat(nil, days, 'f', 10, 64)
}

// isNumber reports whether Excel keeps every digit of a number.
func isNumber(text []byte) bool {
	digits := 0
	for i, b := range text {
		switch {
		case b >= '0' && b <= '9':
			digits++
		case b == '-' && i == 0, b == '.':
		default:
			return false
		}
	}
	return digits > 0 && digits <= maxDigits
}

func (w *Workbook) open(i, style int, rest string) {
	w.text = append(append(w.text, `<c r="`...), w.letters[i]...)
	w.text = strconv.AppendInt(w.text, int64(w.row), 10)
	w.text = append(w.text, '"')
	if style > 0 {
		w.text = append(strconv.AppendInt(append(w.text, ` s="`...), int64(style), 10), '"')
	}
	w.text = append(w.text, rest...)
}

func (w *Workbook) numberCell(i, style int, digits []byte) {
	w.open(i, style, `><v>`)
	w.text = append(append(w.text, digits...), `</v></c>`...)
}

func (w *Workbook) textCell(i, style int, text []byte) error {
	if len(text) > maxCellText {
		if n := len(utf16.Encode([]rune(string(text)))); n > maxCellText {
			return fmt.Errorf("row %d, column %s: the text has %d characters, and a cell of a workbook at most %d",
				w.row, w.columns[i].Name, n, maxCellText)
		}
	}
	w.open(i, style, ` t="inlineStr"><is><t xml:space="preserve">`)
	w.text = append(appendText(w.text, text), `</t></is></c>`...)
	return nil
}

// appendText appends a text as workbooks have it: characters that XML lacks as _xHHHH_, and texts that look so
// with their first character written in that way.
func appendText(b, text []byte) []byte {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '<':
			b = append(b, `&lt;`...)
		case c == '>':
			b = append(b, `&gt;`...)
		case c == '&':
			b = append(b, `&amp;`...)
		case c == '_' && isEscape(text[i:]):
			b = append(b, `_x005F_`...)
		case c < ' ' && c != '\t' && c != '\n':
			b = fmt.Appendf(b, `_x%04X_`, c)
		case c < utf8.RuneSelf:
			b = append(b, c)
		default:
			r, size := utf8.DecodeRune(text[i:])
			if r == 0xFFFE || r == 0xFFFF {
				b = fmt.Appendf(b, `_x%04X_`, r)
			} else {
				b = utf8.AppendRune(b, r)
			}
			i += size
			continue
		}
		i++
	}
	return b
}

// isEscape reports whether a text begins as an escaped character does.
func isEscape(text []byte) bool {
	if len(text) < 7 || text[1] != 'x' || text[6] != '_' {
		return false
	}
	for _, c := range text[2:6] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// Close implements Writer: it writes the last sheet's end, and the parts that list the sheets.
func (w *Workbook) Close() error {
	if err := w.endSheet(); err != nil {
		return err
	}
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	const packages = "http://schemas.openxmlformats.org/package/2006/"
	const sheetML = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	types := `<Types xmlns="` + packages + `content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetML + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + sheetML + `styles+xml"/>`
	book := `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `"><sheets>`
	relations := `<Relationships xmlns="` + packages + `relationships">` +
		`<Relationship Id="styles" Type="` + office + `/styles" Target="styles.xml"/>`
	for n := range w.sheets {
		types += fmt.Sprintf(`<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n+1, sheetML)
		book += fmt.Sprintf(`<sheet name="Sheet%d" sheetId="%d" r:id="sheet%d"/>`, n+1, n+1, n+1)
		relations += fmt.Sprintf(`<Relationship Id="sheet%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`,
			n+1, office, n+1)
	}
	parts := [][2]string{
		{"xl/styles.xml", styles},
		{"xl/workbook.xml", book + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", relations + `</Relationships>`},
		{"_rels/.rels", `<Relationships xmlns="` + packages + `relationships"><Relationship Id="book" Type="` + office +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"[Content_Types].xml", types + `</Types>`},
	}
	for _, p := range parts {
		part, err := w.zip.Create(p[0])
		if err == nil {
			_, err = io.WriteString(part, xml.Header+p[1])
		}
		if err != nil {
			return errors.Join(err, w.zip.Close())
		}
	}
	return w.zip.Close()
}
