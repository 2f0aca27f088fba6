package fleet

// Page sizes of a connection.
const (
	DefaultPage = 50
	MaxPage     = 100
)

// PageArgs are the arguments of a connection as a client gave them.
type PageArgs struct {
	First, Last   *int
	After, Before *string
}

// Window is a checked request for a part of an ordered list.
type Window struct {
	Limit    int     // 1 to MaxPage
	Backward bool    // the last rows before Before, not the first after After
	After    *string // cursor; rows behind it
	Before   *string // cursor; rows in front of it
}

// Window checks the arguments. A missing first and last mean the first
// DefaultPage. The error is a BAD_INPUT that names the argument.
func (a PageArgs) Window() (Window, error) {
	w := Window{Limit: DefaultPage, After: a.After, Before: a.Before}
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
	return w, nil
}

// Page is a part of an ordered list.
type Page[T any] struct {
	Items       []T      // in the list's order, whichever end was asked for
	Cursors     []string // one per item; made only when asked for, else nil
	HasNext     bool     // rows follow the last item
	HasPrevious bool     // rows precede the first item
}
