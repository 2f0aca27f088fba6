package app_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
)

// TestSlowRequestsAreCutOff sends a part of a request and no more, to the
// listener of the server: it closes the connection at the timeout that is set
// for that part.
func TestSlowRequestsAreCutOff(t *testing.T) {
	t.Parallel()
	const soon = 200 * time.Millisecond
	for name, c := range map[string]struct {
		set  func(*app.Config)
		sent string
	}{
		"in the headers": {
			func(c *app.Config) { c.HeaderTimeout, c.BodyTimeout = soon, time.Hour },
			"POST /graphql HTTP/1.1\r\nHost: fleet\r\n",
		},
		"in the body": {
			func(c *app.Config) { c.HeaderTimeout, c.BodyTimeout = time.Hour, soon },
			"POST /graphql HTTP/1.1\r\nHost: fleet\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
		},
		"in the headers of the metrics": {
			func(c *app.Config) { c.HeaderTimeout, c.BodyTimeout = soon, time.Hour },
			"GET /metrics HTTP/1.1\r\nHost: fleet\r\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := onDatabase(t)
			c.set(&config)
			addr := run(t, &config, name == "in the headers of the metrics")
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := conn.Write([]byte(c.sent)); err != nil {
				t.Fatal(err)
			}
			if err := conn.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if answer, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("the connection is open after a minute; the answer is %q", answer)
			}
		})
	}
}

// run runs an App until the test ends and returns the address of its listener,
// or of that of its metrics. with gets the App before it runs.
func run(t *testing.T, c *app.Config, metrics bool, with ...func(*app.App)) string {
	t.Helper()
	if metrics {
		free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		c.MetricsAddr = free.Addr().String()
		_ = free.Close()
	}
	a, err := app.New(t.Context(), *c)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range with {
		f(a)
	}
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.Run(ctx, func(addr string) { address <- addr }) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, a.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	select {
	case addr := <-address:
		if metrics {
			return c.MetricsAddr
		}
		return addr
	case err := <-ended:
		ended <- nil
		t.Fatalf("Run: %v", err)
		return ""
	}
}
