package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Limits of a filter.
const (
	// MaxFilterValues is the maximum number of values of a list in a filter.
	MaxFilterValues = 100
	// MaxFilterDepth is the maximum number of filters within filters, by and, or and not.
	MaxFilterDepth = 5
	// MaxConditions is the maximum number of conditions of a filter and of those within it.
	MaxConditions = 50
)

// RowID is a parsed global id: the kind of a row and its key.
type RowID struct {
	Kind Kind
	Key  UUID
}

// ParseRowID parses a global id of any kind. The error is a BAD_INPUT without field.
func ParseRowID(s string) (RowID, error) {
	k, u, err := ParseGlobalID(s)
	return RowID{k, u}, err
}

// RowIDs returns the ids of rows of one kind.
func RowIDs(k Kind, keys ...UUID) []RowID {
	list := make([]RowID, len(keys))
	for i, key := range keys {
		list[i] = RowID{k, key}
	}
	return list
}

// IDFilter is a condition on a reference to a row. In and IsNull are ignored when empty.
type IDFilter struct {
	In     []RowID // any of these
	IsNull *bool   // whether there is no row
}

// StringFilter is a condition on a text. In and IsNull are ignored when empty.
type StringFilter struct {
	In     []string // any of these
	IsNull *bool    // whether there is no text
}

// Range is a condition on a value that has an order. Bounds that are nil are ignored.
type Range[T any] struct {
	Gte, Gt, Lte, Lt *T
	IsNull           *bool // whether there is no value
}

// Bounded reports whether the range has a bound; a nil range has none.
func (r *Range[T]) Bounded() bool {
	return r != nil && (r.Gte != nil || r.Gt != nil || r.Lte != nil || r.Lt != nil)
}

type (
	// DecimalFilter is a range of amounts.
	DecimalFilter = Range[Decimal]
	// IntFilter is a range of whole numbers.
	IntFilter = Range[int]
	// DateFilter is a range of days.
	DateFilter = Range[Date]
	// DateTimeFilter is a range of moments.
	DateTimeFilter = Range[time.Time]
)

// excludes reports whether filters that limit the ids of rows exclude a key, whatever else its row
// is: by ids themselves, by one of and, or by all of or.
func excludes[F any](key UUID, ids []RowID, and, or []*F, excludes func(*F, UUID) bool) bool {
	excluded := func(f *F) bool { return excludes(f, key) }
	return len(ids) > 0 && !slices.ContainsFunc(ids, func(id RowID) bool { return id.Key == key }) ||
		slices.ContainsFunc(and, excluded) ||
		len(or) > 0 && !slices.ContainsFunc(or, func(f *F) bool { return !excluded(f) })
}

// checker checks the conditions of a filter and of those within it. It keeps the first error.
type checker struct {
	path       string // of the filter within the outermost one
	depth      int
	conditions int
	err        error
}

// filter is a pointer to a filter that can be checked.
type filter[F any] interface {
	*F
	check(*checker)
}

// checkFilter checks a filter, which may be nil.
func checkFilter[F any, P filter[F]](f P) checker {
	var c checker
	if f != nil {
		f.check(&c)
	}
	return c
}

// fail keeps the error of a field of the filter, unless there was one before or err is nil.
func (c *checker) fail(field string, err error) {
	if c.err == nil && err != nil {
		c.err = InField(c.path, InField(field, err))
	}
}

// count counts a condition on a field; it returns false when the condition is not given.
func (c *checker) count(field string, given bool) bool {
	if given {
		if c.conditions++; c.conditions == MaxConditions+1 {
			c.fail(field, BadInputf("", "the filter has more than %d conditions: ask for less at once", MaxConditions))
		}
	}
	return given
}

// within checks the filters that and, or and not have.
func within[F any, P filter[F]](c *checker, and, or []P, not P) {
	outer := *c
	check := func(f P, field string) {
		if c.depth == MaxFilterDepth {
			c.fail(field, BadInputf("", "filters are nested deeper than %d levels", MaxFilterDepth))
			return
		}
		if f == nil {
			return
		}
		c.path, c.depth = below(outer.path, field), outer.depth+1
		f.check(c)
		c.path, c.depth = outer.path, outer.depth
	}
	for _, l := range []struct {
		name string
		list []P
	}{{"and", and}, {"or", or}} {
		c.list(l.name, l.list != nil, len(l.list))
		for i, f := range l.list[:min(len(l.list), MaxFilterValues)] {
			check(f, fmt.Sprintf("%s.%d", l.name, i))
		}
	}
	if c.count("not", not != nil) {
		check(not, "not")
	}
}

