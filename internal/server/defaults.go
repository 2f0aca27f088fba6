package server

import "time"

// Defaults of Config, for listeners and requests.
const (
	DefaultAddr        = "127.0.0.1:8080"
	DefaultMetricsAddr = "127.0.0.1:9090"

	DefaultHeaderTimeout = 10 * time.Second
	DefaultStopTimeout   = 10 * time.Second
	DefaultBodyTimeout   = 30 * time.Second
	DefaultMaxHeader     = 64 << 10 // bytes
)
