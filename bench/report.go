package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// measured is a scenario's figures on so many connections.
type measured struct {
	q           scenario
	connections int
	statements  int
	contenders  []*contender
	rounds      [][]round // by contender
}

// compare measures the contenders in turns.
func compare(ctx context.Context, s settings, q scenario, contenders []*contender, connections int) (measured, error) {
	m := measured{q: q, connections: connections, contenders: contenders, rounds: make([][]round, len(contenders))}
	for n := -1; n < s.rounds; n++ { // the first round prepares statements and warms caches
		for i, c := range contenders {
			long := s.each
			if n < 0 {
				long = min(long, time.Second/2)
			}
			r, err := load(ctx, c, q, connections, long)
			if err != nil {
				return m, err
			}
			if n >= 0 {
				m.rounds[i] = append(m.rounds[i], r)
			}
		}
	}
	return m, nil
}

// figures are the medians of a contender's rounds, latencies over all of them.
type figures struct {
	perSecond, ratio, allocs float64
	p50, p99, cpu            time.Duration
}

// byHand is the contender to which ratios refer.
func (m measured) byHand() int {
	return slices.IndexFunc(m.contenders, func(c *contender) bool { return c.byHand })
}

func (m measured) figures(i int) figures {
	var perSecond, ratios, allocs, cpu []float64
	var latencies []time.Duration
	for n, r := range m.rounds[i] {
		requests := float64(len(r.latencies))
		perSecond = append(perSecond, r.perSecond())
		ratios = append(ratios, r.perSecond()/m.rounds[m.byHand()][n].perSecond())
		allocs = append(allocs, r.allocs/requests)
		cpu = append(cpu, float64(r.cpu)/requests)
		latencies = append(latencies, r.latencies...)
	}
	slices.Sort(latencies)
	return figures{
		perSecond: median(perSecond),
		ratio:     median(ratios),
		allocs:    median(allocs),
		cpu:       time.Duration(median(cpu)),
		p50:       percentile(latencies, 0.5),
		p99:       percentile(latencies, 0.99),
	}
}

// line says it in one line, while the benchmark goes on.
func (m measured) line() string {
	text := fmt.Sprintf("%-58s %2d conn", m.q.name, m.connections)
	for i, c := range m.contenders {
		f := m.figures(i)
		text += fmt.Sprintf(
			" | %s %.0f/s (%.2f) cpu %s p50 %s allocs %.0f",
			c.name,
			f.perSecond,
			f.ratio,
			round3(f.cpu),
			round3(f.p50),
			f.allocs,
		)
	}
	return text
}

// report writes the tables in Markdown.
func report(ctx context.Context, s settings, postgres string, contenders []*contender, list []measured) string {
	var b strings.Builder
	fmt.Fprintf(
		&b,
		"%s machines, %s maintenance records. %s, PostgreSQL %s, %s.\n",
		grouped(s.equipment),
		grouped(s.records),
		machine(),
		postgres,
		runtime.Version(),
	)
	fmt.Fprintf(&b, "Medians of %d rounds of %s.\n", s.rounds, s.each)
	for _, connections := range s.connections {
		fmt.Fprintf(&b, "\n%d connection%s:\n\n", connections, plural(connections))
		b.WriteString(
			"| query | | requests/s | ratio | p50 | p99 | CPU of the server per request | allocations | SQL statements |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n",
		)
		for _, m := range list {
			if m.connections != connections {
				continue
			}
			for i, c := range m.contenders {
				f, name := m.figures(i), ""
				allocs, statements := grouped(int(f.allocs)), strconv.Itoa(m.statements)
				switch {
				case c.peer:
					allocs, statements = "–", "–" // its process does not tell
				case c.byHand:
					statements = strconv.Itoa(m.q.byHand)
				}
				if i == 0 {
					name = m.q.name
				}
				fmt.Fprintf(
					&b,
					"| %s | %s | %s | %.2f | %s | %s | %s | %s | %s |\n",
					name,
					c.name,
					grouped(int(f.perSecond)),
					f.ratio,
					round3(f.p50),
					round3(f.p99),
					round3(f.cpu),
					allocs,
					statements,
				)
			}
		}
	}
	b.WriteString("\nMemory of the servers after it all, resident:")
	for _, c := range contenders {
		if u, err := c.warm.usage(ctx); err == nil {
			fmt.Fprintf(&b, " %s %.0f MiB.", c.name, u.memory/(1<<20))
		}
	}
	b.WriteString("\n")
	return b.String()
}

// machine describes what this ran on.
func machine() string {
	text := fmt.Sprintf("%d cores", runtime.NumCPU())
	if info, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib int
		if _, err := fmt.Sscanf(string(info), "MemTotal: %d kB", &kib); err == nil {
			text += fmt.Sprintf(", %d GiB", (kib+1<<19)>>20)
		}
	}
	return text + ", " + runtime.GOOS + "/" + runtime.GOARCH
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// round3 leaves three digits.
func round3(d time.Duration) time.Duration {
	unit := time.Duration(1)
	for d/unit >= 1000 {
		unit *= 10
	}
	return d.Round(unit)
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// between writes text between the markers of a run's kind in a file.
func between(file, kind, text string) error {
	beginMark, endMark := "<!-- "+kind+": begin -->\n", "<!-- "+kind+": end -->"
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	head, rest, found := strings.Cut(string(old), beginMark)
	_, tail, ended := strings.Cut(rest, endMark)
	if !found || !ended {
		return errors.New(file + " lacks the markers of the benchmark")
	}
	return os.WriteFile(file, []byte(head+beginMark+text+endMark+tail), 0o644) //nolint:gosec // documentation
}
