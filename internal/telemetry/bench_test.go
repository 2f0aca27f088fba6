package telemetry_test

import (
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/telemetry"
)

func BenchmarkServerTiming(b *testing.B) {
	_, r := telemetry.With(b.Context(), "1")
	r.Describe(func(o *telemetry.Operation) { o.Type = "query" })
	r.Statement(1234 * time.Microsecond)
	b.ReportAllocs()
	for b.Loop() {
		_ = r.ServerTiming()
	}
}
