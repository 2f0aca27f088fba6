package transport

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"slices"
	"time"
)

// Buffers of a socket. net/http's take 8 KB of each, for messages that are
// mostly small: 10,000 subscribers would hold 80 MB of them. What is larger
// passes them by.
const (
	readBuffer  = 512
	writeBuffer = 1 << 10
	// sendBuffer is what the kernel may hold for a client that takes nothing.
	// Left alone it grows to megabytes, all of them old news.
	sendBuffer = 64 << 10
)

// slim is a ResponseWriter whose connections, once hijacked, have small
// buffers and a deadline for each write.
type slim struct {
	http.ResponseWriter
	writeTimeout time.Duration
	conn         net.Conn // once hijacked
}

// Hijack implements http.Hijacker.
func (w *slim) Hijack() (net.Conn, *bufio.ReadWriter, error) {
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
	// A client that did not wait for the answer has its first frames in the
	// old buffer.
	early, _ := old.Reader.Peek(old.Reader.Buffered())
	reader := bufio.NewReaderSize(bytes.NewReader(slices.Clone(early)), max(readBuffer, len(early)))
	if _, err := reader.Peek(len(early)); err != nil {
		return nil, nil, err
	}
	w.conn = conn
	limited := &limitedConn{Conn: conn, timeout: w.writeTimeout}
	return limited, bufio.NewReadWriter(reader, bufio.NewWriterSize(limited, writeBuffer)), nil
}

// limitedConn is a connection whose writes end in time. A context would do so
// too, for an allocation or two each.
type limitedConn struct {
	net.Conn
	timeout time.Duration
}

func (c *limitedConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
