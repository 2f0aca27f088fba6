package transport

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"slices"
	"time"
)

// Buffer sizes of a socket, in bytes. net/http's two buffers take 8 KB per
// connection; messages are mostly small, and 10,000 subscribers would hold 80 MB.
// Larger reads and writes bypass these buffers.
const (
	readBuffer  = 512
	writeBuffer = 1 << 10
	// sendBuffer limits what the kernel holds for a client that does not read.
	// Left alone it grows to megabytes of outdated events.
	sendBuffer = 64 << 10
)

// hijacker is a ResponseWriter whose hijacked connection has small buffers and
// a deadline for each write.
type hijacker struct {
	http.ResponseWriter
	writeTimeout time.Duration
	conn         net.Conn // set by Hijack
}

// Hijack implements http.Hijacker.
func (w *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, old, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	below := conn
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok { // TLS
		below = secure.NetConn()
	}
	if tcp, ok := below.(*net.TCPConn); ok {
		_ = tcp.SetWriteBuffer(sendBuffer)
	}
	// A client may send its first frames before it has the response; net/http has
	// read those into the old buffer.
	early, _ := old.Reader.Peek(old.Reader.Buffered())
	reader := bufio.NewReaderSize(bytes.NewReader(slices.Clone(early)), max(readBuffer, len(early)))
	if _, err := reader.Peek(len(early)); err != nil {
		return nil, nil, err
	}
	w.conn = conn
	limited := &deadlineConn{Conn: conn, timeout: w.writeTimeout}
	return limited, bufio.NewReadWriter(reader, bufio.NewWriterSize(limited, writeBuffer)), nil
}

// deadlineConn is a connection with a deadline for each write. A context per
// write would do the same for one or two allocations each.
type deadlineConn struct {
	net.Conn
	timeout time.Duration
}

func (c *deadlineConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
