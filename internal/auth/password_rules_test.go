package auth

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestEasyPasswordsAreRefused: common ones, patterns, and what is made of the owner's own words.
func TestEasyPasswordsAreRefused(t *testing.T) {
	t.Parallel()
	dana := fleet.PasswordOwner{Email: "dana.reyes@alpha-works.example", Name: "Dana Reyes", Company: "Alpha Works"}
	for _, password := range []string{
		"passwordpassword", "password1234", "Password1234!", "P@ssw0rd1234", "iloveyou1234", "administrator",
		"aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "abcdefghijkl", "qwertyuiop12", "1qaz2wsx3edc", "trustno1trustno1",
		"dana.reyes@alpha-works.example", "DANA.REYES@ALPHA-WORKS.EXAMPLE", "danareyes2026", "Dana Reyes 1",
		"\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff11\uff12\uff13\uff14", // password1234, full width
		"\u24df\u24d0\u24e2\u24e2\u24e6\u24de\u24e1\u24d31234",
		"Alpha Works 2026", "alphaworks12", "reyesreyesreyes",
	} {
		err := CheckPassword("password", password, dana)
		if fleet.CodeOf(err) != fleet.BadInput || !strings.HasPrefix(err.Error(), "password: the password is easy to guess") {
			t.Errorf("%q: %v", password, err)
		}
		if err != nil && strings.Contains(err.Error(), password) {
			t.Errorf("the error repeats the password: %v", err)
		}
	}
	for _, password := range []string{
		"correct horse battery staple", "kljw82hbq0zz", "cafe au lait, twice", "dumptruck umbrella", NewPassword(),
	} {
		if err := CheckPassword("password", password, dana); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
	for _, owner := range []fleet.PasswordOwner{{}, {Company: "Kranwerk Brüx"}, {Name: "Kranwerk Brüx"},
		{Email: "kranwerk@brüx.example"}} {
		err := CheckPassword("password", "kranwerk brüx", owner)
		if (err == nil) != (owner == fleet.PasswordOwner{}) {
			t.Errorf("the words of %+v: %v", owner, err)
		}
	}
}
