package fleet

import "time"

// Date is a calendar day without time or zone.
type Date struct{ day time.Time }

// DateOf returns the day of t as t's location shows it.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// ParseDate parses YYYY-MM-DD, years 0001 to 9999. A day that does not exist is a BAD_INPUT without
// field.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return Date{}, BadInputf("", "%s is not a date: write YYYY-MM-DD, a day that exists", Quote(s))
	}
	return Date{t}, nil
}

// Time returns midnight UTC at the day's start.
func (d Date) Time() time.Time { return d.day }

// String returns YYYY-MM-DD.
func (d Date) String() string { return d.day.Format(time.DateOnly) }

// Before reports whether d is an earlier day than other.
func (d Date) Before(other Date) bool { return d.day.Before(other.day) }

// dayOf returns the text of a day that may be absent.
func dayOf(d *Date) *string {
	if d == nil {
		return nil
	}
	text := d.String()
	return &text
}

// IsZero reports whether d is the zero Date, which stands for no day.
func (d Date) IsZero() bool { return d.day.IsZero() }

// MarshalText writes YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDate(string(text))
	return err
}
