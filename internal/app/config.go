package app

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"time"

	"bitcorp.dev/fleet/internal/admission"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/dashboard"
	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/server"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/telemetry"
	"bitcorp.dev/fleet/internal/transport"
	"bitcorp.dev/fleet/web"
)

// Database configures the connection pool. Every command has these settings.
type Database struct {
	URL              string        `name:"database-url" env:"DATABASE_URL" help:"PostgreSQL, as postgres://user:password@host/database. Without it a private PostgreSQL is started in the data folder."`
	ListenURL        string        `name:"listen-url" env:"FLEET_LISTEN_URL" help:"The same database without a pooler, if DATABASE_URL goes through one such as PgBouncer in transaction mode: notifications of changes need a connection of their own. Not given: DATABASE_URL."`
	Pooler           store.Pooler  `env:"FLEET_POOLER" enum:"auto,yes,no" default:"auto" help:"Whether DATABASE_URL goes through a pooler in transaction mode: then statements are not prepared, and settings are made in each transaction. auto finds out."`
	MaxConns         int           `env:"FLEET_MAX_CONNS" min:"0" help:"Most database connections at once; the sum over all instances must stay below the database's max_connections."`
	KeepConns        int           `env:"FLEET_KEEP_CONNS" min:"0" help:"Database connections kept open when idle."`
	ConnWait         time.Duration `env:"FLEET_CONN_WAIT" min:"0s" help:"Longest wait for a database connection when all are in use."`
	StatementTimeout time.Duration `env:"FLEET_STATEMENT_TIMEOUT" min:"0s" help:"PostgreSQL ends a statement of the server that takes longer."`
	AllowNewer       bool          `name:"allow-newer-database" env:"FLEET_ALLOW_NEWER_DATABASE" help:"Use a database whose schema a newer release has changed. This release knows nothing of what that has added."`
	SlowStatement    time.Duration `env:"FLEET_SLOW_STATEMENT" min:"0s" help:"Statements that take longer are logged."`
}

