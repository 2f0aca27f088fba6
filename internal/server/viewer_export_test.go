package server

import (
	"context"
	"net/http"
)

// Recheck is recheck, for tests from outside.
func (s *Server) Recheck(ctx context.Context) error { return s.recheck(ctx) }

// LocalPath is localPath.
func LocalPath(next string) string { return localPath(next) }

// Bearer is bearer.
func Bearer(header string) (string, bool) { return bearer(header) }

// Identified is identified.
func (s *Server) Identified(next http.Handler) http.Handler { return s.identified(next) }

// Network is network.
func (s *Server) Network(r *http.Request) string { return s.network(r) }
