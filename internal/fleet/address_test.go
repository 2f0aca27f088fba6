package fleet_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestAddressesAreComparedByASCIICaseAlone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		one, other string
		same       bool
	}{
		{"Dana@Example.COM", "dana@example.com", true},
		{"rachel.clar\u212ae@example.com", "rachel.clarke@example.com", false},
		{"f\u0130ona@example.com", "fiona@example.com", false},
		{"stra\u017fe@example.com", "strase@example.com", false},
		{"\u00c4rzte@example.com", "\u00e4rzte@example.com", false},
		{"cafe\u0301@example.com", "caf\u00e9@example.com", false},
	} {
		if same := fleet.AddressKey(c.one) == fleet.AddressKey(c.other); same != c.same {
			t.Errorf("%q and %q are the same: %t", c.one, c.other, same)
		}
	}
}

func TestAddressesAndNamesHaveNoCharactersThatAreNotSeen(t *testing.T) {
	t.Parallel()
	for _, r := range []string{
		"\u202e", "\u202a", "\u2066", "\u2069", "\u200e", "\u061c", // direction
		"\u200b", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u3164", "\ufe0f", "\U000e0041", // not seen
		"\x07", "\x7f", "\u0085", "\n", "\u2028", "\u2029", // control, line
	} {
		if err := fleet.CheckEmail("a" + r + "@example.com"); fleet.CodeOf(err) != fleet.BadInput {
			t.Errorf("an address with %+q: %v", r, err)
		}
		if err := fleet.CheckName("name", "n"+r, 200); fleet.CodeOf(err) != fleet.BadInput {
			t.Errorf("a name with %+q: %v", r, err)
		}
	}
	for _, email := range []string{"a\u200d@example.com", "a\u200c@example.com", "cafe\u0301@example.com",
		"a\u00a0b@example.com", "a\u3000@example.com", "rachel.clar\u212ae@example.com"} {
		if err := fleet.CheckEmail(email); fleet.CodeOf(err) != fleet.BadInput {
			t.Errorf("%+q: %v", email, err)
		}
	}
	for _, email := range []string{"dana+fleet@example.com", "d\u00e4na@b\u00fccher.example", "\u7530\u4e2d@example.com"} {
		if err := fleet.CheckEmail(email); err != nil {
			t.Errorf("%s: %v", email, err)
		}
	}
	for _, name := range []string{"Dana Reyes", "Zo\u00eb", "\u7530\u4e2d",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"} {
		if err := fleet.CheckName("name", name, 200); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