// Config configures an App. Default returns the usual values; a zero value is
// a value like any other. The tags are those of the command line: env names
// the setting in messages and documents, help describes it, and min is the
// least value that Check accepts.
type Config struct {
	Database Database `kong:"-"`

	Addr        string        `env:"FLEET_ADDR" help:"Address to listen on."`
	MetricsAddr string        `env:"FLEET_METRICS_ADDR" help:"Address of the metrics listener for Prometheus; empty for none."`
	Demo        bool          `env:"FLEET_DEMO" help:"Fill an empty database with a demo fleet, and answer anonymous requests as its manager. On the loopback interface only."`
	StatsTTL    time.Duration `name:"stats-ttl" env:"FLEET_STATS_TTL" min:"0s" help:"Longest that statistics are kept in memory; 0 keeps none. A committed write drops them at once."`

	PublicURL        string         `name:"public-url" env:"FLEET_PUBLIC_URL" placeholder:"https://fleet.example.com" help:"URL at which browsers find the server. With https its cookies are sent over https alone; single sign-on needs it."`
	Origins          []string       `env:"FLEET_ORIGINS" placeholder:"https://app.example.com" help:"Other sites whose pages may send requests that change something."`
	TrustedProxies   []netip.Prefix `env:"FLEET_TRUSTED_PROXIES" placeholder:"10.0.0.0/8" help:"Networks of the proxies in front of the server; the client address is taken from their X-Forwarded-For."`
	OutgoingNetworks []netip.Prefix `env:"FLEET_OUTGOING_NETWORKS" placeholder:"10.1.0.0/16" help:"Networks beyond the public Internet to which the server may send requests, such as that of an identity provider of one's own."`
	SessionIdle      time.Duration  `env:"FLEET_SESSION_IDLE" min:"1m" help:"A session that is not used ends after this time."`
	SessionMax       time.Duration  `env:"FLEET_SESSION_MAX" min:"1m" help:"Every session ends after this time."`

	RequestTimeout time.Duration `env:"FLEET_REQUEST_TIMEOUT" min:"1ms" help:"Deadline of a query or mutation."`
	HeaderTimeout  time.Duration `env:"FLEET_HEADER_TIMEOUT" min:"1ms" help:"Longest that a client may take to send the headers of a request."`
	BodyTimeout    time.Duration `env:"FLEET_BODY_TIMEOUT" min:"1ms" help:"Longest that a client may take to send a whole request."`
	ExportTimeout  time.Duration `env:"FLEET_EXPORT_TIMEOUT" min:"1s" help:"Deadline of an export."`
	ExportStall    time.Duration `env:"FLEET_EXPORT_STALL" min:"1ms" help:"An export whose client takes no byte for so long is cut."`
	MaxHeaderBytes int           `env:"FLEET_MAX_HEADER_BYTES" min:"1" help:"Most bytes of a request's headers."`
	MaxBodyBytes   int           `env:"FLEET_MAX_BODY_BYTES" min:"1" help:"Most bytes of a request's body, and of a message of a WebSocket."`

	MaxQueryBytes     int    `env:"FLEET_MAX_QUERY_BYTES" min:"1" help:"Most bytes of a document."`
	MaxTokens         int    `env:"FLEET_MAX_TOKENS" min:"1" help:"Most tokens of a document: names, values and punctuation."`
	MaxDepth          int    `env:"FLEET_MAX_DEPTH" min:"1" help:"Most levels of fields below fields."`
	MaxFields         int    `env:"FLEET_MAX_FIELDS" min:"1" help:"Most fields of an operation, with its fragments expanded."`
	MaxAliases        int    `env:"FLEET_MAX_ALIASES" min:"1" help:"Most aliases of an operation."`
	MaxDirectives     int    `env:"FLEET_MAX_DIRECTIVES" min:"1" help:"Most directives of an operation."`
	MaxRootFields     int    `env:"FLEET_MAX_ROOT_FIELDS" min:"1" help:"Most fields at the root of an operation."`
	MaxFragments      int    `env:"FLEET_MAX_FRAGMENTS" min:"1" help:"Most fragments of a document."`
	MaxRepetitions    int    `env:"FLEET_MAX_REPETITIONS" min:"1" help:"Most fields that repeat one of the same selection."`
	MaxVariableValues int    `env:"FLEET_MAX_VARIABLE_VALUES" min:"1" help:"Most values in the variables of an operation."`
	MaxVariableDepth  int    `env:"FLEET_MAX_VARIABLE_DEPTH" min:"1" help:"Most levels of lists and objects in the variables."`
	MaxCost           int    `env:"FLEET_MAX_COST" min:"1" help:"Most that one operation may cost: its fields, multiplied by the sizes of the pages they are in."`
	MaxEventCost      int    `env:"FLEET_MAX_EVENT_COST" min:"1" help:"Most that each event of a subscription may cost."`
	Plans             string `env:"FLEET_PLANS" enum:"on,off" default:"on" help:"Whether fields that read rows are answered by statements and text that are compiled once for each document. off leaves all fields to the resolvers, with the same answers."`
	ReportCost        bool   `env:"FLEET_REPORT_COST" negatable:"" help:"Report the cost of each answer in extensions.cost."`

	DrainDelay  time.Duration `env:"FLEET_DRAIN_DELAY" min:"0s" help:"How long the server goes on after SIGTERM, while /readyz says 503, so that load balancers notice before it takes no more connections."`
	StopTimeout time.Duration `env:"FLEET_STOP_TIMEOUT" min:"1ms" help:"Longest that requests in progress may take after that."`

	LogRequests  float64       `env:"FLEET_LOG_REQUESTS" min:"0" help:"Most requests that have a line in the log in a second; beyond them lines are left out and counted. 0: none but slow ones."`
	SlowRequest  time.Duration `env:"FLEET_SLOW_REQUEST" min:"1ms" help:"Requests that take longer are logged with what they waited for."`
	ReportMemory bool          `env:"FLEET_REPORT_MEMORY" help:"Send the header X-Memory-Used: the bytes that the whole process has allocated during the request."`

	TracesURL   string  `name:"traces-url" env:"FLEET_TRACES_URL" placeholder:"http://collector:4318" help:"Collector to which spans of requests are sent, OTLP over HTTP. Not given: none are."`
	TracesRatio float64 `env:"FLEET_TRACES_RATIO" min:"0" help:"Part of the traces that is sent, from 0 to 1."`

	TrustedDocuments string `env:"FLEET_TRUSTED_DOCUMENTS" type:"existingfile" help:"A further client's manifest of documents, a JSON object of their texts by SHA-256: requests may name them by hash."`
	TrustedOnly      bool   `env:"FLEET_TRUSTED_ONLY" help:"Run only those documents, and the embedded client's own, for browser sessions."`

	RateLimit        *float64 `env:"FLEET_RATE_LIMIT" min:"0" help:"Requests a second of a user, a token, or the address of an anonymous client; an expensive one counts as several. 0: no limit. Not given: ${default_rate_limit}, and in demo mode 0."`
	RateBurst        int      `env:"FLEET_RATE_BURST" min:"0" help:"Requests that they may send at once."`
	MaxTurns         int      `env:"FLEET_MAX_TURNS" min:"0" help:"Expensive operations that run at once, here and in the database; the rest waits in a queue. 0: half as many as this machine has processors. More where the database has processors of its own."`
	MaxSubscriptions *int     `env:"FLEET_MAX_SUBSCRIPTIONS" min:"0" help:"Subscriptions that a user may have open. 0: no limit. Not given: ${default_max_subscriptions}, and in demo mode 0."`
	MaxSockets       *int     `env:"FLEET_MAX_SOCKETS" min:"0" help:"WebSockets that a user may have open. 0: no limit. Not given: ${default_max_sockets}, and in demo mode 0."`
	MaxOperations    int      `name:"max-operations" env:"FLEET_MAX_SOCKET_OPERATIONS" min:"1" help:"Operations that may be in progress on one WebSocket."`
	MaxConnections   int      `env:"FLEET_MAX_CONNECTIONS" min:"0" help:"WebSockets and event streams of all users together. 0: as many as there is memory for."`
	MaxExports       int      `env:"FLEET_MAX_EXPORTS" min:"0" help:"Exports in progress at once, each of which holds a database connection; a user may have a quarter of them. 0: no limit."`

	// Build describes the program in metrics.
	Build Build `kong:"-"`
	// DemoUser is the e-mail address of the user as whom Demo answers. Without
	// it that is the manager of the demo fleet, which is made if it is missing.
	DemoUser string `kong:"-"`
	// Hashing is what a password costs.
	Hashing auth.Hashing `kong:"-"`
	// SignInTime is how long a sign-in by password takes at least.
	SignInTime time.Duration `kong:"-"`
	// PlanEvery is how often services of schedules are planned (default DefaultPlanEvery); below 0 they are not.
	PlanEvery time.Duration `kong:"-"`
	// Pages is the built client.
	Pages fs.FS `kong:"-"`
	// Handlers receive changes of the database after the statistics have.
	Handlers []events.Handler `kong:"-"`
	Log      *slog.Logger     `kong:"-"`
}

