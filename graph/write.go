package graph

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

// mutation is a field of the mutation type: T is the result of the store, P the
// payload for the client.
type mutation[T, P any] struct {
	key *string // the client's idempotency key
	// do changes the fleet. Its errors name fields of the input.
	do func(context.Context, fleet.Viewer, fleet.WriteInfo) (T, error)
	// payload returns the answer; the result is T's zero value when there are errors.
	payload func(T, []generated.UserError) *P
}

// write resolves a field of the mutation type. Errors that the user can correct
// go into the payload; all others are errors of the field.
func write[T, P any](ctx context.Context, r *Resolver, c mutation[T, P]) (*P, error) {
	w, hashErr := writeInfo(ctx, c.key)
	v, err := viewerOf(ctx)
	if err = errors.Join(err, hashErr); err != nil {
		return nil, err
	}
	lower := r.Dashboard.Fence(v.CompanyID)
	defer lower()
	result, err := c.do(ctx, v, w)
	if !ofKey(err) {
		err = fleet.InField("input", err)
	}
	faults, err := userErrors(ctx, err)
	if err != nil {
		return nil, err
	}
	return c.payload(result, faults), nil
}

// writeInfo returns the request id and the idempotency key of the field of ctx.
func writeInfo(ctx context.Context, key *string) (fleet.WriteInfo, error) {
	c := caller.Of(ctx)
	w := fleet.WriteInfo{Request: c.RequestID, By: c.Credential()}
	if key == nil {
		return w, nil
	}
	// JSON has maps in the order of their keys, so that equal arguments have equal
	// texts. An argument that is left out differs from null.
	input, err := json.Marshal([]any{graphql.GetFieldContext(ctx).Field.Name, arguments(ctx)})
	if err != nil {
		return w, fmt.Errorf("hash the arguments: %w", err)
	}
	w.Once = &fleet.Once{Key: *key, Input: sha256.Sum256(input)}
	return w, nil
}

// ofKey reports whether err is about the idempotency key, which is an argument
// beside the input.
func ofKey(err error) bool {
	faults := fleet.FaultsOf(err)
	return len(faults) == 1 && faults[0].Field == "idempotencyKey"
}

// userErrors returns the errors that the user can correct, or else err.
func userErrors(ctx context.Context, err error) ([]generated.UserError, error) {
	if err == nil {
		return []generated.UserError{}, nil
	}
	args := arguments(ctx)
	var stale *fleet.StaleVersion
	if errors.As(err, &stale) {
		return []generated.UserError{&generated.VersionConflict{
			Code: fleet.Conflict, Reason: fleet.Stale, Message: stale.Message(), Field: sentPath(args, stale.Field, ""),
			ExpectedVersion: stale.Expected, Version: stale.Version, Current: stale.Current,
		}}, nil
	}
	faults := fleet.FaultsOf(err)
	if faults == nil {
		return nil, err
	}
	list := make([]generated.UserError, len(faults))
	for i, f := range faults {
		switch f.Code {
		case fleet.BadInput, fleet.NotFound, fleet.Conflict:
			list[i] = &generated.InputError{
				Code: f.Code, Reason: f.Why(), Message: f.Message, Field: sentPath(args, f.Field, f.Related),
			}
		default:
			return nil, err
		}
	}
	return list, nil
}

// arguments returns the arguments of the field of ctx as they were sent, with
// the values of variables.
func arguments(ctx context.Context) map[string]any {
	field := graphql.GetFieldContext(ctx).Field
	return field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
}

// sentPath returns the elements of the path of an argument as far as they exist
// in what was sent; those of related if the first path does not exist in full.
func sentPath(sent map[string]any, field, related string) []string {
	path, full := within(sent, field)
	if !full && related != "" {
		if other, full := within(sent, related); full {
			return other
		}
	}
	return path
}

// within returns the elements of a path that exist in a value, and whether all do.
func within(sent any, field string) (path []string, full bool) {
	for element := range strings.SplitSeq(field, ".") {
		switch v := sent.(type) {
		case map[string]any:
			inner, is := v[element]
			if !is && element == "0" { // one value was sent for a list of one
				continue
			}
			if !is {
				return path, false
			}
			sent = inner
		case []any:
			i, err := strconv.Atoi(element)
			if err != nil || i < 0 || i >= len(v) {
				return path, false
			}
			sent = v[i]
		default:
			return path, false
		}
		path = append(path, element)
	}
	return path, true
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
