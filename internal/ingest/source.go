package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	encodings "golang.org/x/text/encoding/unicode"
)

// Format is how a file is written, as it was found or set.
type Format struct {
	Encoding  string // utf-8, utf-16le, utf-16be or windows-1252; "" for a workbook
	Mark      bool   // the file begins with the mark of its encoding
	Delimiter string // "" for a workbook
	SepLine   bool   // the first line is Excel's sep=
	Wrapped   bool   // each line is one value in quotes
	Sheet     string // of a workbook
	Header    int    // line of the header, or row of the sheet
}

// String describes the format in a line.
func (f Format) String() string {
	if f.Sheet != "" {
		return fmt.Sprintf("Excel workbook, sheet %q, header in row %d", f.Sheet, f.Header)
	}
	s := fmt.Sprintf(
		"CSV, %s, values separated by %s, header in line %d",
		f.Encoding,
		delimiterNames[f.Delimiter],
		f.Header,
	)
	if f.SepLine {
		s += ", with a sep= line"
	}
	if f.Wrapped {
		s += ", each line in quotes"
	}
	return s
}

var delimiterNames = map[string]string{",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", ":": "colons"}

// How much of a file is looked at before it is read, in bytes.
const (
	encodingSample = 1 << 20
	formatSample   = 256 << 10
)

// rowReader reads a file row by row.
type rowReader interface {
	// next returns the next row, or io.EOF after the last one.
	next() (record, error)
}

// Magic numbers of files that are no text.
var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xd0\xcf\x11\xe0")
)

// openCSV finds out how a file is written and returns its text. What the mapping says wins, apart from a byte order mark.
func openCSV(file io.Reader, m *Mapping) (*bufio.Reader, Format, error) {
	raw := bufio.NewReaderSize(file, encodingSample)
	start, err := raw.Peek(encodingSample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, Format{}, fmt.Errorf("read the file: %w", err)
	}
	if bytes.HasPrefix(start, oleMagic) {
		return nil, Format{}, errors.New("the file is an old Excel workbook (.xls): save it as .xlsx or as CSV UTF-8")
	}
	f := Format{}
	f.Encoding, f.Mark = encodingOf(start)
	if !f.Mark && m.Encoding != "" {
		f.Encoding = m.Encoding
	}
	if f.Encoding == "utf-16" {
		f.Encoding = "utf-16le"
	}
	text := bufio.NewReaderSize(decoded(raw, f.Encoding), formatSample)
	if mark, _ := text.Peek(len("\ufeff")); string(mark) == "\ufeff" {
		_, _ = text.Discard(len(mark)) // is not part of the first header
	}
	return text, f, nil
}

// encodingOf returns the encoding of a file that starts with these bytes, and whether it begins with its mark.
func encodingOf(start []byte) (name string, mark bool) {
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		return "utf-8", true
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return "utf-16le", true
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return "utf-16be", true
	}
	if zeros := [2]int{}; bytes.IndexByte(start, 0) >= 0 {
		for i, b := range start {
			if b == 0 {
				zeros[i%2]++
			}
		}
		if zeros[1] > len(start)/8 && zeros[1] > 4*zeros[0] {
			return "utf-16le", false
		}
		if zeros[0] > len(start)/8 && zeros[0] > 4*zeros[1] {
			return "utf-16be", false
		}
	}
	// One character of several bytes says UTF-8, also of a file that is damaged elsewhere.
	high := false
	for i := 0; i < len(start); {
		r, size := utf8.DecodeRune(start[i:])
		if size > 1 {
			return "utf-8", false
		}
		high = high || r == utf8.RuneError && len(start)-i >= utf8.UTFMax // not one that is cut
		i += size
	}
	if high || len(start) < encodingSample && !utf8.Valid(start) {
		return "windows-1252", false
	}
	return "utf-8", false
}

