package graph

import (
	"context"
	"errors"
	"time"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/batch"
)

var errNoIdentity = errors.New("this server has no identity service")

// identityMutation is a mutation of users, sessions or tokens. It takes no idempotency key: a repeated request
// cannot create the same user or token name twice, the rest may be done
// again, and a secret that is shown once must not be kept for a second answer.
type identityMutation[T, P any] struct {
	do      func(context.Context, fleet.Viewer, fleet.WriteInfo) (T, error)
	payload func(T, []generated.UserError) *P
}

// mutateIdentity resolves a field that changes users, sessions or tokens.
func mutateIdentity[T, P any](ctx context.Context, r *Resolver, a identityMutation[T, P]) (*P, error) {
	w, _ := writeInfo(ctx, nil) // fails for keys alone
	v, err := viewerOf(ctx)
	if err == nil && r.Identity == nil {
		err = errNoIdentity
	}
	if err != nil {
		return nil, err
	}
	result, err := a.do(ctx, v, w)
	faults, err := userErrors(ctx, fleet.InField("input", err))
	if err != nil {
		return nil, err
	}
	return a.payload(result, faults), nil
}

// changeUser resolves a change to the user of that id.
func changeUser[P any](
	ctx context.Context,
	r *Resolver,
	id string,
	expected *int,
	change func(*input) fleet.UserChange,
	payload func(*fleet.User, []generated.UserError) *P,
) (*P, error) {
	return mutateIdentity(ctx, r, identityMutation[*fleet.User, P]{
		func(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo) (*fleet.User, error) {
			var in input
			key, to := in.id("userId", fleet.KindUser, id), change(&in)
			if err := in.faults.Err(); err != nil {
				return nil, err
			}
			return r.Identity.ChangeUser(ctx, v, w, key, expected, to)
		}, payload})
}

// roleChange and disabling make the changes that have no value to be refused.
func roleChange(to fleet.Role) func(*input) fleet.UserChange {
	return func(*input) fleet.UserChange {
		return fleet.UserChange{Role: fleet.Maybe[fleet.Role]{Set: true, To: to}}
	}
}

func disabling(to bool) func(*input) fleet.UserChange {
	return func(*input) fleet.UserChange { return fleet.UserChange{Disabled: fleet.Maybe[bool]{Set: true, To: to}} }
}

// withSecret is a new row with a secret that is returned once.
type withSecret[T any] struct {
	row    *T
	secret string
}

// createUser adds a user, with a generated password unless one is given.
func (r *Resolver) createUser(
	ctx context.Context,
	v fleet.Viewer,
	w fleet.WriteInfo,
	given generated.CreateUserInput,
) (made withSecret[fleet.User], err error) {
	password := or(given.Password.Value(), "")
	if given.Password.Value() == nil {
		made.secret = auth.NewPassword()
		password = made.secret
	} else if password == "" { // which AddUser takes for none
		return withSecret[fleet.User]{}, auth.CheckPassword("password", password, fleet.PasswordOwner{})
	}
	u, err := r.Identity.AddUser(ctx, v, w, fleet.User{Email: given.Email, Name: given.Name, Role: given.Role}, password)
	if err != nil {
		return withSecret[fleet.User]{}, err
	}
	made.row = &u
	return made, nil
}

// resetPassword gives a user a random password.
func (r *Resolver) resetPassword(
	ctx context.Context,
	v fleet.Viewer,
	w fleet.WriteInfo,
	id string,
) (withSecret[fleet.User], error) {
	key, err := idOf("userId", fleet.KindUser, id)
	if err != nil {
		return withSecret[fleet.User]{}, err
	}
	secret := auth.NewPassword()
	u, err := r.Identity.ResetPassword(ctx, v, w, key, secret)
	if err != nil {
		return withSecret[fleet.User]{}, err
	}
	return withSecret[fleet.User]{u, secret}, nil
}

// createToken makes an access token of the viewer's. It requires sign-in.
func (r *Resolver) createToken(
	ctx context.Context,
	v fleet.Viewer,
	w fleet.WriteInfo,
	given generated.CreateAccessTokenInput,
) (withSecret[fleet.AccessToken], error) {
	if !caller.Of(ctx).SignedIn() { // the viewer of demo mode
		return withSecret[fleet.AccessToken]{}, &fleet.Error{Code: fleet.Forbidden,
			Message: "in demo mode without sign-in there are no access tokens: they would outlive the demo"}
	}
	secret, t, err := r.Identity.CreateToken(ctx, v, w, fleet.AccessToken{
		UserID: v.UserID, Name: given.Name, Scope: given.Scope, ExpiresAt: or(given.ExpiresAt.Value(), time.Time{}),
	}, caller.Of(ctx).TokenEnd())
	if err != nil {
		return withSecret[fleet.AccessToken]{}, err
	}
	return withSecret[fleet.AccessToken]{t, secret}, nil
}

// userList is the list of the company's users that meet f, in an order.
func (r *Resolver) userList(f *fleet.UserFilter, order *fleet.UserOrder) list[fleet.User] {
	o := or(order, fleet.UserNameAsc)
	return list[fleet.User]{
		check: f.Check,
		in:    o.List,
		at:    func(u *fleet.User) fleet.Position { return u.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.User], error) {
			return r.Accounts.UserPage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Accounts.UserCount(ctx, v, f) },
	}
}

// many resolves a field of a row to a list that has no pages.
func many[T any](ctx context.Context, of fleet.UUID, load byKey[[]*T]) ([]*T, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, keys []fleet.UUID) (map[fleet.UUID][]*T, error) { return load(ctx, v, keys) }
	return batch.Load(ctx, of, read, func(rows []*T) ([]*T, error) {
		return append([]*T{}, rows...), nil // none is an empty list, not null
	})
}

// own resolves a field of the query to a list of what belongs to the viewer.
func own[T any](ctx context.Context, load byKey[[]*T]) ([]*T, error) {
	v, _ := caller.ViewerOf(ctx) // many refuses where there is none
	return many(ctx, v.UserID, load)
}
