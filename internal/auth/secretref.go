package auth

import (
	"fmt"
	"os"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// ReadSecret returns the secret that a reference points to: env:NAME for an
// environment variable, file:/path for a file without its trailing line breaks,
// or "" for none. It reads the secret at each call, so that a change takes effect
// without a restart. Any other reference is a BAD_INPUT error that does not quote
// it, because it may be the secret itself.
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
		return "", fmt.Errorf("the environment variable %s is to hold a secret, but is empty", name)
	case "file":
		text, err := os.ReadFile(name)
		if err != nil {
			return "", fmt.Errorf("read secret: %w", err)
		}
		return strings.TrimRight(string(text), "\r\n"), nil
	}
	return "", fleet.BadInputf("clientSecret",
		"a secret must be a reference, env:NAME or file:/path, not the secret itself")
}
