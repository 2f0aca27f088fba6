package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a workbook, in bytes: of one that comes from a pipe, which is kept in memory, and of its texts, which are.
const (
	maxPipedBook   = 64 << 20
	maxBookTexts   = 256 << 20
	maxBookColumns = 16_384
)

// workbook reads a sheet of an Excel workbook row by row. Dates are told from numbers by the format of their cells.
// The libraries that there are hold the sheet in memory, lose the type of a cell, or take a damaged sheet for a short one.
type workbook struct {
	sheet string
	zip   *zip.Reader
	in    io.ReadCloser
	xml   *xml.Decoder
	texts []string
	dates []bool // of the styles
	from  time.Time
	row   int64
	ended bool
}

// openWorkbook opens the sheet of a name, or the first one that is visible. start is what begins with the file.
func openWorkbook(file io.Reader, start io.Reader, sheet string) (*workbook, error) {
	var source io.ReaderAt
	var size int64
	if f, n := asFile(file); f != nil {
		source, size = f, n
	} else {
		all, err := io.ReadAll(io.LimitReader(start, maxPipedBook+1))
		if err != nil {
			return nil, fmt.Errorf("read the workbook: %w", err)
		}
		if len(all) > maxPipedBook {
			return nil, fmt.Errorf("a workbook from a pipe has at most %d bytes: give the name of the file", maxPipedBook)
		}
		source, size = bytes.NewReader(all), int64(len(all))
	}
	z, err := zip.NewReader(source, size)
	if err != nil {
		return nil, fmt.Errorf("the file is a damaged workbook, or another archive: %w", err)
	}
	b := &workbook{zip: z}
	if err := b.open(sheet); err != nil {
		return nil, fmt.Errorf("read the workbook: %w", err)
	}
	return b, nil
}

type bookXML struct {
	Properties struct {
		Date1904 string `xml:"date1904,attr"`
	} `xml:"workbookPr"`
	Sheets []struct {
		Name  string `xml:"name,attr"`
		State string `xml:"state,attr"`
		ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
	} `xml:"sheets>sheet"`
}

type relationsXML struct {
	Relations []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
	} `xml:"Relationship"`
}

type stylesXML struct {
	Formats []struct {
		ID   int    `xml:"numFmtId,attr"`
		Code string `xml:"formatCode,attr"`
	} `xml:"numFmts>numFmt"`
	Cells []struct {
		Format int `xml:"numFmtId,attr"`
	} `xml:"cellXfs>xf"`
}

