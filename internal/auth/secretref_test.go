package auth_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

func TestReadSecret(t *testing.T) {
	t.Setenv("FLEET_TEST_SECRET", "from the environment")
	t.Setenv("FLEET_TEST_EMPTY", "")
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(" from a file \r\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for reference, secret := range map[string]string{
		"":                      "",
		"env:FLEET_TEST_SECRET": "from the environment",
		"file:" + file:          " from a file ",
	} {
		if got, err := auth.ReadSecret(reference); got != secret || err != nil {
			t.Errorf("%s: %q, %v, want %q", reference, got, err, secret)
		}
	}
	for _, reference := range []string{"env:FLEET_TEST_EMPTY", "env:", "file:" + file + "x", "file:"} {
		if got, err := auth.ReadSecret(reference); err == nil {
			t.Errorf("%s: %q", reference, got)
		}
	}
	_, err := auth.ReadSecret("hunter2")
	want(t, fleet.BadInput, err)
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error quotes the secret: %v", err)
	}
}
