package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"
)

// round is what one round of one contender gave.
type round struct {
	took      time.Duration
	latencies []time.Duration
	cpu       time.Duration
	allocs    float64
}

func (r round) perSecond() float64 { return float64(len(r.latencies)) / r.took.Seconds() }

// load sends the scenario's requests to the contender on so many connections,
// each of which sends the next request when the answer to the last one is there.
func load(ctx context.Context, c *contender, q scenario, connections int, long time.Duration) (r round, err error) {
	requests, host, err := prebuilt(c.url(q), q.bodies(c))
	if err != nil {
		return r, err
	}
	before, err := c.of(q).usage(ctx)
	if err != nil {
		return r, err
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	begun := time.Now()
	end := begun.Add(long)
	for n := range connections {
		group.Go(func() {
			latencies, oneErr := client(ctx, host, requests, n*len(requests)/connections, end)
			mu.Lock()
			defer mu.Unlock()
			r.latencies = append(r.latencies, latencies...)
			err = errors.Join(err, oneErr)
		})
	}
	group.Wait()
	r.took = time.Since(begun)
	if err != nil {
		return r, fmt.Errorf("%s, %s: %w", q.name, c.name, err)
	}
	after, err := c.of(q).usage(ctx)
	r.cpu, r.allocs = after.cpu-before.cpu, after.allocs-before.allocs
	return r, err
}

// prebuilt writes the requests once: the client shares the machine with what
// it measures, so it must cost little.
func prebuilt(target string, bodies [][]byte) (requests [][]byte, host string, err error) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, "", err
	}
	for _, body := range bodies {
		head := fmt.Sprintf(
			"POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
			u.Path,
			u.Host,
			len(body),
		)
		requests = append(requests, append([]byte(head), body...))
	}
	return requests, u.Host, nil
}

// client sends requests, beginning with the one at index next, until the end.
func client(ctx context.Context, host string, requests [][]byte, next int, end time.Time) ([]time.Duration, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", host)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	in := bufio.NewReaderSize(conn, 64<<10)
	var latencies []time.Duration
	for begun := time.Now(); begun.Before(end); begun = time.Now() {
		if _, err := conn.Write(requests[next%len(requests)]); err != nil {
			return nil, err
		}
		if err := skipAnswer(in); err != nil {
			return nil, err
		}
		latencies = append(latencies, time.Since(begun))
		next++
	}
	return latencies, nil
}

// skipAnswer reads an answer of HTTP/1.1 with status 200 to its end.
func skipAnswer(in *bufio.Reader) error {
	length, chunked := -1, false
	for first := true; ; first = false {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if first && !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
			return fmt.Errorf("the answer begins with %q", line)
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) {
		case "Content-Length", "content-length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		case "Transfer-Encoding", "transfer-encoding":
			chunked = true
		}
	}
	for chunked {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimRight(line, "\r\n")), 16, 32)
		if err != nil {
			return err
		}
		if _, err := in.Discard(int(n) + 2); err != nil || n == 0 {
			return err
		}
	}
	if length < 0 {
		return errors.New("an answer without length")
	}
	_, err := in.Discard(length)
	return err
}

// percentile returns the latency that so much of the requests did not exceed.
func percentile(sorted []time.Duration, part float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}

func median(values []float64) float64 {
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}
