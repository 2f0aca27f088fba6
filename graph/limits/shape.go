package limits

import (
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// shape counts what a selection asks for, with every fragment written out
// where it is used.
type shape struct{ depth, fields, aliases, directives, repetitions int }

// many is where counting ends: a small document can write out to more than
// any number holds.
const many = 1 << 30

func (s *shape) add(other shape, below int) {
	s.depth = max(s.depth, other.depth+below)
	s.fields = min(s.fields+other.fields, many)
	s.aliases = min(s.aliases+other.aliases, many)
	s.directives = min(s.directives+other.directives, many)
	s.repetitions = min(s.repetitions+other.repetitions, many)
}

// surveyor measures the selections of a document, each fragment once.
type surveyor struct {
	doc       *ast.QueryDocument
	fragments map[string]*shape // nil while it is being measured
}

func (c Config) checkShape(doc *ast.QueryDocument) error {
	s := surveyor{doc, map[string]*shape{}}
	for _, o := range doc.Operations {
		all, err := s.measure(o.SelectionSet)
		if err != nil {
			return err
		}
		all.directives = min(all.directives+len(o.Directives), many)
		for _, limit := range []struct {
			what    string
			n, most int
		}{
			{"is nested %d fields deep", all.depth, c.Depth},
			{"asks for %d fields once its fragments are written out", all.fields, c.Fields},
			{"has %d aliases", all.aliases, c.Aliases},
			{"has %d directives", all.directives, c.Directives},
			{"repeats %d fields", all.repetitions, c.Repetitions},
			{"has %d fields at its root", s.roots(o.SelectionSet), c.RootFields},
		} {
			if limit.n > limit.most {
				if limit.n == many {
					return exceeded("the operation "+limit.what+" or more, at most %d are allowed", limit.n, limit.most)
				}
				return exceeded("the operation "+limit.what+", at most %d are allowed", limit.n, limit.most)
			}
		}
	}
	return nil
}

func (s *surveyor) measure(set ast.SelectionSet) (all shape, err error) {
	seen := make(map[string]bool, len(set))
	for _, selection := range set {
		var one, below shape
		deeper := 0
		switch f := selection.(type) {
		case *ast.Field:
			one = shape{fields: 1, directives: len(f.Directives)}
			if f.Alias != f.Name {
				one.aliases = 1
			}
			if seen[f.Alias] {
				one.repetitions = 1
			}
			seen[f.Alias] = true
			below, err = s.measure(f.SelectionSet)
			deeper = 1
		case *ast.InlineFragment:
			one.directives = len(f.Directives)
			below, err = s.measure(f.SelectionSet)
		case *ast.FragmentSpread:
			one.directives = len(f.Directives)
			below, err = s.fragment(f.Name)
		}
		if err != nil {
			return all, err
		}
		one.add(below, deeper)
		one.depth = max(one.depth, deeper)
		all.add(one, 0)
	}
	return all, nil
}

func (s *surveyor) fragment(name string) (shape, error) {
	known, begun := s.fragments[name]
	if begun {
		if known == nil {
			return shape{}, fleet.BadInputf("", "the fragment %s contains itself", fleet.Quote(name))
		}
		return *known, nil
	}
	definition := s.doc.Fragments.ForName(name)
	if definition == nil {
		return shape{}, nil // the validation says so
	}
	s.fragments[name] = nil
	measured, err := s.measure(definition.SelectionSet)
	if err != nil {
		return shape{}, err
	}
	measured.directives = min(measured.directives+len(definition.Directives), many)
	s.fragments[name] = &measured
	return measured, nil
}

// roots counts the fields of the operation's own level. No fragment contains
// itself any more, but one may be used so often that counting has to end.
func (s *surveyor) roots(set ast.SelectionSet) int {
	counted := map[string]int{}
	var count func(set ast.SelectionSet) int
	count = func(set ast.SelectionSet) (n int) {
		for _, selection := range set {
			switch f := selection.(type) {
			case *ast.Field:
				n++
			case *ast.InlineFragment:
				n += count(f.SelectionSet)
			case *ast.FragmentSpread:
				inner, known := counted[f.Name]
				if definition := s.doc.Fragments.ForName(f.Name); !known && definition != nil {
					inner = count(definition.SelectionSet)
					counted[f.Name] = inner
				}
				n += inner
			}
			n = min(n, many)
		}
		return n
	}
	return count(set)
}
