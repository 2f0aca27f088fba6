package store

import (
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Unavailable reports whether err means that the database cannot be reached: it is stopped,
// starting, out of connections, or behind a broken network. The same request may succeed later.
func Unavailable(err error) bool {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		// Class 08: connection exception; 57P: shut down, crashed, starting; 53300: too many connections.
		return strings.HasPrefix(refused.Code, "08") || strings.HasPrefix(refused.Code,
			"57P") || refused.Code == "53300"
	}
	var connect *pgconn.ConnectError
	var network *net.OpError
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
