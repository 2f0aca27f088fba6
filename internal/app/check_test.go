package app_test

import (
	"math"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
)

func of[T any](v T) *T { return &v }

// TestASettingOutOfRangeIsRefused expects a message with the setting, its
// value and what is allowed, for one setting of each kind and each that has a
// rule of its own.
func TestASettingOutOfRangeIsRefused(t *testing.T) {
	t.Parallel()
	if err := app.Default().Check(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	for want, set := range map[string]func(*app.Config){
		"FLEET_REQUEST_TIMEOUT is 0s: it must be at least 1ms":    func(c *app.Config) { c.RequestTimeout = 0 },
		"FLEET_HEADER_TIMEOUT is -1s: it must be at least 1ms":    func(c *app.Config) { c.HeaderTimeout = -time.Second },
		"FLEET_BODY_TIMEOUT is 0s: it must be at least 1ms":       func(c *app.Config) { c.BodyTimeout = 0 },
		"FLEET_MAX_HEADER_BYTES is 0: it must be at least 1":      func(c *app.Config) { c.MaxHeaderBytes = 0 },
		"FLEET_MAX_BODY_BYTES is 0: it must be at least 1":        func(c *app.Config) { c.MaxBodyBytes = 0 },
		"FLEET_MAX_SOCKET_OPERATIONS is 0: it must be at least 1": func(c *app.Config) { c.MaxOperations = 0 },
		"FLEET_MAX_QUERY_BYTES is 0: it must be at least 1":       func(c *app.Config) { c.MaxQueryBytes = 0 },
		"FLEET_MAX_TOKENS is 0: it must be at least 1":            func(c *app.Config) { c.MaxTokens = 0 },
		"FLEET_MAX_DEPTH is 0: it must be at least 1":             func(c *app.Config) { c.MaxDepth = 0 },
		"FLEET_MAX_FIELDS is 0: it must be at least 1":            func(c *app.Config) { c.MaxFields = 0 },
		"FLEET_MAX_ALIASES is 0: it must be at least 1":           func(c *app.Config) { c.MaxAliases = 0 },
		"FLEET_MAX_DIRECTIVES is 0: it must be at least 1":        func(c *app.Config) { c.MaxDirectives = 0 },
		"FLEET_MAX_ROOT_FIELDS is 0: it must be at least 1":       func(c *app.Config) { c.MaxRootFields = 0 },
		"FLEET_MAX_FRAGMENTS is 0: it must be at least 1":         func(c *app.Config) { c.MaxFragments = 0 },
		"FLEET_MAX_REPETITIONS is 0: it must be at least 1":       func(c *app.Config) { c.MaxRepetitions = 0 },
		"FLEET_MAX_VARIABLE_VALUES is 0: it must be at least 1":   func(c *app.Config) { c.MaxVariableValues = 0 },
		"FLEET_MAX_VARIABLE_DEPTH is 0: it must be at least 1":    func(c *app.Config) { c.MaxVariableDepth = 0 },
		"FLEET_MAX_COST is 0: it must be at least 1":              func(c *app.Config) { c.MaxCost = 0 },
		"FLEET_MAX_EVENT_COST is -5: it must be at least 1":       func(c *app.Config) { c.MaxEventCost = -5 },
		"FLEET_RATE_LIMIT is -1: it must be at least 0":           func(c *app.Config) { c.RateLimit = of(-1.0) },
		"FLEET_RATE_LIMIT is NaN: it must be at least 0":          func(c *app.Config) { c.RateLimit = of(math.NaN()) },
		"FLEET_MAX_SUBSCRIPTIONS is -1: it must be at least 0":    func(c *app.Config) { c.MaxSubscriptions = of(-1) },
		"FLEET_MAX_SOCKETS is -1: it must be at least 0":          func(c *app.Config) { c.MaxSockets = of(-1) },
		"FLEET_SESSION_IDLE is 59s: it must be at least 1m":       func(c *app.Config) { c.SessionIdle = 59 * time.Second },
		"FLEET_SESSION_MAX is 30s: it must be at least 1m":        func(c *app.Config) { c.SessionMax = 30 * time.Second },
		"FLEET_SESSION_MAX is 1h0m0s: it must be at least 24h0m0s, which is FLEET_SESSION_IDLE": func(c *app.Config) {
			c.SessionMax = time.Hour
		},
		`FLEET_PUBLIC_URL is "x/y": it must be a scheme and a host, such as https://fleet.example.com`: func(c *app.Config) {
			c.PublicURL = "x/y"
		},
		"FLEET_MAX_TURNS is -1: it must be at least 0":           func(c *app.Config) { c.MaxTurns = -1 },
		"FLEET_RATE_BURST is -1: it must be at least 0":          func(c *app.Config) { c.RateBurst = -1 },
		"FLEET_MAX_CONNECTIONS is -1: it must be at least 0":     func(c *app.Config) { c.MaxConnections = -1 },
		"FLEET_STATS_TTL is -1s: it must be at least 0s":         func(c *app.Config) { c.StatsTTL = -time.Second },
		"FLEET_DRAIN_DELAY is -1s: it must be at least 0s":       func(c *app.Config) { c.DrainDelay = -time.Second },
		"FLEET_STOP_TIMEOUT is 0s: it must be at least 1ms":      func(c *app.Config) { c.StopTimeout = 0 },
		"FLEET_SLOW_REQUEST is 0s: it must be at least 1ms":      func(c *app.Config) { c.SlowRequest = 0 },
		"FLEET_LOG_REQUESTS is -1: it must be at least 0":        func(c *app.Config) { c.LogRequests = -1 },
		"FLEET_MAX_CONNS is -1: it must be at least 0":           func(c *app.Config) { c.Database.MaxConns = -1 },
		"FLEET_KEEP_CONNS is -1: it must be at least 0":          func(c *app.Config) { c.Database.KeepConns = -1 },
		"FLEET_CONN_WAIT is -1s: it must be at least 0s":         func(c *app.Config) { c.Database.ConnWait = -time.Second },
		"FLEET_STATEMENT_TIMEOUT is -1s: it must be at least 0s": func(c *app.Config) { c.Database.StatementTimeout = -time.Second },
		"FLEET_SLOW_STATEMENT is -1s: it must be at least 0s":    func(c *app.Config) { c.Database.SlowStatement = -time.Second },
		// All mistakes, in the order of the fields, every time.
		"FLEET_HEADER_TIMEOUT is 0s: it must be at least 1ms\n" +
			"FLEET_BODY_TIMEOUT is 0s: it must be at least 1ms\n" +
			"FLEET_MAX_BODY_BYTES is 0: it must be at least 1\n" +
			"FLEET_MAX_DEPTH is 0: it must be at least 1\n" +
			"FLEET_MAX_EVENT_COST is 0: it must be at least 1\n" +
			"FLEET_KEEP_CONNS is -2: it must be at least 0\n" +
			`FLEET_PUBLIC_URL is "x": it must be a scheme and a host, such as https://fleet.example.com`: func(c *app.Config) {
			c.MaxEventCost, c.MaxDepth, c.MaxBodyBytes, c.BodyTimeout, c.HeaderTimeout = 0, 0, 0, 0, 0
			c.Database.KeepConns, c.PublicURL = -2, "x"
		},
	} {
		c := app.Default()
		set(&c)
		if err := c.Check(); err == nil || err.Error() != want {
			t.Errorf("Check = %v, want %s", err, want)
		}
	}
	c := app.Default()
	c.RateLimit, c.MaxSubscriptions, c.MaxSockets = of(0.0), of(0), of(0)
	if err := c.Check(); err != nil {
		t.Errorf("no limit is refused: %v", err)
	}
	c.Demo, c.Addr = true, "0.0.0.0:8080"
	if err := c.Check(); err == nil {
		t.Error("demo mode is allowed on every interface")
	}
}

func TestPublicURLs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "https://fleet.example.com": "https://fleet.example.com",
		"https://fleet.example.com:8443/": "https://fleet.example.com:8443",
	} {
		u, err := app.ParsePublicURL(text)
		if err != nil || u == nil != (want == "") || u != nil && u.String() != want {
			t.Errorf("%q is %v, %v", text, u, err)
		}
	}
	for _, text := range []string{"fleet.example.com", "ftp://x", "https://", "https://x/path", "https://u:p@x", "https://x?y", "::"} {
		if u, err := app.ParsePublicURL(text); err == nil {
			t.Errorf("%q is %v", text, u)
		}
	}
}
