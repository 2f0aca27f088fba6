package e2e_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// allOf is all that an answer says: data, errors and extensions.
func allOf(a answer) string {
	var errors []string
	for _, e := range a.Errors {
		text, _ := json.Marshal(e)
		errors = append(errors, string(text))
	}
	slices.Sort(errors) // they come as they happen
	return string(a.Data) + "\n" + strings.Join(errors, "\n") + "\n" + string(a.Extensions)
}

// coded reports whether one of the answer's errors has the code.
func coded(a answer, code fleet.Code) bool {
	for _, e := range a.Errors {
		if e.Extensions["code"] == string(code) {
			return true
		}
	}
	return false
}

// refused reports whether the answer is a refusal for want of a role or scope.
func refused(a answer) bool { return coded(a, fleet.Forbidden) || coded(a, fleet.Unauthenticated) }

// known are the ids of the rows of a accessFixture, by their keys.
var known = func() map[fleet.UUID]string {
	list := map[fleet.UUID]string{}
	add := func(id string) {
		_, k, err := fleet.ParseGlobalID(id)
		if err != nil {
			panic(err)
		}
		list[k] = id
	}
	for _, o := range owners {
		add(o.id(fleet.KindCompany))
		for _, k := range rowsOfAnOwner {
			add(o.id(k))
		}
		for _, k := range rowsOfAnOwner {
			add(fleet.GlobalID(fleet.KindHistory, key(string(o)+" history of "+string(k))))
		}
		add(fleet.GlobalID(fleet.KindAssignment, key(string(o)+" before")))
		add(fleet.GlobalID(fleet.KindAssignmentPlan, key(string(o)+" dropped plan")))
		add(fleet.GlobalID(fleet.KindMeterReading, key(string(o)+" reading of meter")))
		add(fleet.GlobalID(fleet.KindSiteMove, key(string(o)+" site before")))
		add(fleet.GlobalID(fleet.KindPaper, key(string(o)+" own paper")))
		add(fleet.GlobalID(fleet.KindUser, key(string(o)+" left")))
	}
	for _, p := range people {
		for _, k := range []fleet.Kind{fleet.KindUser, fleet.KindSession, fleet.KindToken, fleet.KindSavedQuery} {
			add(p.id(k))
		}
		for _, s := range fleet.Scopes() {
			add(fleet.GlobalID(fleet.KindToken, key(p.name+" token "+string(s))))
		}
		for _, s := range []fleet.Subject{fleet.SubjectUser, fleet.SubjectToken} {
			add(fleet.GlobalID(fleet.KindHistory, key(p.name+" history of "+string(s))))
		}
	}
	return list
}()

var (
	anID     = regexp.MustCompile(`[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}`)
	aCursor  = regexp.MustCompile(`"[A-Za-z0-9_-]{27,}"`)
	aMoment  = regexp.MustCompile(`20(2[5-9]|[3-8]\d)-\d\d-\d\d(T[0-9:.]+Z)?`) // no row of a house is of these years
	anAnswer = regexp.MustCompile(`"(requestId|request|password|token)":"[^" ]*"`)
)

// readable is what an answer says, cursors in plain words. What differs each
// time that the same is done has one name: ids and moments of new rows.
func readable(a answer) string {
	text := aCursor.ReplaceAllStringFunc(allOf(a), func(quoted string) string {
		b, err := base64.RawURLEncoding.DecodeString(strings.Trim(quoted, `"`))
		if err != nil || len(b) < 2 || len(b) < 2+int(b[1])+len(fleet.UUID{})+4 {
			return quoted
		}
		order, rest := b[2:2+b[1]], b[2+b[1]:]
		id, is := known[fleet.UUID(rest[:16])]
		if !is {
			id = "NEW"
		}
		return fmt.Sprintf("%q", "cursor "+string(order)+" "+id+" "+string(rest[16:len(rest)-4]))
	})
	text = anID.ReplaceAllStringFunc(text, func(id string) string {
		if _, k, err := fleet.ParseGlobalID(id); err == nil && known[k] != id {
			return "NEW"
		}
		return id
	})
	return anAnswer.ReplaceAllString(aMoment.ReplaceAllString(text, "NOW"), "")
}

// secrets finds what must not come back to a: texts, dates and amounts of rows
// that are not to be seen, private ones of others, and their ids.
func (a sender) secrets() *regexp.Regexp {
	var list []string
	for _, o := range owners {
		if a.owners[o] {
			list = append(list, `\b`+string(o)+`\b`, fmt.Sprint(o.year(), "-"), regexp.QuoteMeta(o.amount()))
		}
	}
	for _, p := range people {
		if !a.knows(p) {
			list = append(list, p.private())
		}
	}
	for _, k := range fleet.Kinds() {
		list = append(list, a.hidden(k)...)
	}
	return regexp.MustCompile("(?i)" + strings.Join(list, "|"))
}

// without is a text without what was sent to get it: that may come back.
func without(text string, sent any) string {
	switch v := sent.(type) {
	case string:
		if len(v) > 3 {
			return strings.ReplaceAll(text, v, "")
		}
	case vars:
		for _, inner := range v {
			text = without(text, inner)
		}
	case []any:
		for _, inner := range v {
			text = without(text, inner)
		}
	}
	return text
}

// seen are the fields that have come back with a value, as Type.field.
type seen map[string]bool

// of adds the fields of a value.
func (s seen) of(v any) {
	switch v := v.(type) {
	case []any:
		for _, inner := range v {
			s.of(inner)
		}
	case map[string]any:
		name, _ := v["__typename"].(string)
		for field, inner := range v {
			if list, is := inner.([]any); inner != nil && (!is || len(list) > 0) {
				s[name+"."+strings.TrimPrefix(field, name+"_")] = true
			}
			s.of(inner)
		}
	}
}
