package fleet

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"
)

// Position is a position in an ordered list: after the row with this sort key and, among equal sort
// keys, this id.
type Position struct {
	Key string // the row's sort key as text that PostgreSQL reads
	ID  UUID
}

// List says which list a cursor belongs to: rows of one type of one company in one order.
type List struct {
	Name    string // such as "equipment"
	Company UUID
	Order   string
	Key     KeyType
}

// KeyType is the type of a sort key.
type KeyType int

// The types of sort keys.
const (
	TextKey KeyType = iota
	TimeKey
	DateKey
	DecimalKey
	IntegerKey // of PostgreSQL's type integer
)

// cursorVersion is the first byte of a cursor, so that the encoding can change.
const cursorVersion = 1

// Cursor encodes a position in the list as opaque text. It is not secret: it contains the sort key
// and the id of a row that the client has received.
func (l List) Cursor(p Position) string {
	b := make([]byte, 0, 2+len(l.Order)+len(p.ID)+len(p.Key)+crc32.Size)
	b = append(b, cursorVersion, byte(len(l.Order)))
	b = append(b, l.Order...)
	b = append(b, p.ID[:]...)
	b = append(b, p.Key...)
	b = binary.BigEndian.AppendUint32(b, l.sum(b))
	return base64.RawURLEncoding.EncodeToString(b)
}

// maxCursor bounds what Position decodes: the longest key is a name of 200
// characters of 4 bytes each.
const maxCursor = 2048

// Position decodes a cursor of this list. A damaged cursor, or one of another list, company or
// order, is a BAD_INPUT without field.
func (l List) Position(cursor string) (Position, error) {
	broken := BadInputf("",
		"%s is not a cursor of this list: take cursors as they come from pageInfo or edges of the same field", Quote(cursor))
	if len(cursor) > maxCursor || strings.ContainsAny(cursor, "\r\n") { // which base64 ignores
		return Position{}, broken
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) < 2+len(UUID{})+crc32.Size || b[0] != cursorVersion {
		return Position{}, broken
	}
	payload, sum := b[:len(b)-crc32.Size], b[len(b)-crc32.Size:]
	if binary.BigEndian.Uint32(sum) != l.sum(payload) {
		return Position{}, broken
	}
	rest := payload[2:]
	if n := int(payload[1]); n+len(UUID{}) > len(rest) {
		return Position{}, broken
	} else if order := string(rest[:n]); order != l.Order {
		return Position{}, BadInputf("", "this cursor was made with orderBy: %s and means nothing with orderBy: %s",
			order, l.Order)
	} else {
		rest = rest[n:]
	}
	p := Position{Key: string(rest[len(UUID{}):]), ID: UUID(rest[:len(UUID{})])}
	if l.Key.check(p.Key) != nil {
		return Position{}, broken
	}
	return p, nil
}

// sum detects damaged cursors and cursors of other lists.
func (l List) sum(payload []byte) uint32 {
	h := crc32.NewIEEE()
	_, _ = h.Write([]byte(l.Name))
	_, _ = h.Write(l.Company[:])
	_, _ = h.Write(payload)
	return h.Sum32()
}

func (k KeyType) check(key string) (err error) {
	switch k {
	case TimeKey:
		var t time.Time
		t, err = time.Parse(time.RFC3339Nano, key)
		// Go parses moments that PostgreSQL rejects, such as with a comma, an offset of a day or the year 0.
		if err == nil && (t.UTC().Year() < 1 || timeKey(t) != key) {
			err = fmt.Errorf("%s is not written as in cursors", Quote(key))
		}
	case DateKey:
		_, err = ParseDate(key)
	case DecimalKey:
		_, err = ParseDecimal(key)
	case IntegerKey:
		var n int64
		if n, err = strconv.ParseInt(key, 10, 32); err == nil && strconv.FormatInt(n, 10) != key {
			err = fmt.Errorf("%s is not written as in cursors", Quote(key))
		}
	default:
		err = CheckText(key)
	}
	return err
}

func timeKey(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
