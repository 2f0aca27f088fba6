package e2e_test

import (
	"net/http"
	"slices"

	"bitcorp.dev/fleet/internal/fleet"
)

// client sends requests as a member, with given credentials.
type sender struct {
	person member // the zero member is anonymous
	// token is the scope of the access token that they ask with; "" for a
	// browser's session.
	token fleet.Scope
	// owners are the owners of the rows that must stay hidden.
	owners map[owner]bool
}

func (p member) bySession() sender            { return p.byToken("") }
func (p member) byToken(s fleet.Scope) sender { return sender{p, s, p.hides()} }
func (a sender) own() owner {
	return map[bool]owner{true: theirs, false: mine}[a.person.owner == theirs]
}

var anonymous = sender{owners: map[owner]bool{mine: true, elses: true, theirs: true}}

// hides are the owners of the rows that the member does not see.
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

func (a sender) name() string {
	switch {
	case a.person.name == "":
		return "nobody"
	case a.token != "":
		return a.person.name + " by token " + string(a.token)
	}
	return a.person.name
}

// header is what a request of theirs carries.
func (a sender) header() http.Header {
	switch {
	case a.person.name == "":
		return nil
	case a.token != "":
		return http.Header{"Authorization": {"Bearer " + a.person.token(a.token)}}
	}
	return http.Header{"Cookie": {"fleet_session=" + a.person.cookie()}}
}

// as is the service, asked by them.
func (h *accessFixture) as(a sender) *accessFixture {
	other, s := *h, *h.service
	s.header = a.header()
	other.service = &s
	return &other
}

// by is the accessFixture, asked by the person in their browser.
func (h *accessFixture) by(name string) *accessFixture { return h.as(personOf(name).bySession()) }

// private are the kinds of rows that are there for a person alone, and for
// administrators.
var private = []fleet.Kind{fleet.KindSession, fleet.KindToken}

// id is the id of a row of theirs.
func (a sender) id(k fleet.Kind) string {
	if slices.Contains(private, k) || k == fleet.KindSavedQuery && a.person.name != "" { // which its creator may change
		return a.person.id(k)
	}
	return a.own().id(k)
}

// hidden are ids of a kind that they must not see anything of.
func (a sender) hidden(k fleet.Kind) (ids []string) {
	if slices.Contains(private, k) {
		for _, p := range people {
			if !a.knows(p) {
				ids = append(ids, p.id(k))
			}
		}
		return ids
	}
	for _, o := range owners {
		if a.owners[o] && (k != fleet.KindCompany || o.company() != a.person.owner.company()) {
			ids = append(ids, o.id(k))
		}
	}
	return ids
}

// administers reports whether they see what lets the people of an owner's
// company sign in, and what is told of that.
func (a sender) administers(o owner) bool {
	return a.person.role == fleet.RoleAdmin && (a.token == "" || a.token == fleet.ScopeAdmin) &&
		a.person.owner.company() == o.company()
}

// knows reports whether they see a person's private rows.
func (a sender) knows(p member) bool { return p.name == a.person.name || a.administers(p.owner) }
