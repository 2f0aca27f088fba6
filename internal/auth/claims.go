package auth

import (
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

// email returns the address if the provider has verified it, else "".
func (c claims) email() string {
	if c.Verified != true && c.Verified != "true" || fleet.CheckEmail(c.Email) != nil {
		return ""
	}
	return c.Email
}

// role returns the highest role that the provider gives; "" when it has no
// say; not ok when it has and gives none.
func (c claims) role(p fleet.IdentityProvider) (fleet.Role, bool) {
	if p.RoleClaim == "" {
		return "", true
	}
	var found any = c.all
	if whole, ok := c.all[p.RoleClaim]; ok { // names such as https://example.com/roles have dots
		found = whole
	} else {
		for step := range strings.SplitSeq(p.RoleClaim, ".") {
			object, _ := found.(map[string]any)
			found = object[step]
		}
	}
	values, isList := found.([]any)
	if !isList {
		values = []any{found}
	}
	given := map[fleet.Role]bool{}
	for _, value := range values {
		if text, ok := value.(string); ok {
			given[p.Roles[text]] = true
		}
	}
	for _, role := range fleet.Roles() { // from most to least
		if given[role] {
			return role, true
		}
	}
	return "", false
}
