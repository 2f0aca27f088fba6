package store

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
)

// conditions collects the conditions of a filter as SQL, all of which a row has to meet.
type conditions struct {
	q    *query
	list []string
}

// filter limits q to the rows that match f, which may be nil; of adds the conditions of a filter.
func filter[F any](q *query, f *F, of func(*conditions, *F)) {
	if f == nil {
		return
	}
	c := conditions{q: q}
	of(&c, f)
	for _, condition := range c.list {
		q.Where(condition)
	}
}

// add adds a condition; each `?` in it becomes the placeholder of a value.
func (c *conditions) add(condition string, values ...any) {
	for _, v := range values {
		condition = strings.Replace(condition, "?", c.q.args.add(v), 1)
	}
	c.list = append(c.list, condition)
}

// combine adds the filters of and, or and not. A row without the value that a condition asks for
// does not meet the condition, and so it matches its negation. No index serves or and not: the
// statement is planned with its values, and takes a slot among the expensive ones.
func combine[F any](c *conditions, and, or []*F, not *F, of func(*conditions, *F)) {
	for _, f := range and {
		of(c, f)
	}
	if len(or) > 0 || not != nil {
		c.q.unprepared, c.q.scans = true, true
	}
	if len(or) > 0 {
		alternatives := make([]string, len(or))
		for i, f := range or {
			alternatives[i] = alone(c, f, of)
		}
		c.list = append(c.list, "("+strings.Join(alternatives, " OR ")+")")
	}
	if not != nil {
		c.list = append(c.list, alone(c, not, of)+" IS NOT TRUE")
	}
}

// alone returns the conditions of a filter within the filter as one expression.
func alone[F any](c *conditions, f *F, of func(*conditions, *F)) string {
	inner := conditions{q: c.q}
	of(&inner, f)
	if len(inner.list) == 0 {
		return "true"
	}
	return "(" + strings.Join(inner.list, " AND ") + ")"
}

// oneOf adds the condition that an expression equals one of the values; without values it adds
// none. A single value is compared by =, so that an index can supply the order of the columns after
// it.
func oneOf[T ~string](c *conditions, expression string, values []T) {
	switch len(values) {
	case 0:
	case 1:
		c.add(expression+" = ?", string(values[0]))
	default:
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = string(v)
		}
		c.add(expression+" = ANY(?)", texts)
	}
}

// ids adds the condition that a key is one of ids; without ids it adds none.
func (c *conditions) ids(expression string, ids []fleet.RowID) {
	if len(ids) > 0 {
		c.list = append(c.list, c.q.args.in(expression, keysOf(ids)))
	}
}

func keysOf(ids []fleet.RowID) []fleet.UUID {
	keys := make([]fleet.UUID, len(ids))
	for i, id := range ids {
		keys[i] = id.Key
	}
	return keys
}

// reference adds the conditions of f on a column with the key of a row.
func (c *conditions) reference(column string, f *fleet.IDFilter) {
	if f != nil {
		c.ids(column, f.In)
		c.null(column+" IS NULL", f.IsNull)
	}
}

// null adds the condition that a value is missing, or that it is not.
func (c *conditions) null(missing string, isNull *bool) {
	switch {
	case isNull == nil:
	case *isNull:
		c.add(missing)
	default:
		c.add("NOT (" + missing + ")")
	}
}

// text adds the conditions of f on a column with text, compared as it is written.
func (c *conditions) text(column string, f *fleet.StringFilter) {
	if f != nil {
		oneOf(c, column, f.In)
		c.null(column+" IS NULL", f.IsNull)
	}
}

// folded adds the conditions of f on a text in an index, compared without regard to case. The
// expression is in lower case, and missing is the condition that there is no text.
func (c *conditions) folded(expression, missing string, f *fleet.StringFilter) {
	if f == nil {
		return
	}
	switch len(f.In) {
	case 0:
	case 1:
		c.add(expression+" = lower(?::text)", f.In[0])
	default:
		c.add(expression+" = ANY(ARRAY(SELECT lower(t) FROM unnest(?::text[]) t))", f.In)
	}
	c.null(missing, f.IsNull)
}

// keyed adds the condition that a key is that of one of the texts, which are compared without case,
// accents and blanks. The expression is a text as text_key returns it.
func (c *conditions) keyed(expression string, texts []string) {
	switch len(texts) {
	case 0:
	case 1:
		c.add(expression+" = text_key(?::text)", texts[0])
	default:
		c.add(expression+" = ANY(ARRAY(SELECT text_key(t) FROM unnest(?::text[]) t))", texts)
	}
}

// between adds the conditions of r on an expression of an SQL type. missing is the condition that
// there is no value.
func between[T any](c *conditions, expression, sqlType, missing string, r *fleet.Range[T]) {
	if r == nil {
		return
	}
	for _, b := range []struct {
		operator string
		bound    *T
	}{{">=", r.Gte}, {">", r.Gt}, {"<=", r.Lte}, {"<", r.Lt}} {
		if b.bound != nil {
			c.add(expression+" "+b.operator+" ?::"+sqlType, bound(*b.bound))
		}
	}
	c.null(missing, r.IsNull)
}

// bounded adds a condition that rows without a value do not meet, if r has bounds.
func bounded[T any](c *conditions, r *fleet.Range[T], has string) {
	if r.Bounded() {
		c.add(has)
	}
}

// bound returns a value as PostgreSQL reads it: times are sent as they are, other values as text.
func bound(value any) any {
	if t, ok := value.(time.Time); ok {
		return t
	}
	return fmt.Sprint(value)
}

// shortTerm is the length below which a trigram index does not help.
const shortTerm = 3

// search adds the condition that a text, as text_fold returns it, contains every word of a search:
// words of three characters or more anywhere, shorter ones at the beginning of a word. Both have an
// index on the folded text.
func (c *conditions) search(text string, search *string) { c.searchIn(text, text, search) }

// searchIn is search with another text for the beginnings of words.
func (c *conditions) searchIn(text, words string, search *string) {
	if search == nil {
		return
	}
	c.q.unprepared, c.q.scans = true, true // a frequent and a rare word need different plans
	for _, term := range fleet.SearchTerms(*search) {
		if utf8.RuneCountInString(term) >= shortTerm {
			c.add("text_fold("+text+") LIKE ?", "%"+likeEscaper.Replace(term)+"%")
		} else {
			c.add("to_tsvector('simple'::regconfig, text_fold("+words+")) @@ to_tsquery('simple', ?)",
				"'"+strings.ReplaceAll(strings.ReplaceAll(term, `\`, `\\`), "'", "''")+"':*")
		}
	}
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
