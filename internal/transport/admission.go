package transport

import "context"

// Admission bounds what the transports take on. Its methods may block, for a
// bounded time; an error refuses the request.
type Admission interface {
	// Reserve reserves memory for a body or message that has passed 64 KB and is
	// not complete yet: bytes is how much more is needed. release returns it.
	Reserve(ctx context.Context, bytes int) (release func(), err error)
	// Parse is called before a body or message of that many bytes is parsed.
	// done is called once the operation has been parsed and validated, whether
	// it is valid or not.
	Parse(ctx context.Context, bytes int) (done func(), err error)
}

// SocketAdmission bounds what sockets do.
type SocketAdmission interface {
	// OpenSocket is called when a socket has been initialised; ctx ends with the
	// socket. An error closes it with 4403.
	OpenSocket(ctx context.Context) error
	// Receive is called for each operation of a socket before it is looked at;
	// bytes is the size of its message. The operation runs with the context that
	// it returns. While it blocks, the socket is not read. An error refuses the
	// operation.
	Receive(ctx context.Context, bytes int) (context.Context, error)
	// Charge is called for messages of a socket that start no operation, such as
	// pings, once they have so many bytes together, before connection_init too.
	// While it blocks, the socket is not read. An error closes the socket with 1013.
	Charge(ctx context.Context, bytes int) error
}

// unlimited admits everything.
type unlimited struct{}

func (unlimited) Reserve(context.Context, int) (func(), error) { return func() {}, nil }
func (unlimited) Parse(context.Context, int) (func(), error)   { return func() {}, nil }
func (unlimited) OpenSocket(context.Context) error             { return nil }
func (unlimited) Charge(context.Context, int) error            { return nil }
func (unlimited) Receive(ctx context.Context, _ int) (context.Context, error) {
	return ctx, nil
}
