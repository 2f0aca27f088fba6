package plan

import (
	"slices"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/fastpath"
)

// write appends the text of a row, in pieces.
func (r *result) write(values [][]byte) (err error) {
	b := r.text
	if r.n.cursor {
		cursor, err := r.cursor(values)
		if err != nil {
			return err
		}
		r.cursors = append(r.cursors, cursor)
	}
	for _, v := range r.n.views {
		for i := range v.ops {
			o := &v.ops[i]
			b = append(b, o.text...)
			switch o.what {
			case writesColumn:
				value := values[o.column]
				if value == nil {
					if !o.null {
						return errMissing
					}
					b = fastpath.Null(b)
					continue
				}
				if b, err = appendValue(b, o.as, r.n.kind, value); err != nil {
					return err
				}
			case writesCursor:
				b = append(b, '"')
				b = append(append(b, r.cursors[len(r.cursors)-1]...), '"')
			default:
				r.ends = append(r.ends, int32(len(b))) //nolint:gosec // bounded by the pages
			}
		}
		b = append(b, v.end...)
		r.ends = append(r.ends, int32(len(b))) //nolint:gosec // bounded by the pages
	}
	r.text = b
	return nil
}

// cursor returns the cursor of a row, whose last value is its sort key.
func (r *result) cursor(values [][]byte) (string, error) {
	id, err := uuidOf(values[slices.Index(r.n.names, "id")])
	if err != nil {
		return "", err
	}
	key, err := keyText(r.src.List.Key, values[len(values)-1])
	if err != nil {
		return "", err
	}
	return r.src.List.Cursor(fleet.Position{Key: key, ID: id}), nil
}

// answer returns the text of the whole field.
func (x *execution) answer() ([]byte, error) {
	size := 0
	for i := range x.results {
		size += len(x.results[i].text)
	}
	b := make([]byte, 0, size+size/8+128)
	if x.plan.ids == "" {
		return x.value(b, &x.results[x.plan.roots[0].number], 0)
	}
	one := func(b []byte, p place) ([]byte, error) {
		if p.node == nil {
			return fastpath.Null(b), nil
		}
		return x.value(b, &x.results[p.node.number], p.key)
	}
	if !x.plan.list {
		return one(b, x.ids[0])
	}
	b = append(b, '[')
	for i, p := range x.ids {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = one(b, p); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// value appends what a field leads to: the rows of the key at some place.
func (x *execution) value(b []byte, r *result, at int32) ([]byte, error) {
	if at < 0 || !r.n.edge.List && r.groups[at].n == 0 {
		if r.n.nonNull {
			return nil, errMissing
		}
		return fastpath.Null(b), nil
	}
	if r.n.edge.List {
		return x.connection(b, r, &r.groups[at])
	}
	return x.row(b, r, 0, r.groups[at].start)
}

// row appends a row in one of its views.
func (x *execution) row(b []byte, r *result, view int, row int32) ([]byte, error) {
	v := r.n.views[view]
	x.fields += v.keys
	piece := int(row)*r.n.pieces + v.before
	from := int32(0)
	if piece > 0 {
		from = r.ends[piece-1]
	}
	var err error
	for i := range v.ops {
		child := v.ops[i].child
		if child == nil {
			continue
		}
		b = append(b, r.text[from:r.ends[piece]]...)
		from = r.ends[piece]
		piece++
		below := &x.results[child.number]
		if b, err = x.value(b, below, below.above[row]); err != nil {
			return nil, err
		}
	}
	return append(b, r.text[from:r.ends[piece]]...), nil
}

// connection appends a page of a list.
func (x *execution) connection(b []byte, r *result, g *group) ([]byte, error) {
	p, w := r.n.parts, r.src.Window
	x.fields += p.keys
	var err error
	for i := range p.ops {
		o := &p.ops[i]
		b = append(b, o.text...)
		switch o.what {
		case writesRows:
			b = append(b, '[')
			for i := range g.n {
				if i > 0 {
					b = append(b, ',')
				}
				row := g.start + i
				if w.Backward {
					row = g.start + g.n - 1 - i
				}
				if b, err = x.row(b, r, o.view, row); err != nil {
					return nil, err
				}
			}
			b = append(b, ']')
		case writesTotal:
			b = appendInt(b, g.total)
		// As of fleet.NewPage:
		case writesHasNext:
			b = fastpath.Bool(b, w.Before != nil || !w.Backward && g.more)
		case writesHasPrevious:
			b = fastpath.Bool(b, w.After != nil || w.Offset > 0 && g.n > 0 || w.Backward && g.more)
		default:
			row := g.start
			if (o.what == writesEnd) != w.Backward {
				row += g.n - 1
			}
			if g.n == 0 {
				b = fastpath.Null(b)
			} else {
				b = append(b, '"')
				b = append(append(b, r.cursors[row]...), '"')
			}
		}
	}
	return append(b, p.end...), nil
}
