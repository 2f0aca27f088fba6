package telemetry

import (
	"context"
	"strings"
	"sync"
	"time"
)

// maxAnalysed is how many statements, and how many loaders, an analysis lists. All statements are counted.
const maxAnalysed = 500

// Analysis gathers the statements and batches of one operation. Its methods may be called concurrently,
// and on nil, which gathers nothing.
type Analysis struct {
	place func(ctx context.Context) string

	mu      sync.Mutex
	total   time.Duration // of the statements
	found   AnalysisReport
	loaders map[string]*AnalysedLoader
}

// AnalysisReport is extensions.queryAnalysis of a response. Times are in milliseconds.
type AnalysisReport struct {
	// TotalQueries is the number of statements, those of transactions (BEGIN, COMMIT) included.
	TotalQueries int `json:"totalQueries"`
	// TotalTime is the sum of their durations. Statements that run at the same time can take longer
	// together than the operation.
	TotalTime float64 `json:"totalTime"`
	// AverageTime is null without statements.
	AverageTime *float64 `json:"averageTime"`
	// SlowQueries is the number of statements over FLEET_SLOW_STATEMENT.
	SlowQueries int `json:"slowQueries"`
	// Queries are the first 500 statements, in the order in which they ended.
	Queries []AnalysedQuery `json:"queries"`
	// Loaders are the batches of fields that load by key.
	Loaders []*AnalysedLoader `json:"loaders"`
}

// AnalysedQuery is one statement, without its parameters.
type AnalysedQuery struct {
	// Statement has $ for each parameter, and one row in place of many that it inserts.
	Statement string `json:"statement"`
	// Duration is the time from sending it to its last row, in milliseconds.
	Duration float64 `json:"duration"`
	// Rows is the number of rows returned or changed.
	Rows int64 `json:"rows"`
	// Place is the field that sent it, as "equipmentList.nodes.operator"; "" outside of fields.
	Place string `json:"place"`
}

// AnalysedLoader is what a field has loaded by key.
type AnalysedLoader struct {
	// Name is the place of the field.
	Name string `json:"name"`
	// Keys is the number of different keys of all batches.
	Keys int `json:"keys"`
	// Batches is the number of batches.
	Batches int `json:"batches"`
	// CacheHits is how many objects were given a value that another one had asked for.
	CacheHits int `json:"cacheHits"`
}

type analysisKey struct{}

// Analyze returns a context in which statements and batches are gathered. Place returns the field that sends
// a statement with its context, unless At has named it.
func Analyze(ctx context.Context, place func(ctx context.Context) string) (context.Context, *Analysis) {
	a := &Analysis{place: place, loaders: map[string]*AnalysedLoader{},
		found: AnalysisReport{Queries: []AnalysedQuery{}, Loaders: []*AnalysedLoader{}}}
	return context.WithValue(ctx, analysisKey{}, a), a
}

// AnalysisOf returns the analysis of ctx; nil for none.
func AnalysisOf(ctx context.Context) *Analysis {
	a, _ := ctx.Value(analysisKey{}).(*Analysis)
	return a
}

type placeKey struct{}

// At returns a context for statements that the field at place sends.
func At(ctx context.Context, place string) context.Context {
	return context.WithValue(ctx, placeKey{}, place)
}

type placesKey struct{}

// AtEach returns a context for statements that are sent together: places has the field of each, by its text.
func AtEach(ctx context.Context, places map[string]string) context.Context {
	return context.WithValue(ctx, placesKey{}, places)
}

// placeOf returns the field that has sent a statement with ctx, and whether it is named.
func placeOf(ctx context.Context, sql string) (place string, named bool) {
	places, _ := ctx.Value(placesKey{}).(map[string]string)
	if place, named = places[sql]; !named {
		place, named = ctx.Value(placeKey{}).(string)
	}
	return place, named
}

// Observed reports whether statements of ctx are listed by an analysis or a trace, so that fields should name
// theirs.
func Observed(ctx context.Context) bool { return AnalysisOf(ctx) != nil || Traced(ctx) }

// Statement is a statement that has ended.
type Statement struct {
	SQL    string
	Begun  time.Time
	Took   time.Duration
	Rows   int64 // returned or changed
	Slow   bool  // took longer than FLEET_SLOW_STATEMENT
	Failed error
}

// AddStatement adds a statement that was sent with ctx to the analysis and the trace that observe it. Shown returns
// its text without parameters.
func AddStatement(ctx context.Context, s Statement, shown func(sql string) string) {
	a, traced := AnalysisOf(ctx), Traced(ctx)
	if a == nil && !traced {
		return
	}
	text := shown(s.SQL)
	place, named := placeOf(ctx, s.SQL)
	if traced {
		kind, _, _ := strings.Cut(text, " ")
		traceStatement(ctx, strings.ToUpper(kind), place, text, s.Begun, s.Rows, s.Failed)
	}
	if a == nil {
		return
	}
	if !named {
		place = a.place(ctx)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.found.TotalQueries++
	a.total += s.Took
	if s.Slow {
		a.found.SlowQueries++
	}
	if len(a.found.Queries) < maxAnalysed {
		a.found.Queries = append(a.found.Queries,
			AnalysedQuery{Statement: text, Duration: Milliseconds(s.Took), Rows: s.Rows, Place: place})
	}
}

// Batch adds a batch of the field at place: its different keys, and the objects that have queued one.
func (a *Analysis) Batch(place string, keys, objects int) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.loaders[place]
	if l == nil {
		if len(a.loaders) == maxAnalysed {
			return
		}
		l = &AnalysedLoader{Name: place}
		a.loaders[place] = l
		a.found.Loaders = append(a.found.Loaders, l)
	}
	l.Batches++
	l.Keys += keys
	l.CacheHits += objects - keys
}

// Report returns what was gathered so far.
func (a *Analysis) Report() AnalysisReport {
	a.mu.Lock()
	defer a.mu.Unlock()
	r := a.found
	r.TotalTime = Milliseconds(a.total)
	if r.TotalQueries > 0 {
		average := Milliseconds(a.total / time.Duration(r.TotalQueries))
		r.AverageTime = &average
	}
	r.Queries = append([]AnalysedQuery{}, r.Queries...)
	r.Loaders = make([]*AnalysedLoader, len(a.found.Loaders))
	for i, l := range a.found.Loaders {
		copied := *l
		r.Loaders[i] = &copied
	}
	return r
}
