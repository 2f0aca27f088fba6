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
		err = checkDeleted(ctx)
	}
	if err == nil {
		err = check()
	}
	return fleet.InField(filterArgument, err)
}

// checkDeleted returns FORBIDDEN when the filter of the field of ctx asks for deleted rows and the
// viewer may not.
func checkDeleted(ctx context.Context) error {
	filter, _ := argumentOf(ctx, filterArgument).(map[string]any)
	if _, asks := filter["deleted"]; !asks {
		return nil
	}
	v, err := viewerOf(ctx)
	if err != nil {
		return err
	}
	return v.CheckDeleted()
}

// argumentOf returns an argument of the field of ctx as it was sent, nil for none.
func argumentOf(ctx context.Context, name string) any {
	field := graphql.GetFieldContext(ctx).Field
	if field.Arguments.ForName(name) == nil {
		return nil
	}
	return field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)[name]
}

// checkNulls returns a BAD_INPUT for a null within an argument of the field of ctx, such as the filter. A
// null there would be no condition, where callers ask for rows without a value. The argument itself may be
// null.
func checkNulls(ctx context.Context, argument string) error {
	value := argumentOf(ctx, argument)
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
