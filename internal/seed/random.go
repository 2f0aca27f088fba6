package seed

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// purpose separates the random streams of one company: draws from one of them never shift another.
type purpose uint64

const (
	ofPeople purpose = iota + 1
	ofMachine
	ofHistory
	ofRecord
	ofAssignments
	ofReadings
	ofSites
	ofPapers
)

// random is a stream of one company, one purpose and one row. Generating row 7 again draws the same numbers, whatever
// was generated before it.
type random struct {
	*rand.Rand
	source *rand.PCG
	root   uint64
}

// newRandom returns the streams of a company. The same seed gives another fleet, with other keys, for another company.
func newRandom(seed uint64, company string) *random {
	h := fnv.New64a()
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, seed))
	_, _ = h.Write([]byte(strings.ToLower(company)))
	source := rand.NewPCG(0, 0)
	return &random{rand.New(source), source, h.Sum64()} //nolint:gosec // data, not secrets
}

// start moves r to the beginning of a stream.
func (r *random) start(p purpose, row, part int) {
	r.source.Seed(scatter(r.root^uint64(p)<<56), scatter(uint64(row)<<24^uint64(part))) //nolint:gosec // any bits do
}

// scatter is the finalizer of SplitMix64. It gives neighbouring rows unrelated streams.
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// chance is true with probability p.
func (r *random) chance(p float64) bool { return r.Float64() < p }

// between is uniform in [low, high).
func (r *random) between(low, high float64) float64 { return low + (high-low)*r.Float64() }

// logNormal has the given median; sigma is the spread of its logarithm.
func (r *random) logNormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*r.NormFloat64())
}

// whole rounds x up or down at random, so that the mean stays x.
func (r *random) whole(x float64) int { return int(x + r.Float64()) }

// one draws an element of list.
func one[T any](r *random, list []T) T { return list[r.IntN(len(list))] }

// key returns a version 7 UUID (RFC 9562 §5.7) of a row created at that moment.
func (r *random) key(at instant) fleet.UUID {
	var u fleet.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at)<<16|r.Uint64()&0xfff) //nolint:gosec // at is after 1970
	binary.BigEndian.PutUint64(u[8:], r.Uint64())
	u[6] = u[6]&0x0f | 0x70
	u[8] = u[8]&0x3f | 0x80
	return u
}

// instant is a moment in milliseconds since 1970, as in a version 7 key.
type instant int64

// Durations as instants count them.
const (
	minute instant = 60_000
	hour           = 60 * minute
	day            = 24 * hour
	year           = 365*day + 6*hour
)

func instantOf(t time.Time) instant { return instant(t.UnixMilli()) }
func (i instant) time() time.Time   { return time.UnixMilli(int64(i)).UTC() }
func (i instant) midnight() instant { return i - i%day }
func days(n float64) instant        { return instant(n * float64(day)) }
func hoursLong(n float64) instant   { return instant(n * float64(hour)) }
func (i instant) years() float64    { return float64(i) / float64(year) }
