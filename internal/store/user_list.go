package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

func userSortKey(o fleet.UserOrder) sortKey {
	switch o {
	case fleet.UserCreatedAtAsc, fleet.UserCreatedAtDesc:
		return sortKey{"u.created_at", "?::timestamptz", o == fleet.UserCreatedAtDesc}
	default:
		return sortKey{natural("u.name"), natural("?::text"), o == fleet.UserNameDesc}
	}
}

func userWhere(q *query, v fleet.Viewer, f *fleet.UserFilter) {
	q.visible(ofUsers, "u", v)
	filter(q, f, userConditions)
}

// userText and userWords are the texts of a user that a search looks at, as in the indexes
// users_search_folded and users_words_folded. The parts of an address are words.
const (
	userText  = `u.name || ' ' || u.email`
	userWords = `u.name || ' ' || translate(u.email, '@.+-_', '     ')`
)

func userConditions(c *conditions, f *fleet.UserFilter) {
	c.ids("u.id", f.IDs)
	oneOf(c, "u.role", f.Role)
	between(c, "u.disabled_at", "timestamptz", "u.disabled_at IS NULL", f.DisabledAt)
	between(c, "u.created_at", "timestamptz", "u.created_at IS NULL", f.CreatedAt)
	c.searchIn(userText, userWords, f.Search)
	combine(c, f.And, f.Or, f.Not, userConditions)
}

// UserPage returns a page of the visible users that match f, in the order o. One statement; index
// users_by_natural_name, _by_created, or the one of the filter (_by_natural_role, _disabled_natural,
// _search_folded, _words_folded).
func (s *Identity) UserPage(ctx context.Context, v fleet.Viewer, f *fleet.UserFilter, o fleet.UserOrder,
	w fleet.Window) (fleet.Page[*fleet.User], error) {
	if f != nil || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.User]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("users AS u")
	userWhere(q, v, f)
	q.window("u", userColumns, userSortKey(o), w)
	list, err := collect(ctx, q, scanUser)
	if err != nil {
		return fleet.Page[*fleet.User]{}, fmt.Errorf("list users: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// UserCount returns the number of visible users that match f. One statement.
func (s *Identity) UserCount(ctx context.Context, v fleet.Viewer, f *fleet.UserFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("users AS u").ColumnExpr("count(*)")
	userWhere(q, v, f)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count users: %w", err)
	}
	return n, nil
}
