package ingest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// stamp is a day, with a time of day if the file gives one, and an instant if it gives the zone too.
type stamp struct {
	at    time.Time // in UTC unless zoned
	timed bool
	zoned bool
}

// dateFormat is how days and moments are written in a column.
type dateFormat struct {
	text   string // as it was given
	layout string // of package time
	date   string // the layout without the time
	timed  bool
	half   bool // a clock of twelve hours
	excel  bool // days since 1899-12-30
}

// formatTokens finds the parts of a format. The longest token comes first.
var formatTokens = regexp.MustCompile(`YYYY|YY|MMMM|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|A|Z|[A-Za-z]+`)

// goLayouts are the tokens in the notation of package time, which reads days, months and hours with and without a
// leading zero. A year of two digits is 1969 to 2068.
var goLayouts = map[string]string{
	"YYYY": "2006",
	"YY":   "06",
	"MMMM": "Jan",
	"MMM":  "Jan",
	"MM":   "1",
	"M":    "1",
	"DD":   "2",
	"D":    "2",
	"HH":   "15",
	"H":    "15",
	"hh":   "15",
	"h":    "15",
	"mm":   "04",
	"ss":   "05",
	"A":    "PM",
	"Z":    "Z07:00",
}

// excelFormat is the format of the numbers by which spreadsheets count days.
const excelFormat = "EXCEL"

// newDateFormat returns the format of a text such as DD.MM.YYYY or M/D/YY hh:mm.
func newDateFormat(format string) (*dateFormat, error) {
	if strings.EqualFold(format, excelFormat) {
		return &dateFormat{text: format, excel: true}, nil
	}
	f := &dateFormat{text: format, half: strings.Contains(format, "A")}
	unknown, count := "", map[byte]int{}
	translate := func(part string) string {
		return formatTokens.ReplaceAllStringFunc(part, func(token string) string {
			to, ok := goLayouts[token]
			if !ok {
				if token != "T" {
					unknown = token
				}
				return token
			}
			count[token[0]]++
			if to == "15" && f.half {
				return "3"
			}
			return to
		})
	}
	f.layout = translate(format)
	f.timed = count['H']+count['h'] > 0
	switch {
	case unknown != "":
		return nil, fmt.Errorf(
			"date format %q has %q, which is no part of a date: use YYYY, YY, MMM, MM, M, DD, D, hh, mm, ss, "+
				"A (AM or PM) and Z (zone)",
			format,
			unknown,
		)
	case count['Y'] != 1 || count['M'] != 1 || count['D'] != 1:
		return nil, fmt.Errorf("date format %q must name YYYY, MM and DD once each, such as DD.MM.YYYY, or be %s", format,
			excelFormat)
	}
	f.date = f.layout
	if at := regexp.MustCompile(`[Hh]`).FindStringIndex(format); at != nil {
		count = map[byte]int{}
		if f.date = strings.TrimRight(
			translate(format[:at[0]]),
			" T,",
		); count['Y'] != 1 || count['M'] != 1 ||
			count['D'] != 1 {
			f.date = f.layout // the time stands before the day
		}
	}
	return f, nil
}

// parse reads a text in the format. A time may follow a format without one, and may be missing from one with it.
func (f *dateFormat) parse(s string) (stamp, bool) {
	if f.excel {
		return serial(s)
	}
	s = englishMonths(s)
	if f.half {
		s = strings.ToUpper(s)
	}
	if t, err := time.Parse(f.layout, s); err == nil {
		return stamp{t, f.timed, strings.Contains(f.layout, "Z07:00")}, true
	}
	date, clock := cutClock(s)
	t, err := time.Parse(f.date, date)
	if err != nil {
		return stamp{}, false
	}
	return withClock(t, clock)
}

// clockOfDay finds the time at the end of a text.
var clockOfDay = regexp.MustCompile(
	`(?i)^(.*?)(?:\s+|T|,\s*)(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*([ap]\.?\s?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$`,
)

// cutClock separates the time from the day before it.
func cutClock(s string) (date string, clock []string) {
	m := clockOfDay.FindStringSubmatch(s)
	if m == nil {
		return s, nil
	}
	return m[1], m[2:]
}

