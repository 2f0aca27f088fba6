package export

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// Walk leads an operation through the list of a Plan: each execution reads the page behind the one before. The
// resolver of the list asks it for the window of the page and tells it what it has read. Methods may be called
// on nil, which leads nowhere.
type Walk struct {
	list *ast.Field
	rows int // of a page

	begun, ended bool
	behind       *fleet.Position // the last row that was read
}

// NewWalk returns a walk through the list of a plan in pages of so many rows.
func (p *Plan) NewWalk(rows int) *Walk { return &Walk{list: p.list, rows: rows} }

type walkKey struct{}

// With returns a context of operations that w leads.
func With(ctx context.Context, w *Walk) context.Context { return context.WithValue(ctx, walkKey{}, w) }

// Of returns the walk of ctx's operation; nil if it is answered in the usual way.
func Of(ctx context.Context) *Walk {
	w, _ := ctx.Value(walkKey{}).(*Walk)
	return w
}

// Next reports whether there is a page to read. A list that no resolver reads in pages has one.
func (w *Walk) Next() bool {
	next := !w.begun || !w.ended
	w.begun, w.ended = true, true
	return next
}

// Window returns the window of the next page of a list for which the client has asked for given. A client that
// has asked for a number of rows gets these.
func (w *Walk) Window(list *ast.Field, sized bool, given fleet.Window) fleet.Window {
	if w == nil || list != w.list || sized {
		return given
	}
	given.Limit = w.rows
	if w.behind != nil {
		given.After, given.Offset = w.behind, 0
	}
	return given
}

// Read tells that a page of n rows was read up to last, and whether rows follow.
func (w *Walk) Read(list *ast.Field, sized bool, n int, last fleet.Position, more bool) {
	if w == nil || list != w.list || sized {
		return
	}
	w.behind, w.ended = &last, !more || n < w.rows
}
