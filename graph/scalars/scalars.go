// Package scalars carries the domain's exact values over the wire and back:
// Decimal, Date, DateTime, and an Int that takes integers alone. Each
// unmarshaler takes what a client sends, as variable or literal, and refuses
// the rest with a BAD_INPUT that says what is allowed.
package scalars

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
)

// MarshalDecimal writes the digits as a string.
func MarshalDecimal(d fleet.Decimal) graphql.Marshaler { return written(AppendDecimal, d) }

// AppendDecimal appends what MarshalDecimal writes. Each scalar here has such
// a function, which the generated code calls (see graph/plain).
func AppendDecimal(b []byte, d fleet.Decimal) []byte {
	b = append(b, '"')
	return append(append(b, d...), '"')
}

// UnmarshalDecimal reads a string of digits or a number as it was written.
// Numbers arrive as their literal text, never through a float.
func UnmarshalDecimal(v any) (fleet.Decimal, error) {
	switch v := v.(type) {
	case string:
		return fleet.ParseDecimal(v)
	case json.Number:
		return fleet.ParseDecimal(v.String())
	case int64:
		return fleet.ParseDecimal(strconv.FormatInt(v, 10))
	default:
		return "", fleet.BadInputf("", "%v is not a decimal number: write it as a string such as \"1250.75\"", v)
	}
}

// MarshalDate writes YYYY-MM-DD.
func MarshalDate(d fleet.Date) graphql.Marshaler { return written(AppendDate, d) }

// AppendDate appends what MarshalDate writes.
func AppendDate(b []byte, d fleet.Date) []byte {
	b = append(b, '"')
	return append(append(b, d.String()...), '"')
}

// UnmarshalDate reads YYYY-MM-DD.
func UnmarshalDate(v any) (fleet.Date, error) {
	s, ok := v.(string)
	if !ok {
		return fleet.Date{}, fleet.BadInputf("", "%v is not a date: write YYYY-MM-DD as a string", v)
	}
	return fleet.ParseDate(s)
}

// MarshalDateTime writes RFC 3339 in UTC with the microseconds that PostgreSQL keeps.
func MarshalDateTime(t time.Time) graphql.Marshaler { return written(AppendDateTime, t) }

// AppendDateTime appends what MarshalDateTime writes.
func AppendDateTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	return append(t.UTC().AppendFormat(b, "2006-01-02T15:04:05.999999Z"), '"')
}

// UnmarshalDateTime reads RFC 3339 with any offset; finer than a microsecond is cut.
func UnmarshalDateTime(v any) (time.Time, error) {
	s, ok := v.(string)
	if ok {
		if t, err := time.Parse(time.RFC3339Nano, s); err == nil && strict(s) {
			if t = t.UTC(); t.Year() >= 1 && t.Year() <= 9999 { // in UTC, as it is kept
				return t.Truncate(time.Microsecond), nil
			}
		}
		return time.Time{}, fleet.BadInputf(
			"",
			"%s is not a moment: write RFC 3339 with an offset, such as 2026-03-31T14:05:09Z",
			fleet.Quote(s),
		)
	}
	return time.Time{}, fleet.BadInputf(
		"",
		"%v is not a moment: write RFC 3339 as a string, such as \"2026-03-31T14:05:09Z\"",
		v,
	)
}

// strict refuses what time.Parse takes beyond RFC 3339: hours of one digit, a
// comma before the fraction, offsets of 24 hours.
func strict(moment string) bool {
	if len(moment) < len("2026-03-31T14:05:09Z") || moment[13] != ':' || strings.Contains(moment, ",") {
		return false
	}
	offset := moment[len(moment)-len("+00:00"):]
	return strings.HasSuffix(moment, "Z") || offset[1:3] < "24" && offset[4:6] < "60"
}

// MarshalInt writes a 32-bit integer; a greater one is a fault of the server.
func MarshalInt(i int) graphql.Marshaler { return written(AppendInt, i) }

// AppendInt appends what MarshalInt writes.
func AppendInt(b []byte, i int) []byte { return strconv.AppendInt(b, int64(i), 10) }

// UnmarshalInt reads an integer of 32 bits, as the GraphQL specification
// (§3.5.1) has it: no strings, no fractions, nothing greater.
func UnmarshalInt(v any) (int, error) {
	var n int64
	switch v := v.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case json.Number:
		var err error
		if n, err = strconv.ParseInt(v.String(), 10, 64); err != nil {
			// 3.0 is an integer in JSON, 3.5 is not.
			f, ferr := v.Float64()
			if ferr != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
				return 0, fleet.BadInputf("", "%s is not an integer of 32 bits", fleet.Quote(v.String()))
			}
			n = int64(f)
		}
	default:
		return 0, fleet.BadInputf("", "%s is not an integer", fleet.Quote(fmt.Sprint(v)))
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, fleet.BadInputf("", "%d is not an integer of 32 bits", n)
	}
	return int(n), nil
}

// MarshalRowID writes a global id.
func MarshalRowID(id fleet.RowID) graphql.Marshaler { return written(AppendRowID, id) }

// AppendRowID appends what MarshalRowID writes.
func AppendRowID(b []byte, id fleet.RowID) []byte {
	return append(append(append(b, '"'), fleet.GlobalID(id.Kind, id.Key)...), '"')
}

// UnmarshalRowID reads a global id.
func UnmarshalRowID(v any) (fleet.RowID, error) {
	s, err := graphql.UnmarshalID(v)
	if err != nil {
		return fleet.RowID{}, err
	}
	return fleet.ParseRowID(s)
}

// written returns the marshaler of a value that can be appended.
func written[T any](appendTo func([]byte, T) []byte, v T) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = w.Write(appendTo(make([]byte, 0, 40), v)) })
}

// MarshalWholeFloat writes a whole number that may be beyond GraphQL's Int as
// a Float: JavaScript reads it exactly up to 2^53.
func MarshalWholeFloat(n int64) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { _, _ = io.WriteString(w, strconv.FormatInt(n, 10)) })
}

// AppendWholeFloat appends what MarshalWholeFloat writes.
func AppendWholeFloat(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }

// UnmarshalWholeFloat reads a whole number.
func UnmarshalWholeFloat(v any) (int64, error) { return graphql.UnmarshalInt64(v) }

// Judges returns, for each scalar of the schema, what refuses values that are none.
func Judges() map[string]func(value any) error {
	return map[string]func(any) error{
		"Decimal":  judge(UnmarshalDecimal),
		"Date":     judge(UnmarshalDate),
		"DateTime": judge(UnmarshalDateTime),
	}
}

func judge[T any](unmarshal func(any) (T, error)) func(any) error {
	return func(value any) error {
		_, err := unmarshal(value)
		return err
	}
}