// encodingNames are the names by which encodings are known, with ours.
var encodingNames = map[string]string{"utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16", "utf16": "utf-16",
	"utf-16le": "utf-16le", "utf-16be": "utf-16be", "windows-1252": "windows-1252", "cp1252": "windows-1252",
	"ansi": "windows-1252", "latin1": "windows-1252", "latin-1": "windows-1252", "iso-8859-1": "windows-1252"}

// codec returns the encoding of a name; nil for UTF-8.
func codec(name string) encoding.Encoding {
	switch name {
	case "windows-1252": // what is called Latin-1 is nearly always this, which has more characters
		return charmap.Windows1252
	case "utf-16le":
		return encodings.UTF16(encodings.LittleEndian, encodings.IgnoreBOM)
	case "utf-16be":
		return encodings.UTF16(encodings.BigEndian, encodings.IgnoreBOM)
	default:
		return nil
	}
}

func decoded(in io.Reader, name string) io.Reader {
	if c := codec(name); c != nil {
		return c.NewDecoder().Reader(in)
	}
	return in
}

// sepLine finds Excel's own first line, which names the delimiter.
var sepLine = regexp.MustCompile(`^"?sep=(.)"?$`)

// newCSV returns the reader of a file's text, which stands behind the sep= line if there is one.
func newCSV(text *bufio.Reader, m *Mapping, format *Format) *csvFile {
	sample, _ := text.Peek(formatSample)
	f := &csvFile{in: text, cr: bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0}
	lines := sampleLines(string(sample), f.cr, len(sample) == formatSample)
	f.delimiter = m.Delimiter
	if len(lines) > 0 {
		if sep := sepLine.FindStringSubmatch(lines[0]); sep != nil {
			format.SepLine, lines = true, lines[1:]
			_, _ = f.readLine()
			if f.delimiter == "" {
				f.delimiter = sep[1]
			}
		}
	}
	if f.delimiter == "" {
		f.delimiter = findDelimiter(lines, m)
	}
	f.wrapped = isWrapped(lines, f.delimiter)
	format.Delimiter, format.Wrapped = f.delimiter, f.wrapped
	return f
}

// sampleLines divides the beginning of a file into lines; the last one is left out if it may be cut.
func sampleLines(sample string, cr, cut bool) []string {
	end := "\n"
	if cr {
		end = "\r"
	}
	lines := strings.Split(sample, end)
	if cut || lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

// delimiters are tried in this order.
var delimiters = []string{",", ";", "\t", "|"}

// findDelimiter returns the delimiter by which a line has all mapped columns, else the one by which most lines have the
// same number of values, and the most of these.
func findDelimiter(lines []string, m *Mapping) string {
	best, most := ",", 0
	for _, d := range delimiters {
		counts, score := map[int]int{}, 0
		for n, line := range lines[:min(len(lines), 100)] {
			p := lineParser{delimiter: d}
			p.feed(line)
			if n < maxTitles && len(m.Columns) > 0 {
				if _, missing := findColumns(p.cells, m); len(missing) == 0 {
					return d
				}
			}
			if len(p.cells) > 1 {
				counts[len(p.cells)]++
			}
		}
		for width, n := range counts {
			score = max(score, n*100+min(width, 99))
		}
		if score > most {
			best, most = d, score
		}
	}
	return best
}

// isWrapped reports whether each line is one value in quotes that holds a row.
func isWrapped(lines []string, delimiter string) bool {
	n := 0
	for _, line := range lines[:min(len(lines), 20)] {
		if line == "" {
			continue
		}
		p := lineParser{delimiter: delimiter}
		if !strings.HasPrefix(line, `"`) || p.feed(line) != whole || len(p.cells) != 1 ||
			!strings.Contains(p.cells[0], delimiter) {
			return false
		}
		n++
	}
	return n > 0
}

// shown is a text of the file as a message quotes it: short, and without characters that change a terminal.
func shown(s string) string {
	const most = 40
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\ufffd'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return `"` + s + `"`
}
