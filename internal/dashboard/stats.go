package dashboard

import (
	"context"
	"time"

	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
)

// Source computes statistics, as internal/store does with one statement. The figures depend on the
// company and the scope, for MINE on the user, and on whether the role is OPERATOR.
type Source interface {
	DashboardStats(ctx context.Context, v fleet.Viewer, scope fleet.StatsScope) (fleet.DashboardStats, error)
}

// Defaults of Config.
const (
	DefaultTTL         = 30 * time.Minute
	defaultMaxCost     = 16 << 20 // bytes: some thirty thousand statistics
	defaultLoadTimeout = 30 * time.Second
)

// statsCost is about what one DashboardStats takes, in bytes.
const statsCost = 500

// Dashboard answers statistics. Its methods may be called concurrently.
type Dashboard struct {
	source Source
	cache  *Cache[fleet.DashboardStats]
}

// New returns a Dashboard that keeps statistics for at most ttl; 0 keeps none.
// Close ends it.
func New(source Source, ttl time.Duration) (*Dashboard, error) {
	cache, err := NewCache(CacheConfig{TTL: ttl, MaxCost: defaultMaxCost, LoadTimeout: defaultLoadTimeout},
		func(fleet.DashboardStats) int64 { return statsCost })
	if err != nil {
		return nil, err
	}
	return &Dashboard{source, cache}, nil
}

// Close cancels running loads and frees the memory; no goroutine is left. After
// it Stats reads from the source.
func (d *Dashboard) Close() { d.cache.Close() }

// Stats returns the figures of a scope, or FORBIDDEN: from memory unless a write
// to the company has been committed since they were computed, else from the
// source. Readers share the value and must not modify it. The figures of an
// OPERATOR always come from the source, because the age of a cached value would
// reveal when rows changed that the operator does not see; an operator has few machines.
func (d *Dashboard) Stats(ctx context.Context, v fleet.Viewer, scope fleet.StatsScope) (fleet.DashboardStats, error) {
	if err := v.CheckScope(scope); err != nil {
		return fleet.DashboardStats{}, err
	}
	if v.Role == fleet.RoleOperator {
		return d.source.DashboardStats(ctx, v, scope)
	}
	parts := []string{"stats", string(scope)}
	if scope == fleet.StatsScopeMine {
		parts = append(parts, v.UserID.String())
	}
	return d.cache.Get(ctx, v.CompanyID.String(), Key(parts...),
		func(ctx context.Context) (fleet.DashboardStats, error) {
			return d.source.DashboardStats(ctx, v, scope)
		})
}

// Fence announces a write to a company's rows by this process, before its transaction begins. Call
// lower when the transaction has ended, committed or not, best by defer. Until then the company's
// statistics are read from the source.
func (d *Dashboard) Fence(company fleet.UUID) (lower func()) { return d.cache.Fence(company.String()) }

// Invalidate invalidates the statistics of companies after commits of other processes.
func (d *Dashboard) Invalidate(companies ...fleet.UUID) {
	for _, company := range companies {
		d.cache.Invalidate(company.String())
	}
}

// InvalidateAll invalidates all statistics.
func (d *Dashboard) InvalidateAll() { d.cache.InvalidateAll() }

var _ events.Handler = (*Dashboard)(nil)

// Changed implements events.Handler.
func (d *Dashboard) Changed(c fleet.TableChange) {
	if c.Company.IsZero() {
		d.InvalidateAll()
		return
	}
	d.Invalidate(c.Company) // maintenance records too: they move the sequence
}

// Lost implements events.Handler: until Found every read goes to the source.
func (d *Dashboard) Lost() { d.cache.Suspend() }

// Found implements events.Handler.
func (d *Dashboard) Found() { d.cache.Resume() }

// Metrics returns the counters of the cache.
func (d *Dashboard) Metrics() Metrics { return d.cache.Metrics() }
