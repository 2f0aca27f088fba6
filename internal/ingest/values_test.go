package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// valuesOf returns a converter of values with these settings.
func valuesOf(t testing.TB, m Mapping) *converter {
	t.Helper()
	m.Columns = map[string]string{"equipment": "e", "maintenanceDate": "d", "sourceRef": "r"}
	return converterOf(t, &m, Maintenance, "e,d,r\n")
}

func TestDaysAndMoments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ format, text, want string }{
		{"", "2026-03-31", "2026-03-31T00:00:00.000000Z"},
		{"", "2026-3-1", "2026-03-01T00:00:00.000000Z"},
		{"", "20260331", "2026-03-31T00:00:00.000000Z"},
		{"", "2026/03/31 06:00", "2026-03-31T10:00:00.000000Z"},
		{"", "2026-03-31T06:00:05.25+02:00", "2026-03-31T04:00:05.250000Z"},
		{"", "2026-03-31 2:30 p.m.", "2026-03-31T18:30:00.000000Z"},
		{"", "31 de marzo de 2026", "2026-03-31T00:00:00.000000Z"},
		{"", "Mar 31, 2026", "2026-03-31T00:00:00.000000Z"},
		{"", "2026 setiembre 9", "2026-09-09T00:00:00.000000Z"},
		{"", "2026-02-30", "error: not a valid date"},
		{"", "31/3/2026", "error: use --date-format DD/MM/YYYY"},
		{"", "3/31/26", "error: use --date-format MM/DD/YY"},
		{"", "3.4.2026", "error: can be two days"},
		{"", "46112", "error: Excel serial number"},
		{"EXCEL", "46112.25", "2026-03-31T10:00:00.000000Z"},
		{"D.M.YY", "31.03.69", "1969-03-31T00:00:00.000000Z"},
		{"D.M.YY", "31.03.68", "2068-03-31T00:00:00.000000Z"},
		{"DD-MMM-YYYY", "31-Ene-2026", "2026-01-31T00:00:00.000000Z"},
		{"MM/DD/YYYY hh:mm A", "3/31/2026 2:30 pm", "2026-03-31T18:30:00.000000Z"},
		{"MM/DD/YYYY hh:mm A", "3/31/2026", "2026-03-31T00:00:00.000000Z"},
		{"DD.MM.YYYY", "2026-03-31", "2026-03-31T00:00:00.000000Z"},
		{"DD.MM.YYYY", "03/31/2026", "error: not a valid date of the form DD.MM.YYYY"},
		{"", "2026-13-01 06:00", "error: not a valid date"},
	} {
		m := c2(t, c.format)
		got, err := moment(m, "downFrom", cell{text: c.text})
		if err != nil {
			got = "error: " + err.Error()
		}
		if strings.HasSuffix(c.want, "T00:00:00.000000Z") { // of the zone, four hours behind
			c.want = strings.Replace(c.want, "T00", "T04", 1)
		}
		if says, wrong := strings.CutPrefix(
			c.want,
			"error: ",
		); got != c.want &&
			!(wrong && err != nil && strings.Contains(got, says)) {
			t.Errorf("%q as %q is %s, want %s", c.text, c.format, got, c.want)
		}
	}
	for format, says := range map[string]string{"DD.MM": "must name YYYY", "DD/MM/YYYY/MM": "must name", "DD.MM.JJJJ": `"JJJJ"`,
		"HH:mm": "must name"} {
		if _, err := newDateFormat(format); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("format %s: %v", format, err)
		}
	}
}

func c2(t *testing.T, format string) *converter {
	return valuesOf(t, Mapping{DateFormat: format, TimeZone: "America/La_Paz"})
}

func TestTimesThatClocksSkipOrShowTwice(t *testing.T) {
	t.Parallel()
	c := valuesOf(t, Mapping{TimeZone: "Europe/Berlin"})
	if _, err := moment(c, "downFrom", cell{text: "2026-03-29 02:30"}); err == nil || !strings.Contains(err.Error(),
		"does not exist in Europe/Berlin") {
		t.Error(err)
	}
	if got, err := moment(
		c,
		"downFrom",
		cell{text: "2026-10-25 02:30"},
	); got != "2026-10-25T00:30:00.000000Z" ||
		err != nil {
		t.Errorf("%s, %v: want the earlier of two", got, err)
	}
	if got, err := day(c, "dueDate", cell{text: "2026-03-31T23:30:00Z"}); got != "2026-04-01" || err != nil {
		t.Errorf("%s, %v: want the day in Berlin", got, err)
	}
}

