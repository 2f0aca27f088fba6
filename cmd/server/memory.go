package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// memorySettings say when garbage is collected.
type memorySettings struct {
	MemoryLimit int64 `env:"FLEET_MEMORY_LIMIT" default:"480" help:"Memory in MiB that the server tries to stay below. GOMEMLIMIT and GOGC count where they are set."`
}

// garbage is how much may be left before it is collected, in bytes: by Go's
// own rule a small heap is collected all the time, a large one may double.
const (
	garbage     = 100 << 20
	leastGCPart = 60 // percent of what lives, however much that is
	mostGCPart  = 800
)

// tune keeps the collector so until ctx ends.
func (s memorySettings) tune(ctx context.Context) error {
	if os.Getenv("GOMEMLIMIT") == "" && s.MemoryLimit > 0 {
		debug.SetMemoryLimit(s.MemoryLimit << 20)
	}
	if os.Getenv("GOGC") != "" {
		return nil
	}
	lives := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := 0
	for {
		metrics.Read(lives)
		part := int(100 * garbage / max(lives[0].Value.Uint64()+lives[1].Value.Uint64(), 1<<20))
		if part = min(max(part, leastGCPart), mostGCPart); part < last*9/10 || part > last*11/10 { // each change stops the world for a moment
			debug.SetGCPercent(part)
			last = part
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
