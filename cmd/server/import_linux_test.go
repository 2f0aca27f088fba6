package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// workOrders writes a CSV file of so many rows about a hundred machines.
func workOrders(t *testing.T, rows int) (file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "orders.csv")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Id,Machine,Date,Text,Cost")
	for i := range rows {
		fmt.Fprintf(
			w,
			"WO-%d,Machine %d,2025-%02d-%02d,\"Changed part %d, as the plan says\",%d.%02d\n",
			i,
			i%100,
			1+i%12,
			1+i%28,
			i,
			i%900,
			i%100,
		)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func importArgs(file string) []string {
	return []string{
		"import",
		"maintenance",
		file,
		"--company",
		"Ours",
		"--create-company",
		"--create-missing",
		"--map",
		"equipment=Machine,maintenanceDate=Date,description=Text,cost=Cost,sourceRef=Id",
		"--default-category",
		"Excavator",
	}
}

// TestAnImportsMemoryDoesNotGrowWithTheFile compares the most memory that two
// imports ever had.
func TestAnImportsMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("imports 220,000 rows")
	}
	t.Parallel()
	const mayDiffer = 64 << 10 // KiB
	peak := func(rows int) int64 {
		url := pgtest.Clone(t, storetest.Template())
		p := start(t, []string{"DATABASE_URL=" + url}, importArgs(workOrders(t, rows))...)
		most := p.mostMemory()
		p.wait(5 * patience)
		if !strings.Contains(p.said.String(), fmt.Sprintf("%d rows read: %[1]d created", rows)) {
			t.Errorf("the import says %s", &p.said)
		}
		return most()
	}
	little, much := peak(20_000), peak(200_000)
	t.Logf("20,000 rows: %d KiB, 200,000 rows: %d KiB", little, much)
	if much-little > mayDiffer {
		t.Errorf("20,000 rows took %d KiB, 200,000 rows %d KiB", little, much)
	}
}

// mostMemory watches the process until it ends; then what it returns gives the
// most memory that it ever had, in KiB. The kernel's own account at the end
// would not do: it begins with what this process had when it made that one.
func (p *process) mostMemory() (most func() int64) {
	seen := make(chan int64)
	go func() {
		var peak int64
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
			line := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
			if err != nil || line == nil { // a process that has ended has none
				seen <- peak
				return
			}
			peak, _ = strconv.ParseInt(string(line[1]), 10, 64)
			time.Sleep(10 * time.Millisecond)
		}
	}()
	return func() int64 { return <-seen }
}
