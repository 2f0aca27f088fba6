package auth

import (
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// claims are the claims of an ID token.
type claims struct {
	Subject  string `json:"sub"`
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // boolean; some providers send a string
	Party    string `json:"azp"`            // authorized party
	all      map[string]any
}

// email returns the e-mail address if it is verified, else "". An address without
// email_verified counts only if p.TrustEmail is set; one with false never counts.
func (c claims) email(p fleet.IdentityProvider) string {
	verified := c.Verified == true || c.Verified == "true" || c.Verified == nil && p.TrustEmail
	if !verified || fleet.CheckEmail(c.Email) != nil {
		return ""
	}
	return c.Email
}

// values returns the strings of the claim at path, which may be one string or a
// list. A path is a claim's name, or the names of nested objects joined by dots.
func (c claims) values(path string) []string {
	var value any = c.all
	if whole, ok := c.all[path]; ok { // a name such as https://example.com/roles has dots itself
		value = whole
	} else {
		for step := range strings.SplitSeq(path, ".") {
			object, _ := value.(map[string]any)
			value = object[step]
		}
	}
	list, isList := value.([]any)
	if !isList {
		list = []any{value}
	}
	var texts []string
	for _, element := range list {
		if text, ok := element.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// missing returns the path of a required claim without the required value, or "".
func (c claims) missing(p fleet.IdentityProvider) string {
	for path, value := range p.RequiredClaims {
		if !slices.Contains(c.values(path), value) {
			return path
		}
	}
	return ""
}

// role returns the highest role that the role claim maps to. It returns "" and true
// if p has no role claim, and false if the claim maps to no role.
func (c claims) role(p fleet.IdentityProvider) (fleet.Role, bool) {
	if p.RoleClaim == "" {
		return "", true
	}
	given := map[fleet.Role]bool{}
	for _, text := range c.values(p.RoleClaim) {
		given[p.Roles[text]] = true
	}
	for _, role := range fleet.Roles() { // highest first
		if given[role] {
			return role, true
		}
	}
	return "", false
}
