package main

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/server"
)

// TestEveryLimitIsDocumented compares the settings of limits with docs/limits.md.
func TestEveryLimitIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	settings := reflect.TypeFor[limitSettings]()
	for i := range settings.NumField() {
		if env := settings.Field(i).Tag.Get("env"); !strings.Contains(string(text), "`"+env) {
			t.Errorf("docs/limits.md says nothing of %s", env)
		}
	}
}

// TestALimitOfNothingIsRefused: a zero would else mean the default, or nothing at all.
func TestALimitOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	given := limitSettings{RequestTimeout: 1, HeaderTimeout: 1, BodyTimeout: 1, MaxHeaderBytes: 1, MaxBodyBytes: 1, MaxOperations: 1}
	if err := given.apply(new(server.Config)); err != nil {
		t.Error(err)
	}
	given.MaxBodyBytes = 0
	if err := given.apply(new(server.Config)); err == nil || !strings.Contains(err.Error(), "FLEET_MAX_BODY_BYTES") {
		t.Error(err)
	}
}
