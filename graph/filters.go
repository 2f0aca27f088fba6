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
	err := checkNulls(ctx)
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
	filter, _ := filterOf(ctx).(map[string]any)
	if _, asks := filter["deleted"]; !asks {
		return nil
	}
	v, err := viewerOf(ctx)
	if err != nil {
		return err
	}
	return v.CheckDeleted()
}

// filterOf returns the filter of the field of ctx as it was sent, nil for none.
func filterOf(ctx context.Context) any {
	field := graphql.GetFieldContext(ctx).Field
	if field.Arguments.ForName(filterArgument) == nil {
		return nil
	}
	return field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)[filterArgument]
}

// checkNulls returns a BAD_INPUT for a null within the filter of the field of ctx. A null there
// would be no condition, where callers ask for rows without a value. The filter itself may be null.
func checkNulls(ctx context.Context) error {
	filter := filterOf(ctx)
	if filter == nil {
		return nil
	}
	return nullIn(filter)
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
