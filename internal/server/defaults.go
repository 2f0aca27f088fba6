package server

import (
	"time"

	"bitcorp.dev/fleet/internal/limit"
)

// Defaults of Config, for listeners and requests.
const (
	DefaultAddr        = "127.0.0.1:8080"
	DefaultMetricsAddr = "127.0.0.1:9090"

	DefaultHeaderTimeout = 10 * time.Second
	DefaultBodyTimeout   = 30 * time.Second
	DefaultMaxHeader     = 64 << 10 // bytes
)

// Quotas of a user, and of all users, in an ordinary deployment. In demo mode,
// where all requests come from one user, those of a user are off.
const (
	DefaultMaxSubscriptions = 200
	DefaultMaxSockets       = 50
	DefaultMaxConnections   = 20_000
)

// DefaultRate is the request budget of a user, a token or an anonymous address.
var DefaultRate = limit.Policy{PerSecond: 10, Burst: 20}