func (b *workbook) open(sheet string) error {
	const book = "xl/workbook.xml"
	var w bookXML
	if found, err := b.decode(book, &w); err != nil || !found || len(w.Sheets) == 0 {
		return errors.New("it is no Excel workbook: save it as .xlsx or as CSV UTF-8")
	}
	b.from = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if on := w.Properties.Date1904; on == "1" || on == "true" {
		b.from = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	var relations relationsXML
	if _, err := b.decode("xl/_rels/workbook.xml.rels", &relations); err != nil {
		return err
	}
	target := map[string]string{}
	for _, r := range relations.Relations {
		name := path.Join("xl", r.Target)
		if strings.HasPrefix(r.Target, "/") {
			name = strings.TrimPrefix(r.Target, "/")
		}
		target[r.ID], target[path.Base(r.Type)] = name, name
	}
	var names []string
	id := ""
	for _, s := range w.Sheets {
		names = append(names, shown(s.Name))
		if id == "" && (s.Name == sheet || sheet == "" && (s.State == "" || s.State == "visible")) {
			id, b.sheet = s.ID, s.Name
		}
	}
	if id == "" {
		return fmt.Errorf("it has no sheet %s; it has %s", shown(sheet), strings.Join(names, ", "))
	}
	if err := b.readStyles(target["styles"]); err != nil {
		return err
	}
	if err := b.readTexts(target["sharedStrings"]); err != nil {
		return err
	}
	in, err := b.zip.Open(target[id])
	if err != nil {
		return err
	}
	b.in, b.xml = in, xml.NewDecoder(in)
	return nil
}

// decode reads a small file of the archive.
func (b *workbook) decode(name string, to any) (found bool, err error) {
	i := slices.IndexFunc(b.zip.File, func(f *zip.File) bool { return f.Name == name })
	if i < 0 {
		return false, nil
	}
	in, err := b.zip.File[i].Open()
	if err != nil {
		return true, err
	}
	defer func() { _ = in.Close() }()
	return true, xml.NewDecoder(io.LimitReader(in, maxPipedBook)).Decode(to)
}

// builtinDates are the formats of dates and times that every workbook has.
func builtinDate(id int) bool { return id >= 14 && id <= 22 || id >= 45 && id <= 47 }

// notOfADate finds what is text, colour or condition in the code of a format.
var notOfADate = regexp.MustCompile(`"[^"]*"|\\.|\[[^hmsHMS\]][^\]]*\]|_.|\*.`)

func (b *workbook) readStyles(name string) error {
	var styles stylesXML
	if _, err := b.decode(name, &styles); err != nil {
		return fmt.Errorf("its styles: %w", err)
	}
	custom := map[int]bool{}
	for _, f := range styles.Formats {
		code, _, _ := strings.Cut(notOfADate.ReplaceAllString(f.Code, ""), ";")
		custom[f.ID] = !strings.EqualFold(code, "general") && strings.ContainsAny(code, "dmyhsDMYHS")
	}
	for _, c := range styles.Cells {
		b.dates = append(b.dates, builtinDate(c.Format) || custom[c.Format])
	}
	return nil
}

// readTexts reads the texts that cells refer to.
func (b *workbook) readTexts(name string) error {
	i := slices.IndexFunc(b.zip.File, func(f *zip.File) bool { return f.Name == name })
	if name == "" || i < 0 {
		return nil
	}
	in, err := b.zip.File[i].Open()
	if err != nil {
		return fmt.Errorf("its texts: %w", err)
	}
	defer func() { _ = in.Close() }()
	d, size := xml.NewDecoder(in), 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("its texts: %w", err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "si" {
			var t textXML
			if err := d.DecodeElement(&t, &start); err != nil {
				return fmt.Errorf("its texts: %w", err)
			}
			text := t.String()
			if size += len(text); size > maxBookTexts {
				return fmt.Errorf("it has more than %d bytes of text: save the sheet as CSV UTF-8", maxBookTexts)
			}
			b.texts = append(b.texts, text)
		}
	}
}

// textXML is a text, or one of several parts that differ in their font.
type textXML struct {
	Text  string `xml:"t"`
	Parts []struct {
		Text string `xml:"t"`
	} `xml:"r"`
}

func (t *textXML) String() string {
	s := t.Text
	for _, p := range t.Parts {
		s += p.Text
	}
	return strings.ReplaceAll(escaped.ReplaceAllStringFunc(s, unescape), "\r\n", "\n")
}

// escaped finds characters that workbooks write by their numbers, because XML lacks them.
var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func unescape(s string) string {
	n, err := strconv.ParseUint(s[2:6], 16, 32)
	switch {
	case err != nil, n == '\r': // part of a line's end
		return ""
	default:
		return string(rune(n))
	}
}

type rowXML struct {
	Number int64 `xml:"r,attr"`
	Cells  []struct {
		At     string  `xml:"r,attr"`
		Type   string  `xml:"t,attr"`
		Style  int     `xml:"s,attr"`
		Value  string  `xml:"v"`
		Inline textXML `xml:"is"`
	} `xml:"c"`
}

// next returns the next row of the sheet, or io.EOF after the last one. A sheet that breaks off is an error.
func (b *workbook) next() (record, error) {
	for !b.ended {
		token, err := b.xml.Token()
		if err != nil {
			return record{}, fmt.Errorf("the sheet is damaged below row %d: %w", b.row, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Local != "row" {
				continue
			}
			var row rowXML
			if err := b.xml.DecodeElement(&row, &t); err != nil {
				return record{}, fmt.Errorf("the sheet is damaged below row %d: %w", b.row, err)
			}
			b.row = max(row.Number, b.row+1)
			return b.record(&row), nil
		case xml.EndElement:
			b.ended = t.Name.Local == "sheetData"
		}
	}
	return record{}, io.EOF
}

func (b *workbook) record(row *rowXML) record {
	r := record{line: b.row}
	for n, c := range row.Cells {
		at := len(r.cells)
		if c.At != "" {
			at = columnOf(c.At)
		}
		if at < len(r.cells) || at >= maxBookColumns {
			r.bad, r.column = fmt.Sprintf("cell %d of the row has the wrong place %s", n+1, shown(c.At)), -1
			continue
		}
		r.cells = append(r.cells, make([]cell, at-len(r.cells))...)
		v, err := b.cell(c.Type, c.Value, c.Style, &c.Inline)
		if err != nil {
			r.bad, r.column = err.Error(), at
		}
		r.cells = append(r.cells, v)
	}
	return r
}

// columnOf returns the position of the column in a cell's name, such as AB12.
func columnOf(name string) int {
	n := 0
	for _, c := range strings.ToUpper(name) {
		if c < 'A' || c > 'Z' || n > maxBookColumns {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

func (b *workbook) cell(kind, value string, style int, inline *textXML) (cell, error) {
	switch kind {
	case "s":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n >= len(b.texts) {
			return cell{}, fmt.Errorf("the workbook has no text %s", shown(value))
		}
		return cell{text: b.texts[n]}, nil
	case "inlineStr":
		return cell{text: inline.String()}, nil
	case "str":
		return cell{text: value}, nil
	case "b":
		return cell{text: map[string]string{"1": "TRUE", "0": "FALSE"}[value]}, nil
	case "e":
		return cell{text: value}, fmt.Errorf("the cell has the error %s", shown(value))
	case "d":
		return cell{strings.TrimSuffix(value, "Z"), dateCell}, nil
	}
	if value == "" {
		return cell{}, nil
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return cell{text: value}, fmt.Errorf("the cell has the number %s, which is none", shown(value))
	}
	if style >= 0 && style < len(b.dates) && b.dates[style] && n >= 0 && n < 2_958_466 {
		return b.date(n), nil
	}
	// Excel shows 15 digits: what is behind them is not of the number but of its binary form.
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err != nil {
		rounded = n
	}
	return cell{strconv.FormatFloat(rounded, 'f', -1, 64), numberCell}, nil
}

// date returns a number of days as a day, with the time of day to the second if it has one.
func (b *workbook) date(days float64) cell {
	seconds := math.Round((days - math.Floor(days)) * 86_400)
	t := b.from.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return cell{t.Format(time.DateOnly), dateCell}
	}
	return cell{t.Format(time.DateTime), dateCell}
}

func (b *workbook) close() error { return b.in.Close() }
