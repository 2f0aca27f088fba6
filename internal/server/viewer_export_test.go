package server

import (
	"context"
	"net/http"
)

// Recheck is recheck, for tests from outside.
func (s *Server) Recheck(ctx context.Context) error { return s.callers.Recheck(ctx) }

// LocalPath is localPath.
func LocalPath(next string) string { return localPath(next) }

// Identified is identified.
func (s *Server) Identified(next http.Handler) http.Handler { return s.authenticate(next) }
