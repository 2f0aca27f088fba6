package ingest

import (
	"regexp"
	"strconv"
	"strings"
)

// dayEvidence is how the days of a column are written.
type dayEvidence struct {
	plain, serials int64 // read without a format; look like Excel's numbers
	numeric        int64 // two small numbers and a year
	separator      string
	year           int
	first, second  bool // a value above 12 stands first, or second
	mixed          bool
}

func (e *dayEvidence) add(v cell, s string) {
	if v.kind == dateCell {
		e.plain++
		return
	}
	if _, ok := parseISO(s); ok {
		e.plain++
		return
	}
	if _, ok := parseNamed(s); ok {
		e.plain++
		return
	}
	if likeSerial.MatchString(s) {
		e.serials++
		return
	}
	m := dayAndMonth.FindStringSubmatch(s)
	if m == nil {
		return
	}
	e.numeric++
	e.mixed = e.mixed || e.separator != "" && (e.separator != m[2] || e.year != len(m[4]))
	e.separator, e.year = m[2], len(m[4])
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[3])
	e.first, e.second = e.first || a > 12, e.second || b > 12
}

// format proposes the format of the column, or says what is to be decided.
func (e *dayEvidence) format() (format, note string) {
	switch {
	case e.numeric == 0 && e.serials > e.plain:
		return excelFormat, ""
	case e.numeric == 0:
		return "", ""
	}
	year := "YYYY"[:e.year]
	dayFirst, monthFirst := "DD"+e.separator+"MM"+e.separator+year, "MM"+e.separator+"DD"+e.separator+year
	switch {
	case e.mixed:
		return "", "its days are written in several ways"
	case e.first && e.second:
		return "", "of some days the first number is above 12, of others the second: they are written in two ways"
	case e.first:
		return dayFirst, ""
	case e.second:
		return monthFirst, ""
	default:
		return "", "the day or the month may stand first: --date-format " + dayFirst + " or " + monthFirst
	}
}

// numberEvidence is how the numbers of a column are written.
type numberEvidence struct {
	commaPoint, pointComma int64 // 1.234,50 and 1,234.50
	comma, point           int64 // one mark with two digits, or another number than three, behind it
	commas, points         int64 // one or more marks, each before three digits
	spaces, quotes         int64
}

var (
	bothMarks  = regexp.MustCompile(`^\d{1,3}(?:[.' \x{00a0}\x{202f}]\d{3})*\.\d{3},\d+$`)
	bothPoints = regexp.MustCompile(`^\d{1,3}(?:,\d{3})+\.\d+$`)
	grouped    = regexp.MustCompile(`^\d{1,3}(?:([,.])\d{3})+$`)
	fraction   = regexp.MustCompile(`^(?:\d{1,3}(?:[' \x{00a0}\x{202f}]\d{3})*|\d+)([,.])(?:\d{1,2}|\d{4,})$`)
)

func (e *numberEvidence) add(v cell, s string) {
	if v.kind != textCell {
		return
	}
	s, _, err := unsigned(withoutCurrency(s))
	if err != nil {
		return
	}
	if strings.ContainsAny(s, " \u00a0\u202f") {
		e.spaces++
	}
	if strings.ContainsAny(s, "'’") {
		e.quotes++
	}
	switch m, g := fraction.FindStringSubmatch(s), grouped.FindStringSubmatch(s); {
	case bothMarks.MatchString(s):
		e.commaPoint++
	case bothPoints.MatchString(s):
		e.pointComma++
	case m != nil && m[1] == ",":
		e.comma++
	case m != nil:
		e.point++
	case g != nil && g[1] == ",":
		e.commas++
	case g != nil:
		e.points++
	}
}

// notation proposes the notation of the column, or says what is to be decided.
func (e *numberEvidence) notation() (comma bool, thousands, note string) {
	comma = e.commaPoint+e.comma > 0
	point := e.pointComma+e.point > 0
	switch {
	case comma && point:
		return false, "", "some numbers have a decimal comma, others a decimal point"
	case !comma && !point && e.commas > 0:
		return false, "", "1,234 may be 1234 or 1.234: --thousands , or --decimal-comma"
	case !comma && !point && e.points > 0:
		return false, "", "1.234 may be 1234 or 1.234: --decimal-comma --thousands . if it is 1234"
	}
	switch {
	case e.spaces > 0:
		thousands = " "
	case e.quotes > 0:
		thousands = "'"
	case e.commaPoint > 0 || comma && e.points > 0:
		thousands = "."
	case e.pointComma > 0 || point && e.commas > 0:
		thousands = ","
	}
	return comma, thousands, ""
}
