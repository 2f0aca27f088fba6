package cost

import (
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// shape counts what a selection asks for, with every fragment written out
// where it is used.
type shape struct{ depth, fields, aliases, directives int }

// many is where counting ends: a small document can write out to more than
// any number holds.
const many = 1 << 30

// maxName is how many bytes a name may have: an unknown one is compared with
// every name that the schema has in its place, letter by letter, to suggest one.
const maxName = 200

func (s *shape) add(other shape, below int) {
	s.depth = max(s.depth, other.depth+below)
	s.fields = min(s.fields+other.fields, many)
	s.aliases = min(s.aliases+other.aliases, many)
	s.directives = min(s.directives+other.directives, many)
}

// surveyor measures the selections of a document, each fragment once.
type surveyor struct {
	doc       *ast.QueryDocument
	fragments map[string]*shape // nil while it is being measured
}

// checkShape refuses what the validation would take long for, or what would be
// written out to more than anybody needs.
func (c Config) checkShape(doc *ast.QueryDocument) error {
	if n := len(doc.Fragments); n > c.Fragments { // each is compared with each
		return exceeded("the document has %d fragments, at most %d are allowed", n, c.Fragments)
	}
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
			{"has %d fields at its root", s.roots(o.SelectionSet), c.RootFields},
		} {
			if err := atMost(limit.what, limit.n, limit.most); err != nil {
				return err
			}
		}
		// It is known to be small by now: it can be written out.
		if err := atMost("repeats %d fields", s.repetitions(o.SelectionSet), c.Repetitions); err != nil {
			return err
		}
	}
	for _, f := range doc.Fragments {
		if _, used := s.fragments[f.Name]; !used { // the validation would compare its fields before it says so
			return fleet.BadInputf("", "the fragment %s is never used", fleet.Quote(f.Name))
		}
	}
	return nil
}

func atMost(what string, n, most int) error {
	switch {
	case n <= most:
		return nil
	case n == many:
		return exceeded("the operation "+what+" or more, at most %d are allowed", n, most)
	default:
		return exceeded("the operation "+what+", at most %d are allowed", n, most)
	}
}

func (s *surveyor) measure(set ast.SelectionSet) (all shape, err error) {
	for _, selection := range set {
		var one, below shape
		var directives ast.DirectiveList
		deeper := 0
		switch f := selection.(type) {
		case *ast.Field:
			if err := checkNames(f); err != nil {
				return all, err
			}
			one.fields, deeper, directives = 1, 1, f.Directives
			if f.Alias != f.Name {
				one.aliases = 1
			}
			below, err = s.measure(f.SelectionSet)
		case *ast.InlineFragment:
			directives = f.Directives
			below, err = s.measure(f.SelectionSet)
		case *ast.FragmentSpread:
			directives = f.Directives
			below, err = s.fragment(f.Name)
		}
		if err != nil {
			return all, err
		}
		if directives.ForName("defer") != nil {
			// gqlgen declares it. What a subscription defers would wait for ever
			// to be fetched, and in a list there is a lot of it.
			return all, fleet.BadInputf("", "@defer is not supported: ask for what takes long in an operation of its own")
		}
		one.directives = len(directives)
		one.add(below, deeper)
		one.depth = max(one.depth, deeper)
		all.add(one, 0)
	}
	return all, nil
}

func checkNames(f *ast.Field) error {
	longest := max(len(f.Name), len(f.Alias))
	for _, a := range f.Arguments {
		longest = max(longest, len(a.Name))
	}
	if longest > maxName {
		return exceeded("a name has %d bytes, at most %d are allowed", longest, maxName)
	}
	return nil
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

// repetitions counts the fields that are asked for again where they were
// already, fragments written out: the validation compares each of them with
// each other, and all that is below them. The sets are of one place.
func (s *surveyor) repetitions(sets ...ast.SelectionSet) (n int) {
	below := map[string][]ast.SelectionSet{} // by the field's name in the answer
	var collect func(set ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selection := range set {
			switch f := selection.(type) {
			case *ast.Field:
				below[f.Alias] = append(below[f.Alias], f.SelectionSet)
			case *ast.InlineFragment:
				collect(f.SelectionSet)
			case *ast.FragmentSpread:
				if definition := s.doc.Fragments.ForName(f.Name); definition != nil {
					collect(definition.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	for _, same := range below {
		n += len(same) - 1 + s.repetitions(same...)
	}
	return n
}
