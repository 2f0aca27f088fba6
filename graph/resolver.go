// Package graph answers GraphQL: resolvers translate arguments, call one
// method of the store or of the dashboard, and leave the rest to it. No SQL
// and no rules live here; what a field means is written in the *.graphqls
// files, how its loads are gathered in graph/loaders.
package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/relay"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/export"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/batch"
	"bitcorp.dev/fleet/internal/store"
)

// Statistics answers dashboardStats; internal/dashboard does, from its cache.
type Statistics interface {
	Stats(ctx context.Context, v fleet.Viewer, scope fleet.StatsScope) (fleet.DashboardStats, error)
	// Fence announces a change to a company's rows; lower says that it has ended.
	Fence(company fleet.UUID) (lower func())
}

// Feed tells of committed changes; internal/events does.
type Feed interface {
	Watch(company fleet.UUID) *events.Watch
}

// Accounts reads users, their sessions and access tokens, as far as the viewer
// may see them; store.Identity does. It is all that resolvers reach of it.
type Accounts interface {
	UserPage(ctx context.Context, v fleet.Viewer, f *fleet.UserFilter, o fleet.UserOrder,
		w fleet.Window) (fleet.Page[*fleet.User], error)
	UserCount(ctx context.Context, v fleet.Viewer, f *fleet.UserFilter) (int, error)
	SessionsByUser(ctx context.Context, v fleet.Viewer, users []fleet.UUID) (map[fleet.UUID][]*fleet.Session, error)
	TokensByUser(ctx context.Context, v fleet.Viewer, users []fleet.UUID) (map[fleet.UUID][]*fleet.AccessToken, error)
	PasswordsToChange(ctx context.Context, v fleet.Viewer, users []fleet.UUID) (map[fleet.UUID]*bool, error)
}

// Resolver holds what the resolvers ask.
type Resolver struct {
	Store     *store.Fleet
	Accounts  Accounts
	Dashboard Statistics
	Feed      Feed
	Identity  *auth.Service // of users, sessions and access tokens
}

// viewerOf returns the viewer of ctx's request, or UNAUTHENTICATED.
func viewerOf(ctx context.Context) (fleet.Viewer, error) {
	v, ok := caller.ViewerOf(ctx)
	if !ok {
		return v, &fleet.Error{Code: fleet.Unauthenticated, Message: "sign in first: this request names no user"}
	}
	return v, nil
}

// byKey is a method of the store that loads the values of many keys.
type byKey[V any] func(ctx context.Context, v fleet.Viewer, keys []fleet.UUID) (map[fleet.UUID]V, error)

// one resolves a field that leads to at most one row.
func one[T any](ctx context.Context, key fleet.UUID, load byKey[*T]) (*T, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, keys []fleet.UUID) (map[fleet.UUID]*T, error) { return load(ctx, v, keys) }
	return batch.Load(ctx, key, read, func(row *T) (*T, error) { return row, nil })
}

// maybeOne resolves a field that leads to a row, or to none.
func maybeOne[T any](ctx context.Context, key *fleet.UUID, load byKey[*T]) (*T, error) {
	if key == nil {
		return nil, nil
	}
	return one(ctx, *key, load)
}

// userOf resolves a field that leads to a user, or to none.
func (r *Resolver) userOf(ctx context.Context, id *fleet.UUID) (*fleet.User, error) {
	return maybeOne(ctx, id, r.Store.UsersByID)
}

// oneByID resolves a field of the query that takes the id of a row of kind k.
func oneByID[T any](ctx context.Context, k fleet.Kind, id string, load byKey[*T]) (*T, error) {
	key, err := fleet.ParseIDOf(k, id)
	if err != nil {
		return nil, fleet.InField("id", err)
	}
	return one(ctx, key, load)
}

// list is what a connection asks: a part of a list, and how long the list is.
type list[T any] struct {
	check  func() error // of the filter; the Error names the filter's field
	in     func(company fleet.UUID) fleet.List
	at     func(*T) fleet.Position
	page   func(context.Context, fleet.Viewer, fleet.Window) (fleet.Page[*T], error)
	number func(context.Context, fleet.Viewer) (int, error)
}

// connection resolves a field of the query to a list of the company's rows.
func connection[T any](ctx context.Context, args fleet.PageArgs, l list[T]) (*relay.Connection[T], error) {
	v, w, in, err := l.window(ctx, args)
	if err != nil {
		return nil, err
	}
	page, err := l.page(ctx, v, w)
	if err != nil {
		return nil, err
	}
	l.read(ctx, args, page)
	total := func(ctx context.Context) (int, error) { return l.number(ctx, v) }
	return relay.NewConnection(page, l.cursor(in), total), nil
}

// pagesBy is a method of the store that loads a part of the list of each key.
type pagesBy[T any] func(context.Context, fleet.Viewer, []fleet.UUID, fleet.Window) (map[fleet.UUID]fleet.Page[*T], error)

// listOf is what a connection of a row asks, for all rows of its place at once.
type listOf[T any] struct {
	list[T]
	pages   pagesBy[T]
	numbers byKey[int]
}

// connectionOf resolves a field of a row to a list of rows that belong to it.
func connectionOf[T any](
	ctx context.Context,
	parent fleet.UUID,
	args fleet.PageArgs,
	l listOf[T],
) (*relay.Connection[T], error) {
	v, w, in, err := l.window(ctx, args)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, parents []fleet.UUID) (map[fleet.UUID]fleet.Page[*T], error) {
		return l.pages(ctx, v, parents, w)
	}
	total := func(ctx context.Context) (int, error) {
		read := func(ctx context.Context, parents []fleet.UUID) (map[fleet.UUID]int, error) {
			return l.numbers(ctx, v, parents)
		}
		return batch.Load(ctx, parent, read, func(n int) (int, error) { return n, nil })
	}
	return batch.Load(ctx, parent, read, func(page fleet.Page[*T]) (*relay.Connection[T], error) {
		l.read(ctx, args, page)
		return relay.NewConnection(page, l.cursor(in), total), nil
	})
}

// window checks the arguments of a connection. In an export of the list they say which page is the next one.
func (l list[T]) window(
	ctx context.Context,
	args fleet.PageArgs,
) (v fleet.Viewer, w fleet.Window, in fleet.List, err error) {
	if v, err = viewerOf(ctx); err != nil {
		return v, w, in, err
	}
	if err = checkFilter(ctx, l.check); err != nil {
		return v, w, in, err
	}
	in = l.in(v.CompanyID)
	if w, err = args.Window(in); err != nil {
		return v, w, in, err
	}
	return v, export.Of(ctx).Window(graphql.GetFieldContext(ctx).Field.Field, sized(args), w), in, nil
}

// read tells an export of the list how far the page leads.
func (l list[T]) read(ctx context.Context, args fleet.PageArgs, page fleet.Page[*T]) {
	walk, n := export.Of(ctx), len(page.Items)
	if walk == nil {
		return
	}
	var last fleet.Position
	if n > 0 {
		last = l.at(page.Items[n-1])
	}
	walk.Read(graphql.GetFieldContext(ctx).Field.Field, sized(args), n, last, page.HasNext)
}

// sized reports whether the client has said how many rows it wants.
func sized(args fleet.PageArgs) bool { return args.First != nil || args.Last != nil }

func (l list[T]) cursor(in fleet.List) func(*T) string {
	return func(row *T) string { return in.Cursor(l.at(row)) }
}

// or returns the value of an optional argument.
func or[T any](given *T, otherwise T) T {
	if given == nil {
		return otherwise
	}
	return *given
}
