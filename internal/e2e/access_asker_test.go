package e2e_test

import (
	"net/http"
	"slices"

	"bitcorp.dev/fleet/internal/fleet"
)

// asker is somebody who asks, and by what.
type asker struct {
	person member // the zero person is nobody
	// token is the scope of the access token that they ask with; "" for a
	// browser's session.
	token fleet.Scope
	// owners are those whose rows are not to be seen.
	owners map[owner]bool
}

func (p member) bySession() asker            { return p.byToken("") }
func (p member) byToken(s fleet.Scope) asker { return asker{p, s, p.hides()} }
func (a asker) own() owner {
	return map[bool]owner{true: theirs, false: mine}[a.person.owner == theirs]
}

var nobody = asker{owners: map[owner]bool{mine: true, elses: true, theirs: true}}

// hides are the owners whose rows the person does not see.
func (p member) hides() map[owner]bool {
	switch {
	case p.owner == theirs:
		return map[owner]bool{mine: true, elses: true}
	case p.role == fleet.RoleOperator:
		return map[owner]bool{elses: true, theirs: true}
	default:
		return map[owner]bool{theirs: true}
	}
}

func (a asker) name() string {
	switch {
	case a.person.name == "":
		return "nobody"
	case a.token != "":
		return a.person.name + " by token " + string(a.token)
	}
	return a.person.name
}

// header is what a request of theirs carries.
func (a asker) header() http.Header {
	switch {
	case a.person.name == "":
		return nil
	case a.token != "":
		return http.Header{"Authorization": {"Bearer " + a.person.token(a.token)}}
	}
	return http.Header{"Cookie": {"fleet_session=" + a.person.cookie()}}
}

// as is the service, asked by them.
func (h *house) as(a asker) *house {
	other, s := *h, *h.service
	s.header = a.header()
	other.service = &s
	return &other
}

// by is the house, asked by the person in their browser.
func (h *house) by(name string) *house { return h.as(personOf(name).bySession()) }

// private are the kinds of rows that are there for a person alone, and for
// administrators.
var private = []fleet.Kind{fleet.KindSession, fleet.KindToken}

// id is the id of a row of theirs.
func (a asker) id(k fleet.Kind) string {
	if slices.Contains(private, k) {
		return a.person.id(k)
	}
	return a.own().id(k)
}

// hidden are ids of a kind that they must not see anything of.
func (a asker) hidden(k fleet.Kind) (ids []string) {
	if slices.Contains(private, k) {
		for _, p := range people {
			if !a.knows(p) {
				ids = append(ids, p.id(k))
			}
		}
		return ids
	}
	for _, o := range owners {
		if a.owners[o] {
			ids = append(ids, o.id(k))
		}
	}
	return ids
}

// administers reports whether they see what lets the people of an owner's
// company sign in, and what is told of that.
func (a asker) administers(o owner) bool {
	return a.person.role == fleet.RoleAdmin && (a.token == "" || a.token == fleet.ScopeAdmin) && a.person.owner.company() == o.company()
}

// knows reports whether they see a person's private rows.
func (a asker) knows(p member) bool { return p.name == a.person.name || a.administers(p.owner) }