// withClock adds a time that cutClock has found to a day.
func withClock(date time.Time, clock []string) (stamp, bool) {
	if clock == nil {
		return stamp{at: date}, true
	}
	layout, text := "15:04", strings.Replace(clock[0], ",", ".", 1)
	if strings.Count(text, ":") == 2 {
		layout = "15:04:05"
	}
	if half := strings.ToUpper(strings.NewReplacer(".", "", " ", "", "\u00a0", "").Replace(clock[1])); half != "" {
		layout, text = strings.Replace(layout, "15", "3", 1)+" PM", text+" "+half
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		return stamp{}, false
	}
	h, m, s := at.Clock()
	y, month, d := date.Date()
	in, zoned := time.UTC, clock[2] != ""
	if zoned {
		if in = zoneOf(clock[2]); in == nil {
			return stamp{}, false
		}
	}
	return stamp{time.Date(y, month, d, h, m, s, at.Nanosecond(), in), true, zoned}, true
}

func zoneOf(s string) *time.Location {
	switch strings.ToUpper(s) {
	case "Z", "UTC", "GMT":
		return time.UTC
	}
	t, err := time.Parse("-0700", strings.Replace(s, ":", "", 1))
	if err != nil {
		return nil
	}
	_, offset := t.Zone()
	return time.FixedZone("", offset)
}

// isoDay is a day that begins with its year, which no country writes in another order.
var isoDay = regexp.MustCompile(`^(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})$|^(\d{4})(\d{2})(\d{2})$`)

// parseISO reads a day that begins with its year, with or without a time and a zone.
func parseISO(s string) (stamp, bool) {
	date, clock := cutClock(s)
	m := isoDay.FindStringSubmatch(date)
	if m == nil || m[2] != m[4] {
		return stamp{}, false
	}
	t, err := time.Parse("2006-1-2", strings.Join([]string{m[1] + m[6], m[3] + m[7], m[5] + m[8]}, "-"))
	if err != nil || t.Year() < 1 {
		return stamp{}, false
	}
	return withClock(t, clock)
}

// months are the beginnings of the names of months, in English and Spanish, with the English one.
var months = map[string]string{"jan": "Jan", "ene": "Jan", "feb": "Feb", "mar": "Mar", "apr": "Apr", "abr": "Apr",
	"may": "May", "jun": "Jun", "jul": "Jul", "aug": "Aug", "ago": "Aug", "sep": "Sep", "set": "Sep", "oct": "Oct",
	"nov": "Nov", "dec": "Dec", "dic": "Dec"}

var (
	monthName = regexp.MustCompile(
		`(?i)\b(?:jan(?:uary)?|ene(?:ro)?|feb(?:ruary|rero)?|mar(?:ch|zo)?|apr(?:il)?|abr(?:il)?|may(?:o)?|june?|jun(?:io)?|july?|jul(?:io)?|aug(?:ust)?|ago(?:sto)?|sep(?:t|tember|tiembre)?|set(?:iembre)?|oct(?:ober|ubre)?|nov(?:ember|iembre)?|dec(?:ember)?|dic(?:iembre)?)\b\.?`,
	)
	spanishOf  = regexp.MustCompile(`(?i)\s+del?\s+`)
	namedMonth = regexp.MustCompile(
		`^(\d{1,2})[ \-/.]+([A-Z][a-z]{2})[ \-/.,]+(\d{4})$|^([A-Z][a-z]{2})[ \-/.]+(\d{1,2})[ \-/.,]+(\d{4})$|^(\d{4})[ \-/.]+([A-Z][a-z]{2})[ \-/.]+(\d{1,2})$`,
	)
)

// englishMonths writes the names of months as package time reads them.
func englishMonths(s string) string {
	if !strings.ContainsAny(s, "aeouAEOU") {
		return s
	}
	s = spanishOf.ReplaceAllString(s, " ")
	return monthName.ReplaceAllStringFunc(s, func(name string) string { return months[strings.ToLower(name[:3])] })
}

// parseNamed reads a day whose month has a name and whose year has four digits.
func parseNamed(s string) (stamp, bool) {
	date, clock := cutClock(englishMonths(s))
	m := namedMonth.FindStringSubmatch(date)
	if m == nil {
		return stamp{}, false
	}
	t, err := time.Parse(
		"2006-Jan-2",
		strings.Join([]string{m[3] + m[6] + m[7], m[2] + m[4] + m[8], m[1] + m[5] + m[9]}, "-"),
	)
	if err != nil {
		return stamp{}, false
	}
	return withClock(t, clock)
}

