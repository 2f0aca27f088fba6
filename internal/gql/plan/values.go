package plan

import (
	"encoding/binary"
	"math"
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/fastpath"
)

// Values arrive in PostgreSQL's binary format: https://www.postgresql.org/docs/current/protocol.html.

// appendValue appends a value as JSON. kind is that of the row.
func appendValue(b []byte, t Type, kind fleet.Kind, value []byte) ([]byte, error) {
	switch t {
	case ID:
		key, err := uuidOf(value)
		if err != nil {
			return nil, err
		}
		return append(fleet.AppendGlobalID(append(b, '"'), kind, key), '"'), nil
	case Decimal:
		b, err := appendNumeric(append(b, '"'), value)
		return append(b, '"'), err
	case Date:
		b, err := appendDate(append(b, '"'), value)
		return append(b, '"'), err
	case DateTime:
		at, err := timeOf(value)
		if err != nil {
			return nil, err
		}
		return append(appendTime(append(b, '"'), at), '"'), nil
	case Int:
		n, err := integerOf(value)
		if n < math.MinInt32 || n > math.MaxInt32 {
			err = errForm
		}
		return appendInt(b, n), err
	case Boolean:
		if len(value) != 1 {
			return nil, errForm
		}
		return fastpath.Bool(b, value[0] != 0), nil
	default:
		return fastpath.String(b, value), nil
	}
}

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }

func uuidOf(value []byte) (key fleet.UUID, err error) {
	if len(value) != len(key) {
		return key, errForm
	}
	return fleet.UUID(value), nil
}

// integerOf reads int2, int4 and int8.
func integerOf(value []byte) (int64, error) {
	switch len(value) {
	case 2:
		return int64(int16(binary.BigEndian.Uint16(value))), nil //nolint:gosec // two's complement
	case 4:
		return int64(int32(binary.BigEndian.Uint32(value))), nil //nolint:gosec // two's complement
	case 8:
		return int64(binary.BigEndian.Uint64(value)), nil //nolint:gosec // two's complement
	default:
		return 0, errForm
	}
}

// epoch is what PostgreSQL counts days and microseconds from.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func timeOf(value []byte) (time.Time, error) {
	n, err := integerOf(value)
	if err != nil || len(value) != 8 || n == math.MaxInt64 || n == math.MinInt64 { // infinity
		return time.Time{}, errForm
	}
	return time.UnixMicro(epoch.UnixMicro() + n).UTC(), nil
}

// appendTime appends a time as scalars.AppendDateTime does.
func appendTime(b []byte, at time.Time) []byte {
	year, month, day := at.Date()
	if year < 0 || year > 9999 {
		return at.AppendFormat(b, "2006-01-02T15:04:05.999999Z")
	}
	b = digits(append(digits(append(digits(b, year, 4), '-'), int(month), 2), '-'), day, 2)
	hour, minute, second := at.Clock()
	b = digits(append(digits(append(digits(append(b, 'T'), hour, 2), ':'), minute, 2), ':'), second, 2)
	if micros := at.Nanosecond() / 1000; micros > 0 {
		width := 6
		for ; micros%10 == 0; micros /= 10 {
			width--
		}
		b = digits(append(b, '.'), micros, width)
	}
	return append(b, 'Z')
}

// digits appends a number with leading zeros.
func digits(b []byte, n, width int) []byte {
	for range width {
		b = append(b, '0')
	}
	for i := len(b) - 1; n > 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return b
}

func appendDate(b, value []byte) ([]byte, error) {
	n, err := integerOf(value)
	if err != nil || len(value) != 4 || n == math.MaxInt32 || n == math.MinInt32 { // infinity
		return b, errForm
	}
	at := epoch.AddDate(0, 0, int(n))
	if year := at.Year(); year < 1 || year > 9999 {
		return at.AppendFormat(b, time.DateOnly), nil
	}
	year, month, day := at.Date()
	return digits(append(digits(append(digits(b, year, 4), '-'), int(month), 2), '-'), day, 2), nil
}

// The sign of a numeric; others are NaN and infinities.
const (
	positive = 0x0000
	negative = 0x4000
)

// appendNumeric appends a numeric as numeric_out writes it: digits to the base 10,000, of which the first counts
// 10,000^weight, and scale decimal places.
func appendNumeric(b, value []byte) ([]byte, error) {
	const header = 8
	if len(value) < header {
		return b, errForm
	}
	word := func(at int) int { return int(int16(binary.BigEndian.Uint16(value[at:]))) } //nolint:gosec // two's complement
	n, weight, sign, scale := word(0), word(2), binary.BigEndian.Uint16(value[4:]), word(6)
	if len(value) != header+2*n || n < 0 || scale < 0 || sign != positive && sign != negative {
		return b, errForm
	}
	group := func(i int) int { // the digits that count 10,000^(weight-i)
		if i < 0 || i >= n {
			return 0
		}
		return word(header + 2*i)
	}
	if sign == negative {
		b = append(b, '-')
	}
	if weight < 0 {
		b = append(b, '0')
	} else {
		b = strconv.AppendInt(b, int64(group(0)), 10)
		for i := 1; i <= weight; i++ {
			b = digits(b, group(i), 4)
		}
	}
	if scale == 0 {
		return b, nil
	}
	b = append(b, '.')
	end := len(b) + scale
	for i := weight + 1; len(b) < end; i++ {
		b = digits(b, group(i), 4)
	}
	return b[:end], nil
}

// keyText returns a sort key as fleet.Position has it.
func keyText(t fleet.KeyType, value []byte) (string, error) {
	switch t {
	case fleet.TimeKey:
		at, err := timeOf(value)
		return string(appendTime(nil, at)), err
	case fleet.DateKey:
		text, err := appendDate(nil, value)
		return string(text), err
	case fleet.DecimalKey:
		text, err := appendNumeric(nil, value)
		return string(text), err
	case fleet.IntegerKey:
		n, err := integerOf(value)
		return strconv.FormatInt(n, 10), err
	default:
		return string(value), nil
	}
}
