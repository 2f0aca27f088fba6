package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEachKindOfSecretIsFound(t *testing.T) {
	t.Parallel()
	secret := rand.Text()
	for text, found := range map[string]bool{
		"level=INFO msg=answered path=/graphql":                             false,
		"STATEMENT: SELECT 'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJ'":          false,
		"open database: postgres://fleet:correct-horse-battery-staple@db/x": true,
		`msg=signin variables="{\"password\":\"Correct Horse Battery\"}"`:   true,
		"Authorization: Bearer fleet_pat_" + secret + "ABCDEFG":             true,
		"cookie fleet_session=" + secret + "; Path=/":                       true,
		secret: true,
		"id_token=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmVk": true,
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "server-1.log"), []byte("first line\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		lines, err := look(folder, []string{"server"})
		if (err != nil) != found || lines != 2 || err != nil &&
			(!strings.HasPrefix(err.Error(), "server-1.log:2: ") || strings.Contains(err.Error(), secret)) {
			t.Errorf("%s: %d lines, %v", text, lines, err)
		}
	}
}

func TestASourceThatHasLoggedNothingIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := look(t.TempDir(), []string{"server"}); err == nil {
		t.Error("nothing was looked at, and nothing said")
	}
}
