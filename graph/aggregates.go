package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
)

// aggregate checks the arguments of the field of ctx and groups rows: groups computes the figures that are
// selected, and no others.
func aggregate(
	ctx context.Context,
	of fleet.Aggregated,
	filter func() error,
	a *fleet.Aggregation,
	groups func(context.Context, fleet.Viewer, *fleet.Aggregation) ([]*fleet.Aggregate, error),
) ([]*fleet.Aggregate, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	if err := checkFilter(ctx, filter); err != nil {
		return nil, err
	}
	if err := checkNulls(ctx, "having"); err != nil {
		return nil, fleet.InField("having", err)
	}
	selectFigures(ctx, a)
	if err := a.Check(of); err != nil {
		return nil, err
	}
	return groups(ctx, v, a)
}

// numberOfField are the numbers by the fields that have their figures: COST by cost, LABOUR_COST by labourCost.
var numberOfField = func() map[string]fleet.Number {
	fields := map[string]fleet.Number{}
	for _, n := range fleet.Numbers() {
		words := strings.Split(strings.ToLower(string(n)), "_")
		for i, w := range words[1:] {
			words[i+1] = strings.ToUpper(w[:1]) + w[1:]
		}
		fields[strings.Join(words, "")] = n
	}
	return fields
}()

// selectFigures notes the figures that are selected below the field of ctx.
func selectFigures(ctx context.Context, a *fleet.Aggregation) {
	o := graphql.GetOperationContext(ctx)
	for _, field := range graphql.CollectFieldsCtx(ctx, []string{"EquipmentAggregate", "MaintenanceAggregate"}) {
		number, is := numberOfField[field.Name]
		if !is {
			continue
		}
		for _, figure := range graphql.CollectFields(o, field.Selections, []string{"NumberFigures"}) {
			a.Wants(number, fleet.Figure(strings.ToUpper(figure.Name)))
		}
	}
}
