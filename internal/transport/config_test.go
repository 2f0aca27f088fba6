package transport

import (
	"context"
	"testing"
	"time"
)

// TestTheZeroConfigHasTheDocumentedDefaults compares withDefaults with the
// comments of Config.
func TestTheZeroConfigHasTheDocumentedDefaults(t *testing.T) {
	t.Parallel()
	c := Config{}.withDefaults()
	for name, d := range map[string][2]time.Duration{
		"OperationTimeout": {c.OperationTimeout, 30 * time.Second},
		"WriteTimeout":     {c.WriteTimeout, 10 * time.Second},
		"InitTimeout":      {c.InitTimeout, 10 * time.Second},
		"PingInterval":     {c.PingInterval, 25 * time.Second},
		"StuckTimeout":     {c.StuckTimeout, 30 * time.Second},
		"CommentInterval":  {c.CommentInterval, 12 * time.Second},
	} {
		if d[0] != d[1] {
			t.Errorf("%s is %s, want %s", name, d[0], d[1])
		}
	}
	if c.MaxBody != 1<<20 || c.MaxOperations != 50 || c.MessageRate != 50 || c.Log == nil {
		t.Errorf("MaxBody %d, MaxOperations %d, MessageRate %g, Log %v", c.MaxBody, c.MaxOperations, c.MessageRate, c.Log)
	}
	if err := c.recheck(context.Background()); err != nil {
		t.Errorf("recheck without a hook: %v", err)
	}
}

func TestShortenKeepsWholeCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"abc", 3, "abc"}, {"abcdef", 5, "ab…"}, {"éééé", 7, "éé…"}, {"éééé", 6, "é…"}, {"", 0, ""}} {
		if got := shorten(c.text, c.n); got != c.want || len(got) > c.n {
			t.Errorf("shorten(%q, %d) is %q, want %q", c.text, c.n, got, c.want)
		}
	}
}

func TestTheBufferPoolDropsLargeBuffers(t *testing.T) {
	t.Parallel()
	var p buffers
	large := make([]byte, 0, maxPooled+1)
	p.put(&large)
	for range 100 {
		if b := p.get(); cap(*b) > maxPooled || len(*b) != 0 {
			t.Fatalf("the pool returned a buffer of %d bytes, capacity %d", len(*b), cap(*b))
		}
	}
}
