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

// access is a mutation of identity. It takes no idempotency key: a repeated request
// cannot create the same user or token name twice, the rest may be done
// again, and a secret that is shown once must not be kept for a second answer.
type access[T, P any] struct {
	input string // as of change
	do    func(context.Context, fleet.Viewer, fleet.WriteInfo) (T, error)
	// payload is as of change.
	payload func(T, []generated.UserError) *P
}

// grant resolves a field that mutates identity.
func grant[T, P any](ctx context.Context, r *Resolver, a access[T, P]) (*P, error) {
	w, _ := writeInfo(ctx, nil) // fails for keys alone
	v, err := viewerOf(ctx)
	if err == nil && r.Identity == nil {
		err = errNoIdentity
	}
	if err != nil {
		return nil, err
	}
	result, err := a.do(ctx, v, w)
	faults, err := userErrors(fleet.InField(a.input, err))
	if err != nil {
		return nil, err
	}
	return a.payload(result, faults), nil
}

// changeUser resolves a change to the user of that id.
func (r *Resolver) changeUser(ctx context.Context, id string, change fleet.UserChange) (*generated.UserPayload, error) {
	return grant(ctx, r, access[*fleet.User, generated.UserPayload]{"",
		func(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo) (*fleet.User, error) {
			key, err := fleet.ParseIDOf(fleet.KindUser, id)
			if err != nil {
				return nil, fleet.InField("id", err)
			}
			return r.Identity.ChangeUser(ctx, v, w, key, change)
		}, userPayload})
}

func userPayload(u *fleet.User, errs []generated.UserError) *generated.UserPayload {
	return &generated.UserPayload{User: u, Errors: errs}
}

// told is something new with a secret that is told once.
type told[T any] struct {
	row    *T
	secret string
}

// createUser makes a user, and a password for them unless one is given.
func (r *Resolver) createUser(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, given generated.CreateUserInput) (made told[fleet.User], err error) {
	password := or(given.Password.Value(), "")
	if given.Password.Value() == nil {
		made.secret = auth.NewPassword()
		password = made.secret
	} else if err := auth.CheckPassword("password", password); err != nil { // "" would be none
		return told[fleet.User]{}, err
	}
	u, err := r.Identity.AddUser(ctx, v, w, fleet.User{Email: given.Email, Name: given.Name, Role: given.Role}, password)
	if err != nil {
		return told[fleet.User]{}, err
	}
	made.row = &u
	return made, nil
}

// resetPassword gives a user a random password.
func (r *Resolver) resetPassword(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id string) (told[fleet.User], error) {
	key, err := fleet.ParseIDOf(fleet.KindUser, id)
	if err != nil {
		return told[fleet.User]{}, fleet.InField("id", err)
	}
	secret := auth.NewPassword()
	u, err := r.Identity.ResetPassword(ctx, v, w, key, secret)
	if err != nil {
		return told[fleet.User]{}, err
	}
	return told[fleet.User]{u, secret}, nil
}

// createToken makes an access token of the viewer's.
func (r *Resolver) createToken(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, given generated.CreateAccessTokenInput) (told[fleet.AccessToken], error) {
	secret, t, err := r.Identity.CreateToken(ctx, v, w, fleet.AccessToken{
		UserID: v.UserID, Name: given.Name, Scope: given.Scope, ExpiresAt: or(given.ExpiresAt.Value(), time.Time{}),
	}, caller.Of(ctx).TokenEnd())
	if err != nil {
		return told[fleet.AccessToken]{}, err
	}
	return told[fleet.AccessToken]{t, secret}, nil
}

func signOutPayload(ended int, errs []generated.UserError) *generated.SignOutPayload {
	return &generated.SignOutPayload{Ended: ended, Errors: errs}
}

// userList is the list of the company's users.
func (r *Resolver) userList() list[fleet.User] {
	return list[fleet.User]{
		check: everything, in: fleet.UserList, at: (*fleet.User).Position,
		page: r.Accounts.UserPage, number: r.Accounts.UserCount,
	}
}

// many resolves a field of a user to a list that has no pages.
func many[T any](ctx context.Context, user fleet.UUID, load byKey[[]*T]) ([]*T, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	read := func(ctx context.Context, users []fleet.UUID) (map[fleet.UUID][]*T, error) { return load(ctx, v, users) }
	return batch.Load(ctx, user, read, func(rows []*T) ([]*T, error) {
		return append([]*T{}, rows...), nil // none is an empty list, not null
	})
}

// own resolves a field of the query to a list of what belongs to the viewer.
func own[T any](ctx context.Context, load byKey[[]*T]) ([]*T, error) {
	v, _ := caller.ViewerOf(ctx) // many refuses where there is none
	return many(ctx, v.UserID, load)
}