// Default returns the configuration of an ordinary deployment, but for the
// URL of its database.
func Default() Config {
	operation := cost.Default
	return Config{
		Database: DefaultDatabase(),
		Addr:     server.DefaultAddr, MetricsAddr: server.DefaultMetricsAddr, StatsTTL: dashboard.DefaultTTL,
		SessionIdle: auth.DefaultSessionIdle, SessionMax: auth.DefaultSessionMax,
		RequestTimeout: transport.DefaultOperationTimeout,
		HeaderTimeout:  server.DefaultHeaderTimeout, BodyTimeout: server.DefaultBodyTimeout,
		MaxHeaderBytes: server.DefaultMaxHeader, MaxBodyBytes: transport.DefaultMaxBody,
		MaxQueryBytes: operation.QueryBytes, MaxTokens: operation.Tokens, MaxDepth: operation.Depth,
		MaxFields: operation.Fields, MaxAliases: operation.Aliases, MaxDirectives: operation.Directives,
		MaxRootFields: operation.RootFields, MaxFragments: operation.Fragments, MaxRepetitions: operation.Repetitions,
		MaxVariableValues: operation.VariableValues, MaxVariableDepth: operation.VariableDepth,
		MaxCost: operation.Cost, MaxEventCost: operation.EventCost, Plans: "on", ReportCost: true,
		StopTimeout: server.DefaultStopTimeout,
		LogRequests: telemetry.DefaultLogRate, SlowRequest: telemetry.DefaultSlowRequest, TracesRatio: 1,
		RateBurst: admission.DefaultRate.Burst, MaxOperations: transport.DefaultMaxOperations,
		MaxConnections: admission.DefaultMaxConnections,
		ExportTimeout:  transport.DefaultExportTimeout, ExportStall: transport.DefaultExportStall,
		MaxExports: admission.DefaultMaxExports,
		Hashing:    auth.DefaultHashing, SignInTime: auth.DefaultSignInTime, Pages: web.Dist(), Log: slog.Default(),
	}
}

// DefaultDatabase returns the usual pool, without a URL.
func DefaultDatabase() Database {
	return Database{
		Pooler: store.PoolerAuto, MaxConns: store.DefaultMaxConns, KeepConns: store.DefaultKeepConns,
		ConnWait: store.DefaultConnWait, StatementTimeout: store.DefaultStatementTimeout,
		SlowStatement: store.DefaultSlowStatement,
	}
}

// HelpVars returns the values of the variables in the help of Config's tags:
// the defaults that depend on demo mode.
func HelpVars() map[string]string {
	return map[string]string{
		"default_rate_limit":        fmt.Sprint(admission.DefaultRate.PerSecond),
		"default_max_subscriptions": fmt.Sprint(admission.DefaultMaxSubscriptions),
		"default_max_sockets":       fmt.Sprint(admission.DefaultMaxSockets),
	}
}
