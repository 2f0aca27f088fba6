package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memorySettings configure the garbage collector. They are settings of the
// process, so the command applies them and not the App.
type memorySettings struct {
	MemoryLimit int64 `env:"FLEET_MEMORY_LIMIT" default:"480" help:"Memory in MiB that the server tries to stay below. GOMEMLIMIT and GOGC count where they are set."`
}

// garbage is the size of the garbage, in bytes, at which a collection starts.
// GOGC is relative to the live heap: with its default a server with a small
// heap collects all the time, and one with a large heap doubles it. GOMEMLIMIT
// bounds the total and leaves the first of these as it is. With 100,000 machines a page
// of 50 is answered 801 times a second by 16 connections, and 594 times with GOGC=100
// (go run ./bench -only page -beside GOGC=100), for 159 MiB of memory instead of 64.
const (
	garbage      = 100 << 20
	minGCPercent = 60 // of the live heap, whatever its size
	maxGCPercent = 800
)

// gcPercent returns the GOGC at which a heap with so many live bytes grows by
// garbage, within the bounds.
func gcPercent(live uint64) int {
	return min(max(int(100*garbage/max(live, 1<<20)), minGCPercent), maxGCPercent)
}

// differs reports whether a GOGC is so far from the last that it is worth
// setting: each change stops the world for a moment.
func differs(percent, last int) bool {
	return percent < last*9/10 || percent > last*11/10
}

// tune sets the memory limit, and GOGC by the size of the live heap until ctx
// ends.
func (s memorySettings) tune(ctx context.Context) error {
	if os.Getenv("GOMEMLIMIT") == "" && s.MemoryLimit > 0 {
		debug.SetMemoryLimit(s.MemoryLimit << 20)
	}
	if os.Getenv("GOGC") != "" {
		return nil
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := 0
	for {
		metrics.Read(live)
		if percent := gcPercent(live[0].Value.Uint64() + live[1].Value.Uint64()); differs(percent, last) {
			debug.SetGCPercent(percent)
			last = percent
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
