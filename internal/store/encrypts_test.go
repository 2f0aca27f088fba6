package store_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/store"
)

func TestEncryptsAndVerifies(t *testing.T) {
	t.Parallel()
	for url, does := range map[string]bool{
		"": true,
		"postgres://fleet@/fleet?host=/run/postgresql":              true,
		"postgres://fleet@localhost/fleet":                          true,
		"postgres://fleet@127.0.0.1/fleet?sslmode=disable":          true,
		"postgres://fleet@[::1]/fleet":                              true,
		"postgres://fleet@db.example.com/fleet":                     false,
		"postgres://fleet@db.example.com/fleet?sslmode=prefer":      false,
		"postgres://fleet@db.example.com/fleet?sslmode=disable":     false,
		"postgres://fleet@db.example.com/fleet?sslmode=require":     false,
		"postgres://fleet@db.example.com/fleet?sslmode=verify-full": true,
		"postgres://fleet@localhost,db.example.com/fleet":           false,
		"host=10.0.0.1 user=fleet dbname=fleet":                     false,
		"host=10.0.0.1 user=fleet dbname=fleet sslmode=verify-full": true,
	} {
		if store.EncryptsAndVerifies(url) != does {
			t.Errorf("%s: %v", url, !does)
		}
	}
}
