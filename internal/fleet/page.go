package fleet

import "slices"

// Page sizes of a connection.
const (
	DefaultPage = 50
	MaxPage     = 100
)

// MaxOffset is the maximum number of rows that a page may skip.
const MaxOffset = 1_000_000

// PageArgs are the arguments of a connection as a client gave them.
type PageArgs struct {
	First, Last   *int
	After, Before *string
	Offset        *int // only of lists of the company
}

// Window is a validated request for a part of an ordered list.
type Window struct {
	Limit    int       // 1 to MaxPage
	Backward bool      // the last rows before Before, not the first after After
	After    *Position // only rows after it
	Before   *Position // only rows before it
	Offset   int       // rows to skip, from the beginning of the list
}

// Window checks the arguments for a list. A missing first and last mean the
// first DefaultPage. The error is a BAD_INPUT that names the argument.
func (a PageArgs) Window(l List) (Window, error) {
	w := Window{Limit: DefaultPage}
	if a.First != nil && a.Last != nil {
		return Window{}, BadInputf("last", "first and last exclude each other: ask for one end of the list")
	}
	size, field := a.First, "first"
	if a.Last != nil {
		size, field, w.Backward = a.Last, "last", true
	}
	if size != nil {
		if *size < 1 || *size > MaxPage {
			return Window{}, BadInputf(field, "%d is not a page size: 1 to %d", *size, MaxPage)
		}
		w.Limit = *size
	}
	var err error
	if w.After, err = position(l, a.After); err != nil {
		return Window{}, InField("after", err)
	}
	if w.Before, err = position(l, a.Before); err != nil {
		return Window{}, InField("before", err)
	}
	if a.Offset != nil {
		if a.Last != nil || a.After != nil || a.Before != nil {
			return Window{}, BadInputf("offset",
				"it counts from the beginning of the list: leave out last, after and before")
		}
		if *a.Offset < 0 || *a.Offset > MaxOffset {
			return Window{}, BadInputf("offset", "%d rows cannot be skipped: 0 to %d", *a.Offset, MaxOffset)
		}
		w.Offset = *a.Offset
	}
	return w, nil
}

func position(l List, cursor *string) (*Position, error) {
	if cursor == nil {
		return nil, nil
	}
	p, err := l.Position(*cursor)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// Page is a part of an ordered list.
type Page[T any] struct {
	Items       []T  // in the list's order, also when read backward
	HasNext     bool // rows follow the last item
	HasPrevious bool // rows precede the first item
}

// NewPage returns a page of the rows of a query, in the order in which they were read. The query
// asks for one row more than the window's limit.
func NewPage[T any](w Window, read []T) Page[T] {
	more := len(read) > w.Limit
	if more {
		read = read[:w.Limit]
	}
	// A cursor comes from a row of the list: there are rows on its other side.
	p := Page[T]{Items: read, HasNext: w.Before != nil, HasPrevious: w.After != nil || w.Offset > 0 && len(read) > 0}
	if w.Backward {
		slices.Reverse(read)
		p.HasPrevious = p.HasPrevious || more
	} else {
		p.HasNext = p.HasNext || more
	}
	return p
}
