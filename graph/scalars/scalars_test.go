package scalars_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/scalars"
	"bitcorp.dev/fleet/internal/fleet"
)

// read is the result of an unmarshaler, or the code of its error.
func read[T any](unmarshal func(any) (T, error)) func(any) any {
	return func(v any) any {
		value, err := unmarshal(v)
		var faults *fleet.Error
		switch {
		case errors.As(err, &faults):
			return faults.Code
		case err != nil:
			return err
		}
		return value
	}
}

func TestInputsAreReadExactlyOrRefused(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		moment, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return moment.UTC()
	}
	refused := fleet.BadInput
	toInt, toDecimal := read(scalars.UnmarshalInt), read(scalars.UnmarshalDecimal)
	toDate := read(func(v any) (string, error) {
		d, err := scalars.UnmarshalDate(v)
		return d.String(), err
	})
	toMoment := read(scalars.UnmarshalDateTime)
	for _, c := range []struct {
		name   string
		read   func(any) any
		input  any
		result any
	}{
		{"Int", toInt, json.Number("7"), 7},
		{"Int", toInt, int64(-7), -7},
		{"Int", toInt, 7, 7},
		{"Int", toInt, json.Number("3.0"), 3},
		{"Int", toInt, json.Number("2147483647"), 2147483647},
		{"Int", toInt, json.Number("-2147483648"), -2147483648},
		{"Int", toInt, json.Number("2147483648"), refused},
		{"Int", toInt, json.Number("-2147483649"), refused},
		{"Int", toInt, json.Number("1e10"), refused},
		{"Int", toInt, json.Number("3.5"), refused},
		{"Int", toInt, int64(1) << 40, refused},
		{"Int", toInt, "1", refused},
		{"Int", toInt, 1.0, refused},
		{"Int", toInt, true, refused},
		{"Decimal", toDecimal, "1250.75", fleet.Decimal("1250.75")},
		{"Decimal", toDecimal, json.Number("0.1"), fleet.Decimal("0.1")},
		{"Decimal", toDecimal, int64(3), fleet.Decimal("3")},
		{"Decimal", toDecimal, 0.1, refused},
		{"Decimal", toDecimal, "1,5", refused},
		{"Decimal", toDecimal, nil, refused},
		{"Date", toDate, "2026-02-28", "2026-02-28"},
		{"Date", toDate, "2026-02-30", refused},
		{"Date", toDate, "28.02.2026", refused},
		{"Date", toDate, int64(20260228), refused},
		{"DateTime", toMoment, "2026-03-31T14:05:09+02:00", at("2026-03-31T12:05:09Z")},
		{"DateTime", toMoment, "2026-03-31T14:05:09.1234569Z", at("2026-03-31T14:05:09.123456Z")},
		{"DateTime", toMoment, "2026-03-31T14:05:09", refused},
		{"DateTime", toMoment, "0000-01-01T00:00:00Z", refused},
		{"DateTime", toMoment, int64(1), refused},
	} {
		if got := c.read(c.input); got != c.result {
			t.Errorf("%s from %T %v: got %v, want %v", c.name, c.input, c.input, got, c.result)
		}
	}
}

// TestBothWaysOfWritingAgree compares what gqlgen's code writes with what the
// fast path appends.
func TestBothWaysOfWritingAgree(t *testing.T) {
	t.Parallel()
	moment := time.Date(2026, 3, 31, 14, 5, 9, 120_000_000, time.FixedZone("", 2*60*60))
	day, err := fleet.ParseDate("2026-02-28")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		marshaler graphql.Marshaler
		appended  []byte
		want      string
	}{
		{scalars.MarshalDecimal("1250.75"), scalars.AppendDecimal([]byte("x"), "1250.75"), `"1250.75"`},
		{scalars.MarshalDate(day), scalars.AppendDate([]byte("x"), day), `"2026-02-28"`},
		{scalars.MarshalDateTime(moment), scalars.AppendDateTime([]byte("x"), moment), `"2026-03-31T12:05:09.12Z"`},
		{scalars.MarshalInt(-7), scalars.AppendInt([]byte("x"), -7), `-7`},
		{scalars.MarshalWholeFloat(1 << 53), scalars.AppendWholeFloat([]byte("x"), 1<<53), `9007199254740992`},
	} {
		var written bytes.Buffer
		c.marshaler.MarshalGQL(&written)
		if written.String() != c.want || string(c.appended) != "x"+c.want {
			t.Errorf("wrote %s and appended %s, want %s", &written, c.appended[1:], c.want)
		}
	}
}
