package graph

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
)

// filterArgument is the name of the argument that selects rows.
const filterArgument = "filter"

// checkFilter checks the filter of the field of ctx.
func checkFilter(ctx context.Context, check func() error) error {
	err := checkNulls(ctx, filterArgument)
	if err == nil {
		err = check()
	}
	return fleet.InField(filterArgument, err)
}

// checkNulls returns a BAD_INPUT for a null within an argument of the field of ctx, such as the filter. A
// null there would be no condition, where callers ask for rows without a value. The argument itself may be
// null.
func checkNulls(ctx context.Context, argument string) error {
	field := graphql.GetFieldContext(ctx).Field
	if field.Arguments.ForName(argument) == nil {
		return nil
	}
	value := field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)[argument]
	if value == nil {
		return nil
	}
	return nullIn(value)
}

// nullIn returns the error of a null within a value, with the path to it.
func nullIn(value any) error {
	switch value := value.(type) {
	case nil:
		return fleet.BadInputf("", "null is no condition: leave it out, or ask with isNull for rows without a value")
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if err := nullIn(value[name]); err != nil {
				return fleet.InField(name, err)
			}
		}
	case []any:
		for i, v := range value {
			if err := nullIn(v); err != nil {
				return fleet.InField(fmt.Sprint(i), err)
			}
		}
	}
	return nil
}
