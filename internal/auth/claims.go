package auth

import (
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// claims of an ID token that we read.
type claims struct {
	Subject  string `json:"sub"`
	Email    string `json:"email"`
	Verified any    `json:"email_verified"` // some providers send "true"
	Party    string `json:"azp"`
	all      map[string]any
}

// email returns the address if it is verified, else "". A provider that says
// nothing about that may be trusted with it; one that denies it may not.
func (c claims) email(p fleet.IdentityProvider) string {
	verified := c.Verified == true || c.Verified == "true" || c.Verified == nil && p.TrustEmail
	if !verified || fleet.CheckEmail(c.Email) != nil {
		return ""
	}
	return c.Email
}

// values returns the texts that a claim has at path, none when it is not there.
func (c claims) values(path string) []string {
	var found any = c.all
	if whole, ok := c.all[path]; ok { // names such as https://example.com/roles have dots
		found = whole
	} else {
		for step := range strings.SplitSeq(path, ".") {
			object, _ := found.(map[string]any)
			found = object[step]
		}
	}
	list, isList := found.([]any)
	if !isList {
		list = []any{found}
	}
	var texts []string
	for _, value := range list {
		if text, ok := value.(string); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// missing returns the path of a claim that does not say what it must, or "".
func (c claims) missing(p fleet.IdentityProvider) string {
	for path, value := range p.RequiredClaims {
		if !slices.Contains(c.values(path), value) {
			return path
		}
	}
	return ""
}

// role returns the highest role that the provider gives; "" when it has no
// say; not ok when it has and gives none.
func (c claims) role(p fleet.IdentityProvider) (fleet.Role, bool) {
	if p.RoleClaim == "" {
		return "", true
	}
	given := map[fleet.Role]bool{}
	for _, text := range c.values(p.RoleClaim) {
		given[p.Roles[text]] = true
	}
	for _, role := range fleet.Roles() { // from most to least
		if given[role] {
			return role, true
		}
	}
	return "", false
}
