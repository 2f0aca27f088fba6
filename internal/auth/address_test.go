package auth_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// TestAProviderLinksByTheAddressAlone states addresses that a database folds onto those of users.
func TestAProviderLinksByTheAddressAlone(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	for _, email := range []string{"kim@example.com", "d\u00e4na@example.com", "k\u0131m@example.com"} {
		if _, err := h.AddUser(t.Context(), admin(h.ours), fleet.WriteInfo{},
			fleet.User{Email: email, Name: "User", Role: fleet.RoleAdmin}, password); err != nil {
			t.Fatal(email, err)
		}
	}
	link := func(email string, role fleet.Role) error {
		_, err := h.store.Identity().UserByIdentity(t.Context(), h.ours.ID, "https://login.example.com",
			"subject of "+email, email, role)
		return err
	}
	for _, role := range []fleet.Role{"", fleet.RoleManager} {
		for _, email := range []string{"\u212aim@example.com", "k\u0130m@example.com", "kim@ex\u0101mple.com",
			"D\u00e4na@example.com", "d\u00c4na@example.com", "da\u0308na@example.com", "K\u0131m@example.com"} {
			if err := link(email, role); fleet.CodeOf(err) != fleet.NotFound {
				t.Errorf("%q is linked: %v", email, err)
			}
		}
	}
	for _, email := range []string{"KIM@Example.com", "d\u00e4na@example.com"} {
		if err := link(email, ""); err != nil {
			t.Errorf("%q is not linked: %v", email, err)
		}
	}
	for _, email := range []string{"\u212aim@example.com", "D\u00c4na@example.com"} {
		if _, _, err := h.SignIn(t.Context(), auth.Credentials{Email: email, Password: password},
			auth.Client{Network: email}); fleet.CodeOf(err) != fleet.Unauthenticated {
			t.Errorf("%q signs in: %v", email, err)
		}
	}
}

// TestTheDatabaseFoldsAsWeDo compares ascii_fold with fleet.FoldASCII for every character.
func TestTheDatabaseFoldsAsWeDo(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	conn, err := pgx.Connect(t.Context(), h.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	rows, _ := conn.Query(t.Context(), `SELECT chr(n), ascii_fold(chr(n)) FROM generate_series(1, 1114111) n
		WHERE n NOT BETWEEN 55296 AND 57343`)
	var is, folded string
	n := 0
	if _, err := pgx.ForEachRow(rows, []any{&is, &folded}, func() error {
		n++
		if fleet.FoldASCII(is) != folded {
			t.Errorf("%q: the database has %q, we have %q", is, folded, fleet.FoldASCII(is))
		}
		return nil
	}); err != nil || n < 1_000_000 {
		t.Errorf("%d characters, %v", n, err)
	}
}