var (
	serialNumber = regexp.MustCompile(`^\d{1,7}(?:\.\d{1,15})?$`)
	likeSerial   = regexp.MustCompile(`^\d{5}(?:\.\d+)?$`)
	dayAndMonth  = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})\b`)
)

// serial reads a number of days since 1899-12-30, with the time of day behind the point.
func serial(s string) (stamp, bool) {
	if !serialNumber.MatchString(s) {
		return stamp{}, false
	}
	days, err := time.ParseDuration(s + "h") // exact to the nanosecond
	if err != nil {
		return stamp{}, false
	}
	whole := days.Truncate(time.Hour)
	t := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(whole/time.Hour))
	if t.Year() > 9999 {
		return stamp{}, false
	}
	return stamp{at: t.Add(((days - whole) * 24).Round(time.Second)), timed: strings.Contains(s, ".")}, true
}

// stamp reads a day or a moment of a field. Without a format it reads what can mean one day only.
func (c *converter) stamp(field string, v cell) (stamp, error) {
	format := c.formats[field]
	if format == nil {
		format = c.formats[""]
	}
	if v.kind == dateCell {
		format = nil
	}
	if format != nil {
		if t, ok := format.parse(v.text); ok && t.at.Year() >= 1 {
			return t, nil
		}
	}
	if t, ok := parseISO(v.text); ok {
		return t, nil
	}
	if format != nil {
		return stamp{}, fmt.Errorf("is not a valid date of the form %s", format.text)
	}
	if t, ok := parseNamed(v.text); ok {
		return t, nil
	}
	return stamp{}, notADay(v.text)
}

// notADay says why a text cannot be read as a day without a format.
func notADay(s string) error {
	if likeSerial.MatchString(s) {
		return errors.New("looks like an Excel serial number: format the column as a date, or use --date-format EXCEL")
	}
	m := dayAndMonth.FindStringSubmatch(s)
	if m == nil {
		return errors.New("is not a valid date of the form YYYY-MM-DD: name another form with --date-format")
	}
	year := "YYYY"[:len(m[4])]
	forms := func(list ...string) string {
		for i, f := range list {
			list[i] = strings.ReplaceAll(f, "/", m[2]) + m[2] + year
		}
		return "use --date-format " + strings.Join(list, " or ")
	}
	switch {
	case m[1] > "12" && len(m[1]) == 2:
		return errors.New("is not of the form YYYY-MM-DD: " + forms("DD/MM"))
	case m[3] > "12" && len(m[3]) == 2:
		return errors.New("is not of the form YYYY-MM-DD: " + forms("MM/DD"))
	default:
		return errors.New("can be two days, the day or the month first: " + forms("DD/MM", "MM/DD"))
	}
}

// day reads a day. That of an instant is the one in the mapping's time zone.
func day(c *converter, field string, v cell) (string, error) {
	t, err := c.stamp(field, v)
	if err != nil {
		return "", err
	}
	if t.zoned {
		t.at = t.at.In(c.zone)
	}
	if y := t.at.Year(); y < 1 || y > 9999 {
		return "", errors.New("is not a valid date of the years 1 to 9999")
	}
	return fleet.DateOf(t.at).String(), nil
}

// moment reads a moment in the mapping's time zone unless the file gives its zone. A day stands for its midnight.
func moment(c *converter, field string, v cell) (string, error) {
	t, err := c.stamp(field, v)
	if err != nil {
		return "", err
	}
	if !t.zoned {
		if t.at, err = inZone(t.at, c.zone); err != nil {
			return "", err
		}
	}
	if y := t.at.UTC().Year(); y < 1 || y > 9999 {
		return "", errors.New("is not a time of the years 1 to 9999")
	}
	return t.at.UTC().Format("2006-01-02T15:04:05.000000Z"), nil
}

// inZone returns the moment at which clocks of a zone show a time. Of two such moments, when clocks are put back, it is
// the earlier one; a time that clocks skip is an error.
func inZone(t time.Time, zone *time.Location) (time.Time, error) {
	same := func(at time.Time) bool { return at.Format(time.DateTime) == t.Format(time.DateTime) }
	at := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	if !same(at) {
		return at, fmt.Errorf("is a time that does not exist in %s: clocks are put forward then", zone)
	}
	if earlier := at.Add(-time.Hour); same(earlier) {
		return earlier, nil
	}
	return at, nil
}
