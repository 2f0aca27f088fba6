package transport

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
)

// message is a message of a client.
type message struct {
	kind    string
	id      string             // of subscribe and complete
	payload json.RawMessage    // of ping, as received
	object  map[string]any     // of connection_init
	params  *graphql.RawParams // of subscribe
}

// maxID is the longest id of an operation, in bytes. The id is kept and sent with
// every message of the operation.
const maxID = 1024

// Limits of messages that start no operation, in bytes. A ping is answered with its payload, and
// connection_init may have any headers of a client.
const (
	maxControl = 2048
	maxInit    = 16 << 10
)

// checkSize returns an error, as parseMessage does, for a message of too many bytes.
func (m message) checkSize(bytes int) error {
	most := maxControl
	switch m.kind {
	case "subscribe":
		return nil // within Config.MaxBody
	case "connection_init":
		most = maxInit
	}
	if bytes > most {
		return fmt.Errorf("%s has %d bytes, but must have %d at most", m.kind, bytes, most)
	}
	return nil
}

// parseMessage parses a message of graphql-transport-ws. The error is fit for the
// client, as part of a close reason.
func parseMessage(data []byte) (message, error) {
	given, err := members(data)
	if err != nil {
		return message{}, errors.New("it " + err.Error())
	}
	var m message
	if json.Unmarshal(given["type"], &m.kind) != nil {
		return message{}, errors.New("type must be a string")
	}
	switch m.kind {
	case "connection_init", "ping", "pong":
		m.payload = given["payload"]
		if refused := readOptional(m.payload, "payload", "an object", &m.object); refused != nil {
			return message{}, errors.New(refused.message)
		}
		return m, nil
	case "subscribe", "complete":
		if json.Unmarshal(given["id"], &m.id) != nil || m.id == "" || len(m.id) > maxID {
			return message{}, fmt.Errorf("id must be a string of 1 to %d bytes", maxID)
		}
		if m.kind == "complete" {
			return m, nil
		}
		params, refused := readBody(given["payload"])
		if refused != nil {
			return message{}, errors.New(strings.Replace(refused.message, "the body", "payload", 1))
		}
		m.params = params
		return m, nil
	default:
		return message{}, fmt.Errorf("type %s is unknown", fleet.Quote(m.kind))
	}
}

// shorten cuts s to at most n bytes, at the boundary of a character, and marks the
// cut with an ellipsis.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n-len("…")], "") + "…"
}
