package coerce

import (
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// path is a place in the input, written only for an error.
type path struct {
	above *path
	name  string
	index int // if name is empty
}

func (p *path) field(name string) *path { return &path{above: p, name: name} }

func (p *path) at(index int) *path { return &path{above: p, index: index} }

func (p *path) String() string {
	if p == nil {
		return ""
	}
	own := p.name
	if own == "" {
		own = strconv.Itoa(p.index)
	}
	if p.above == nil {
		return own
	}
	return p.above.String() + "." + own
}

// faults are the bad values that were found, at most maxErrors.
type faults struct{ list gqlerror.List }

func (f *faults) full() bool { return len(f.list) >= maxErrors }

// add notes a bad value in a field; where it stands in the document may be nil.
func (f *faults) add(field string, position *ast.Position, format string, args ...any) {
	if f.full() {
		return
	}
	e := &gqlerror.Error{Err: &fleet.Error{Code: fleet.BadInput, Field: field, Message: fmt.Sprintf(format, args...)}}
	if position != nil {
		e.Locations = []gqlerror.Location{{Line: position.Line, Column: position.Column}}
	}
	f.list = append(f.list, e)
}

// judged notes the judgement of a scalar.
func (f *faults) judged(field string, position *ast.Position, prefix string, err error) {
	message := err.Error()
	if known, ok := err.(*fleet.Error); ok { //nolint:errorlint // judgements are not wrapped
		message = known.Message
	}
	f.add(field, position, "%s%s", prefix, message)
}
