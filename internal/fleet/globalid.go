package fleet

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is the type of row that a global id identifies. It is the prefix of the id.
type Kind string

// The kinds that have global ids.
const (
	KindUser           Kind = "user"
	KindEquipment      Kind = "equipment"
	KindOperator       Kind = "operator"
	KindMaintenance    Kind = "maintenance"
	KindAssignment     Kind = "assignment"
	KindAssignmentPlan Kind = "assignmentplan"
	KindMeter          Kind = "meter"
	KindMeterReading   Kind = "reading"
	KindHistory        Kind = "history"
	KindSession        Kind = "session"
	KindToken          Kind = "token"
	KindCompany        Kind = "company"
	KindSchedule       Kind = "schedule"
	KindSite           Kind = "site"
	KindSiteMove       Kind = "sitemove"
	KindPaper          Kind = "paper"
	KindSavedQuery     Kind = "savedquery"
)

// Kinds lists every kind.
func Kinds() []Kind { return slices.Clone(kinds) }

var kinds = []Kind{KindEquipment, KindMaintenance, KindOperator, KindUser, KindAssignment, KindMeterReading,
	KindHistory, KindSession, KindToken, KindCompany, KindSite, KindSiteMove, KindPaper, KindSchedule,
	KindAssignmentPlan, KindMeter, KindSavedQuery}

// The alphabet of Crockford's base 32 in lower case, as TypeID uses it.
const base32 = "0123456789abcdefghjkmnpqrstvwxyz"

// base32Value holds each character's value, 0xFF for those not in the alphabet.
var base32Value = func() (v [256]byte) {
	for i := range v {
		v[i] = 0xFF
	}
	for i := range base32 {
		v[base32[i]] = byte(i)
	}
	return v
}()

// suffixLen is the number of base 32 characters of a 128-bit key.
const suffixLen = 26

// GlobalID returns the public id of a row: its kind, "_", and its key in 26 characters, encoded as
// in the TypeID specification 0.3 (https://github.com/jetify-com/typeid). It never changes and is
// unique across kinds and companies.
func GlobalID(k Kind, u UUID) string {
	return string(AppendGlobalID(make([]byte, 0, len(k)+1+suffixLen), k, u))
}

// AppendGlobalID appends what GlobalID returns.
func AppendGlobalID(b []byte, k Kind, u UUID) []byte {
	b = append(append(b, k...), '_')
	from := len(b)
	var suffix [suffixLen]byte
	b = append(b, suffix[:]...)
	// 128 bits in 26 characters of 5 bits: the first one carries only 3.
	hi := uint64(u[0])<<56 | uint64(u[1])<<48 | uint64(u[2])<<40 | uint64(u[3])<<32 |
		uint64(u[4])<<24 | uint64(u[5])<<16 | uint64(u[6])<<8 | uint64(u[7])
	lo := uint64(u[8])<<56 | uint64(u[9])<<48 | uint64(u[10])<<40 | uint64(u[11])<<32 |
		uint64(u[12])<<24 | uint64(u[13])<<16 | uint64(u[14])<<8 | uint64(u[15])
	for i := len(b) - 1; i >= from; i-- {
		b[i] = base32[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return b
}

// ParseGlobalID parses a global id. The error is a BAD_INPUT without field that describes the form
// of an id.
func ParseGlobalID(s string) (Kind, UUID, error) {
	prefix, suffix, found := strings.Cut(s, "_")
	if !found || len(suffix) != suffixLen || suffix[0] > '7' {
		return "", UUID{}, badID(s)
	}
	var k Kind
	for _, known := range kinds {
		if prefix == string(known) {
			k = known
		}
	}
	if k == "" {
		return "", UUID{}, badID(s)
	}
	var hi, lo uint64
	for i := range len(suffix) {
		v := base32Value[suffix[i]]
		if v == 0xFF {
			return "", UUID{}, badID(s)
		}
		hi = hi<<5 | lo>>59
		lo = lo<<5 | uint64(v)
	}
	var u UUID
	for i := 7; i >= 0; i-- {
		u[i], u[i+8] = byte(hi), byte(lo)
		hi >>= 8
		lo >>= 8
	}
	return k, u, nil
}

// ParseIDOf parses the global id of a row of kind k. An id of another kind is a BAD_INPUT that
// names both kinds.
func ParseIDOf(k Kind, s string) (UUID, error) {
	got, u, err := ParseGlobalID(s)
	if err != nil {
		return UUID{}, err
	}
	if got != k {
		return UUID{}, otherKind(s, got, k)
	}
	return u, nil
}

func otherKind(id string, got, want Kind) error {
	return &Error{Code: BadInput,
		Message: fmt.Sprintf("%q is the id of %s, expected the id of %s", id, article(got), article(want))}
}

func badID(s string) error {
	return &Error{Code: BadInput, Message: fmt.Sprintf(
		"%s is not an id: ids look like %q and come from the id fields of this API",
		Quote(s),
		GlobalID(KindEquipment, UUID{}),
	)}
}

func article(k Kind) string {
	switch k {
	case KindEquipment:
		return "a piece of equipment"
	case KindMaintenance:
		return "a maintenance record"
	case KindOperator:
		return "an operator"
	case KindAssignment:
		return "an assignment"
	case KindAssignmentPlan:
		return "an assignment plan"
	case KindMeter:
		return "a meter"
	case KindMeterReading:
		return "a meter reading"
	case KindHistory:
		return "an entry of the history"
	case KindSession:
		return "a session"
	case KindToken:
		return "an access token"
	case KindCompany:
		return "a company"
	case KindSchedule:
		return "a service schedule"
	case KindSite:
		return "a site"
	case KindSiteMove:
		return "a move to a site"
	case KindPaper:
		return "a paper"
	case KindSavedQuery:
		return "a saved query"
	default:
		return "a user"
	}
}
