package ceiling

import (
	"encoding/binary"
	"strconv"
	"time"
)

// PostgreSQL counts from here, in days or microseconds.
var epoch = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

// appendID appends a row's global id, quoted. kind has its "_".
func appendID(b []byte, kind string, key []byte) []byte {
	b = append(b, '"')
	b = append(b, kind...)
	hi, lo := binary.BigEndian.Uint64(key), binary.BigEndian.Uint64(key[8:])
	var text [26]byte
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = crockford[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return append(append(b, text[:]...), '"')
}

// appendText appends a text as a JSON string, nil as null.
func appendText(b, text []byte) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	b = append(b, '"')
	start := 0
	for i, c := range text {
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, text[start:i]...)
		start = i + 1
		switch c {
		case '\t':
			b = append(b, '\\', 't')
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '"', '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, '\\', 'u', '0', '0', "0123456789ABCDEF"[c>>4], "0123456789ABCDEF"[c&15])
		}
	}
	return append(append(b, text[start:]...), '"')
}

// appendPlain appends a text that needs no escaping, such as a status.
func appendPlain(b, text []byte) []byte {
	if text == nil {
		return append(b, "null"...)
	}
	b = append(b, '"')
	return append(append(b, text...), '"')
}

// appendTime appends a timestamptz.
func appendTime(b, micros []byte) []byte {
	n := int64(binary.BigEndian.Uint64(micros))
	t := epoch.Add(time.Duration(n/1_000_000) * time.Second).Add(time.Duration(n%1_000_000) * time.Microsecond)
	b = append(b, '"')
	b = t.AppendFormat(b, "2006-01-02T15:04:05.999999Z")
	return append(b, '"')
}

// appendDate appends a date.
func appendDate(b, days []byte) []byte {
	b = append(b, '"')
	b = epoch.AddDate(0, 0, int(int32(binary.BigEndian.Uint32(days)))).AppendFormat(b, time.DateOnly)
	return append(b, '"')
}

// appendInt appends an int4 or int8.
func appendInt(b, n []byte) []byte {
	if len(n) == 4 {
		return strconv.AppendInt(b, int64(int32(binary.BigEndian.Uint32(n))), 10)
	}
	return strconv.AppendInt(b, int64(binary.BigEndian.Uint64(n)), 10)
}

// index reads WITH ORDINALITY's number, which begins at 1.
func index(n []byte) int { return int(binary.BigEndian.Uint64(n)) - 1 }
