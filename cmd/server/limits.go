package main

import (
	"fmt"
	"os"
	"time"

	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/limit"
	"bitcorp.dev/fleet/internal/server"
)

// limitSettings are the settings of what clients may ask for.
type limitSettings struct {
	RequestTimeout time.Duration `env:"FLEET_REQUEST_TIMEOUT" default:"30s" help:"Deadline of a query or mutation."`
	HeaderTimeout  time.Duration `env:"FLEET_HEADER_TIMEOUT" default:"10s" help:"How long a client may take to send the headers of a request."`
	BodyTimeout    time.Duration `env:"FLEET_BODY_TIMEOUT" default:"30s" help:"How long a client may take to send a whole request."`
	MaxHeaderBytes int           `env:"FLEET_MAX_HEADER_BYTES" default:"65536" help:"Most bytes of a request's headers."`
	MaxBodyBytes   int           `env:"FLEET_MAX_BODY_BYTES" default:"1048576" help:"Most bytes of a request's body, and of a message of a WebSocket."`

	MaxQueryBytes     int  `env:"FLEET_MAX_QUERY_BYTES" default:"100000" help:"Most bytes of a document."`
	MaxTokens         int  `env:"FLEET_MAX_TOKENS" default:"5000" help:"Most words, names and signs of a document."`
	MaxDepth          int  `env:"FLEET_MAX_DEPTH" default:"20" help:"Most levels of fields below fields."`
	MaxFields         int  `env:"FLEET_MAX_FIELDS" default:"5000" help:"Most fields of an operation, its fragments written out."`
	MaxAliases        int  `env:"FLEET_MAX_ALIASES" default:"50" help:"Most aliases of an operation."`
	MaxDirectives     int  `env:"FLEET_MAX_DIRECTIVES" default:"50" help:"Most directives of an operation."`
	MaxRootFields     int  `env:"FLEET_MAX_ROOT_FIELDS" default:"50" help:"Most fields at the root of an operation."`
	MaxFragments      int  `env:"FLEET_MAX_FRAGMENTS" default:"100" help:"Most fragments of a document."`
	MaxRepetitions    int  `env:"FLEET_MAX_REPETITIONS" default:"200" help:"Most fields that are asked for again where they were already."`
	MaxVariableValues int  `env:"FLEET_MAX_VARIABLE_VALUES" default:"20000" help:"Most values in the variables of an operation."`
	MaxVariableDepth  int  `env:"FLEET_MAX_VARIABLE_DEPTH" default:"20" help:"Most levels of lists and objects in the variables."`
	MaxCost           int  `env:"FLEET_MAX_COST" default:"500000" help:"Most that one operation may cost: its fields, multiplied by the sizes of the pages they are in."`
	MaxEventCost      int  `env:"FLEET_MAX_EVENT_COST" default:"5000" help:"Most that each event of a subscription may cost."`
	ReportCost        bool `env:"FLEET_REPORT_COST" default:"true" negatable:"" help:"Tell the cost of each answer in extensions.cost."`

	TrustedDocuments string `env:"FLEET_TRUSTED_DOCUMENTS" type:"existingfile" help:"A client's manifest of documents, a JSON object of their texts by SHA-256: requests may name them by hash."`
	TrustedOnly      bool   `env:"FLEET_TRUSTED_ONLY" help:"Run nothing but those documents for browser sessions."`

	RateLimit        float64 `env:"FLEET_RATE_LIMIT" default:"-1" help:"Requests a second that a user, a token, or an address of somebody not signed in may send; a dear one counts as several. 0: as many as they like. Not given: 10, and in demo mode 0."`
	RateBurst        int     `env:"FLEET_RATE_BURST" default:"20" help:"Requests that they may send at once."`
	MaxTurns         int     `env:"FLEET_MAX_TURNS" default:"0" help:"How much that is dear is done at once, here and in the database; the rest waits in turns. 0: half as much as this machine has processors. More where the database has processors of its own."`
	MaxSubscriptions int     `env:"FLEET_MAX_SUBSCRIPTIONS" default:"-1" help:"Subscriptions that a user may have open. 0: as many as they like. Not given: 200, and in demo mode 0."`
	MaxSockets       int     `env:"FLEET_MAX_SOCKETS" default:"-1" help:"WebSockets that a user may have open. 0: as many as they like. Not given: 50, and in demo mode 0."`
	MaxOperations    int     `env:"FLEET_MAX_SOCKET_OPERATIONS" default:"50" help:"Operations that may be under way on one WebSocket."`
	MaxConnections   int     `env:"FLEET_MAX_CONNECTIONS" default:"20000" help:"WebSockets and event streams of all users together. 0: as many as there is memory for."`
}

// Of users, when a limit is not given.
const (
	usualRate          = 10
	usualSubscriptions = 200
	usualSockets       = 50
)

// apply writes the limits into c. In demo mode all are the same user, on one
// machine: what is not given is not limited.
func (f limitSettings) apply(c *server.Config) error {
	rate, subscriptions, sockets := float64(usualRate), usualSubscriptions, usualSockets
	if c.Demo != nil {
		rate, subscriptions, sockets = 0, 0, 0
	}
	if f.RateLimit >= 0 {
		rate = f.RateLimit
	}
	if f.MaxSubscriptions >= 0 {
		subscriptions = f.MaxSubscriptions
	}
	if f.MaxSockets >= 0 {
		sockets = f.MaxSockets
	}
	for name, n := range map[string]int64{
		"FLEET_REQUEST_TIMEOUT": int64(f.RequestTimeout), "FLEET_HEADER_TIMEOUT": int64(f.HeaderTimeout), "FLEET_BODY_TIMEOUT": int64(f.BodyTimeout),
		"FLEET_MAX_HEADER_BYTES": int64(f.MaxHeaderBytes), "FLEET_MAX_BODY_BYTES": int64(f.MaxBodyBytes), "FLEET_MAX_SOCKET_OPERATIONS": int64(f.MaxOperations),
	} {
		if n <= 0 {
			return fmt.Errorf("%s is not above 0: nothing would be answered", name)
		}
	}
	c.RequestTimeout, c.HeaderTimeout, c.BodyTimeout = f.RequestTimeout, f.HeaderTimeout, f.BodyTimeout
	c.MaxHeader, c.MaxBody, c.MaxOperations = f.MaxHeaderBytes, f.MaxBodyBytes, f.MaxOperations
	c.Limits = cost.Config{
		QueryBytes: f.MaxQueryBytes, Tokens: f.MaxTokens, Depth: f.MaxDepth, Fields: f.MaxFields, Aliases: f.MaxAliases,
		Directives: f.MaxDirectives, RootFields: f.MaxRootFields, Fragments: f.MaxFragments, Repetitions: f.MaxRepetitions, VariableValues: f.MaxVariableValues, VariableDepth: f.MaxVariableDepth, Cost: f.MaxCost, EventCost: f.MaxEventCost,
	}
	c.ReportCost = f.ReportCost
	c.Rate = limit.Policy{PerSecond: rate, Burst: f.RateBurst}
	c.MaxSubscriptions, c.MaxSockets, c.MaxConnections = subscriptions, sockets, f.MaxConnections
	c.Turns = f.MaxTurns
	c.TrustedOnly = f.TrustedOnly
	if f.TrustedDocuments == "" {
		return nil
	}
	manifest, err := os.ReadFile(f.TrustedDocuments)
	if err == nil {
		c.Trusted, err = server.ReadTrustedDocuments(manifest)
	}
	return err
}