func TestMoney(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		thousands  string
		comma      bool
		text, want string
	}{
		{"", false, "1250", "1250.00"}, {"", false, "-12.5", "-12.50"}, {"", false, ".5", "0.50"}, {"", false, "5.", "5.00"},
		{"", false, "Bs. 5", "5.00"}, {"", false, "USD 5", "5.00"}, {"", false, "5 PEN", "5.00"}, {"", false, "-$5", "-5.00"},
		{"", false, "$-5", "-5.00"}, {"", false, "($ 5)", "-5.00"}, {"", false, "\u22125", "-5.00"},
		{"", false, "--5", "error:"}, {"", false, "(-5)", "error: more than one sign"},
		{"", false, "(5", "error: parenthesis"}, {"", false, "12,50", "error: --decimal-comma"},
		{"", false, "1 250", "error: --thousands ' '"}, {"", false, "12.345", "error: two digits"}, {"", false, "1e3", "error:"},
		{",", false, "1,234,567.8", "1234567.80"}, {",", false, "1,23,456", "error: three digits"},
		{",", false, ",234", "error:"}, {",", false, "1,,234", "error:"}, {",", false, "1.5,000", "error:"},
		{".", true, "1.234,5", "1234.50"}, {".", true, "12.50", "error: three digits"}, {"", true, "12.50", "error: decimal comma"},
		{"'", false, "1’234.50", "1234.50"}, {" ", true, "1\u202f234,50 €", "1234.50"}, {" ", false, "EUR 1 234", "1234.00"},
	} {
		got, err := money(valuesOf(t, Mapping{Thousands: c.thousands, DecimalComma: c.comma}), "cost", cell{text: c.text})
		if err != nil {
			got = "error: " + err.Error()
		}
		if says, wrong := strings.CutPrefix(c.want, "error:"); got != c.want && !(wrong && err != nil &&
			strings.Contains(got, strings.TrimSpace(says))) {
			t.Errorf("%q with %q, %v is %s, want %s", c.text, c.thousands, c.comma, got, c.want)
		}
	}
	c := valuesOf(t, Mapping{Round: true})
	for text, want := range map[string]string{"0.005": "0.01", "-0.005": "-0.01", "2.344": "2.34"} {
		if got, err := money(c, "cost", cell{text: text}); got != want || err != nil {
			t.Errorf("%s rounds to %s, %v, want %s", text, got, err, want)
		}
	}
}

// FuzzValues: what is accepted as a day, a moment or an amount is one, and no text panics.
func FuzzValues(f *testing.F) {
	f.Add("31/3/2026 2:30 p.m.", "DD/MM/YYYY", ".", true)
	f.Add("($ 1,234.50)", "EXCEL", ",", false)
	f.Add("31 de setiembre de 2026", "", "'", false)
	f.Fuzz(func(t *testing.T, text, format, thousands string, comma bool) {
		m := Mapping{DateFormat: format, Thousands: thousands, DecimalComma: comma, TimeZone: "Europe/Berlin",
			Columns: map[string]string{"equipment": "e", "maintenanceDate": "d", "sourceRef": "r"}}
		if m.normalize(Maintenance) != nil {
			return
		}
		in, err := newReader(strings.NewReader("e,d,r\n"), &m, Maintenance)
		if err != nil {
			return
		}
		c, err := newConverter(in, &m, Maintenance)
		if err != nil {
			return
		}
		v := cell{text: strings.TrimSpace(text)}
		if s, err := day(c, "dueDate", v); err == nil {
			if _, err := fleet.ParseDate(s); err != nil {
				t.Errorf("%q is the day %q", text, s)
			}
		}
		if s, err := moment(c, "downFrom", v); err == nil {
			if _, err := time.Parse(time.RFC3339Nano, s); err != nil {
				t.Errorf("%q is the moment %q", text, s)
			}
		}
		if s, err := money(c, "cost", v); err == nil {
			d, err := fleet.ParseDecimal(s)
			if err != nil || d.CheckMoney() != nil {
				t.Errorf("%q is the amount %q", text, s)
			}
		}
		if s := fmt.Sprint(notADay(text)); s == "" {
			t.Error("no reason")
		}
	})
}
