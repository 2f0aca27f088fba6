package app

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// DefaultPlanEvery is how often services are planned that have come within their lead time. Those that become due by a
// meter reading are planned with the reading, unless it was imported.
const DefaultPlanEvery = 30 * time.Second

// planned is what is planned ahead: a store carries it out as far as its time has come, at a moment that is now if it is
// nil, and says how much that was.
type planned interface {
	PlanServices(ctx context.Context, at *time.Time) (int, error)
	CarryOutAssignmentPlans(ctx context.Context, at *time.Time) (int, error)
}

// planner plans the services of schedules and carries out the assignments that are planned. Every instance has one; a
// lock in the database lets one at a time work on a company.
type planner struct {
	store   planned
	every   time.Duration
	log     *slog.Logger
	planned prometheus.Counter
	failed  prometheus.Counter
	last    prometheus.Gauge

	assignments       prometheus.Counter
	assignmentsFailed prometheus.Counter
}

func newPlanner(store planned, every time.Duration, log *slog.Logger, reg *prometheus.Registry) *planner {
	p := &planner{
		store: store, every: cmp.Or(every, DefaultPlanEvery), log: log,
		planned: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_services_planned_total",
			Help: "Maintenance records that this instance has planned because a service schedule was due."}),
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_service_planning_failures_total",
			Help: "Rounds of planning that failed. The next round tries again."}),
		last: prometheus.NewGauge(prometheus.GaugeOpts{Name: "fleet_service_planning_last_success_timestamp_seconds",
			Help: "When the last round of planning ended without a failure, in seconds since 1970; 0 before the first one."}),
		assignments: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_assignment_plans_total",
			Help: "Assignment plans that this instance has begun, ended or dropped because their time had come."}),
		assignmentsFailed: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_assignment_plan_failures_total",
			Help: "Rounds of carrying out assignment plans that failed. The next round tries again."}),
	}
	reg.MustRegister(p.planned, p.failed, p.last, p.assignments, p.assignmentsFailed)
	return p
}

// run plans at once, and then again and again until ctx ends.
func (p *planner) run(ctx context.Context) error {
	if p.every < 0 {
		return nil
	}
	tick := time.NewTicker(p.every)
	defer tick.Stop()
	for {
		p.round(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (p *planner) round(ctx context.Context) {
	p.planServices(ctx)
	p.carryOutPlans(ctx)
}

func (p *planner) planServices(ctx context.Context) {
	n, err := p.store.PlanServices(ctx, nil)
	p.planned.Add(float64(n))
	switch {
	case err == nil:
		p.last.SetToCurrentTime()
	case !errors.Is(err, context.Canceled):
		p.failed.Inc()
		p.log.WarnContext(ctx, "service planning failed", "error", err)
	}
	if n > 0 {
		p.log.InfoContext(ctx, "services planned", "records", n)
	}
}

func (p *planner) carryOutPlans(ctx context.Context) {
	n, err := p.store.CarryOutAssignmentPlans(ctx, nil)
	p.assignments.Add(float64(n))
	if err != nil && !errors.Is(err, context.Canceled) {
		p.assignmentsFailed.Inc()
		p.log.WarnContext(ctx, "carrying out assignment plans failed", "error", err)
	}
	if n > 0 {
		p.log.InfoContext(ctx, "assignment plans carried out", "plans", n)
	}
}