// list checks a list of n values. One without values is refused: it would match either all rows or
// none, and callers expect both.
func (c *checker) list(field string, given bool, n int) {
	switch {
	case !c.count(field, given):
	case n == 0:
		c.fail(field, BadInputf("", "an empty list is no condition: leave it out, or name a value"))
	case n > MaxFilterValues:
		c.fail(field, BadInputf("", "%d values are too many: at most %d", n, MaxFilterValues))
	}
}

// texts checks a list of texts of at most longest characters.
func (c *checker) texts(field string, values []string, longest int) {
	c.list(field, values != nil, len(values))
	for i, v := range values[:min(len(values), MaxFilterValues)] {
		c.fail(fmt.Sprintf("%s.%d", field, i), checkLength(v, longest))
	}
}

// ids checks a list of ids of one kind.
func (c *checker) ids(field string, k Kind, ids []RowID) {
	c.list(field, ids != nil, len(ids))
	for i, id := range ids[:min(len(ids), MaxFilterValues)] {
		if id.Kind != k {
			c.fail(fmt.Sprintf("%s.%d", field, i), otherKind(GlobalID(id.Kind, id.Key), id.Kind, k))
		}
	}
}

// reference checks a condition on a reference to a row of a kind.
func (c *checker) reference(field string, k Kind, f *IDFilter) {
	if f == nil {
		return
	}
	c.ids(field+".in", k, f.In)
	c.null(field, f.IsNull, "in", f.In != nil)
}

// text checks a condition on a text of at most longest characters.
func (c *checker) text(field string, f *StringFilter, longest int) {
	if f == nil {
		return
	}
	c.texts(field+".in", f.In, longest)
	c.null(field, f.IsNull, "in", f.In != nil)
}

// null checks the condition that there is no value, which another condition contradicts.
func (c *checker) null(field string, isNull *bool, other string, given bool) {
	if c.count(field+".isNull", isNull != nil) && *isNull && given {
		c.fail(
			field+".isNull",
			BadInputf("", "isNull: true contradicts %s, no row meets both: use or to ask for either", other),
		)
	}
}

// search checks the words of a search.
func (c *checker) search(search *string) {
	if c.count("search", search != nil) {
		c.fail("search", CheckSearch(search))
	}
}

// checkRange checks bounds: the upper one must not be below the lower one.
func checkRange[T any](c *checker, field string, r *Range[T], compare func(a, b T) int, text func(T) string) {
	if r == nil {
		return
	}
	for _, b := range []struct {
		name  string
		bound *T
	}{{"gte", r.Gte}, {"gt", r.Gt}, {"lte", r.Lte}, {"lt", r.Lt}} {
		c.count(field+"."+b.name, b.bound != nil)
	}
	check := func(upperName string, upper *T, lowerName string, lower *T, strict bool) {
		if upper == nil || lower == nil {
			return
		}
		if order := compare(*upper, *lower); order < 0 || order == 0 && strict {
			c.fail(field+"."+upperName, BadInputf("", "%s contradicts %s %s: no value meets both", text(*upper), lowerName,
				text(*lower)))
		}
	}
	check("lte", r.Lte, "gte", r.Gte, false)
	check("lte", r.Lte, "gt", r.Gt, true)
	check("lt", r.Lt, "gte", r.Gte, true)
	check("lt", r.Lt, "gt", r.Gt, true)
	c.null(field, r.IsNull, "bounds", r.Bounded())
}

// amounts, numbers, days and times check ranges of the types of rows.
func (c *checker) amounts(field string, r *DecimalFilter) {
	checkRange(c, field, r, Decimal.Cmp, func(d Decimal) string { return string(d) })
}

func (c *checker) numbers(field string, r *IntFilter) {
	checkRange(c, field, r, cmp.Compare[int], strconv.Itoa)
}

func (c *checker) days(field string, r *DateFilter) {
	checkRange(c, field, r, func(a, b Date) int { return a.day.Compare(b.day) }, Date.String)
}

func (c *checker) times(field string, r *DateTimeFilter) {
	checkRange(c, field, r, time.Time.Compare, stamp)
}
