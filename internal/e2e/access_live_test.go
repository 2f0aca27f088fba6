package e2e_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestNoSubscriptionTellsWhatIsNotTheirs follows every subscription, as
// every role, anonymously and as a user of the other company, all at one server,
// for every scope and with ids of rows that are not to be seen, while rows of all
// owners change.
func TestNoSubscriptionTellsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	w := &walk{schema: schema()}
	h := newAccessFixture(t)
	w.learn(h.by("admin").service, t)
	type follower struct {
		*subscriber
		sender
		name string
		open bool // without conditions: it is told of own rows
	}
	var list []follower
	for _, a := range []sender{anonymous, personOf("operator").bySession(), personOf("analyst").byToken(fleet.ScopeRead), personOf("manager").bySession(), personOf("admin").byToken(fleet.ScopeWrite), personOf("chief").bySession()} {
		of := *w
		of.who = a
		follow := func(p place, name string, values given) {
			q := of.question(name, p, values, a.own(), 2)
			argument := strings.TrimPrefix(name, "scope:")
			may := a.may(p.name()) && a.may(p.name()+"("+name+")")
			list = append(
				list,
				follower{h.as(a).overSocket(q.query, q.variables), a, q.name, may && (len(values) == 0 || argument != name)},
			)
		}
		for _, p := range of.places(t, ast.Subscription) {
			if scope := p.field.Arguments.ForName("scope"); scope != nil {
				for _, e := range of.examples(slot{"scope", scope.Type}) {
					follow(p, fmt.Sprint("scope:", e), given{"scope": e})
				}
				continue
			}
			follow(p, "", given{})
			for _, s := range of.ids(p) {
				for _, kind := range of.kindsAlike(t, p, s) {
					for _, id := range a.hidden(kind) {
						follow(p, s.path+" "+known[keyOf(id)], given{s.path: id})
					}
				}
			}
		}
	}
	for _, f := range list {
		h.eventually(func() bool { return f.text() != "" })
	}
	for _, again := range []string{"again", "and again"} { // news of the second change of a row comes after the first one of all rows
		for _, o := range []owner{elses, theirs, mine} {
			h.exec(
				`UPDATE equipment SET description = $2, cost = cost * 2 WHERE name LIKE $1 || '%'`,
				string(o),
				string(o)+" "+again,
			)
			h.exec(
				`UPDATE maintenance_records SET description = $2 WHERE description LIKE $1 || '%'`,
				string(o),
				string(o)+" "+again,
			)
		}
	}
	told := seen{}
	for _, f := range list {
		if f.open {
			want := string(f.own()) + " and again"
			if strings.Contains(f.name, "dashboardStats") {
				want = f.value()
			}
			h.eventually(func() bool { return strings.Contains(f.text(), want) })
		}
		if !f.may(strings.Fields(f.name)[0]) != strings.Contains(f.text(), string(fleet.Unauthenticated)) {
			t.Errorf("%s %s: %s", f.sender.name(), f.name, f.text())
		}
		text := readable(answer{Data: json.RawMessage(f.text())})
		if found := f.secrets().FindString(strings.ReplaceAll(text, "again", "")); found != "" {
			t.Errorf("%s %s: found %s in %s", f.sender.name(), f.name, found, text)
		}
		for _, sum := range sums.FindAllStringSubmatch(text, -1) {
			if n, _ := strconv.Atoi(
				sum[1],
			); f.owners[mine] && n%100 != 0 || f.owners[elses] && n/100%100 != 0 ||
				f.owners[theirs] && n/10000 != 0 {
				t.Errorf("%s %s: %s counts what is not to be seen", f.sender.name(), f.name, sum[0])
			}
		}
		for _, e := range all[any](t, f.subscriber) {
			told.of(e)
		}
	}
	for _, field := range elsewhere {
		if on, _, _ := strings.Cut(field, "."); strings.HasSuffix(on, "Change") && !told[field] {
			t.Errorf("%s: nobody was told a value", field)
		}
	}
}

// sums are amounts that owners' amounts were added up to; each owner has two
// digits of them.
var sums = regexp.MustCompile(`"totalValue":"(\d+)\.`)

// value is the sum of the costs of those machines that a counts when all have
// doubled twice.
func (a sender) value() string {
	switch {
	case a.person.owner == theirs:
		return "680000.04"
	case a.person.role == fleet.RoleOperator:
		return "44.04"
	}
	return "totalValue"
}

// kindsAlike are the kinds that a slot of a subscription takes: what a query's
// does that has the same name and is of the same argument.
func (w *walk) kindsAlike(t *testing.T, p place, s slot) []fleet.Kind {
	t.Helper()
	argument, _, _ := strings.Cut(s.path, ".")
	for _, q := range w.places(t, ast.Query) {
		if a := q.field.Arguments.ForName(
			argument,
		); a != nil &&
			a.Type.String() == p.field.Arguments.ForName(argument).Type.String() {
			if i := slices.IndexFunc(w.ids(q), func(other slot) bool { return other.path == s.path }); i >= 0 {
				return w.kinds[q.name()+" "+s.path]
			}
		}
	}
	t.Errorf("%s %s: no query takes such an id, so it is not known of which kind it is", p.name(), s.path)
	return nil
}
