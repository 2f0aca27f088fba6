package auth

import (
	"fmt"
	"os"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// ReadSecret returns the secret that a reference points at: env:NAME,
// file:/path, or "" for none. It is read each time, so that a new one is taken
// without a restart.
func ReadSecret(reference string) (string, error) {
	if reference == "" {
		return "", nil
	}
	kind, name, _ := strings.Cut(reference, ":")
	switch kind {
	case "env":
		if secret := os.Getenv(name); secret != "" {
			return secret, nil
		}
		return "", fmt.Errorf("the environment variable %s, which should hold a secret, is empty", name)
	case "file":
		text, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("read a secret: %w", err)
		}
		return strings.TrimRight(string(text), "\r\n"), nil
	}
	return "", fleet.BadInputf("clientSecret", "a secret is named by env:NAME or file:/path, never written out")
}
