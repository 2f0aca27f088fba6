package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// ordersWithABadRow writes three work orders, of which the second has a day that there is not.
func ordersWithABadRow(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(file, []byte("Id,Machine,Date,Text,Cost\n1,EX-1,2026-01-02,a,1\n2,EX-1,2026-13-02,b,1\n"+
		"3,EX-1,2026-01-02,c,1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// imported runs the program to its end and returns its exit status and what it says.
func imported(t *testing.T, settings []string, args ...string) (status int, said string) {
	t.Helper()
	p := start(t, settings, args...)
	p.end()
	return p.cmd.ProcessState.ExitCode(), p.said.String()
}

// end waits until the process has ended, with whatever status.
func (p *process) end() {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(2 * patience):
		p.t.Fatalf("it still runs:\n%s", &p.said)
	}
}

// TestAnInterruptedImportSaysSo: the shell's status of the signal, and nothing imported.
func TestAnInterruptedImportSaysSo(t *testing.T) {
	t.Parallel()
	url := pgtest.Clone(t, storetest.Template())
	for signal, status := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		pipe := filepath.Join(t.TempDir(), "orders.csv")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		p := start(t, []string{"DATABASE_URL=" + url}, importArgs(pipe)...)
		w, err := os.OpenFile(pipe, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.Repeat("1,EX-1,2026-01-02,a,1\n", 100_000) // more than what is looked at first
		if _, err := w.WriteString("Id,Machine,Date,Text,Cost\n" + line); err != nil {
			t.Fatal(err)
		}
		if err := p.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		_ = w.Close()
		p.end()
		if got := p.cmd.ProcessState.ExitCode(); got != status || !strings.Contains(p.said.String(),
			"interrupted: nothing was imported") {
			t.Errorf("%s: exit status %d, want %d; it says %s", signal, got, status, &p.said)
		}
	}
}

func TestRejectsAreNeverTheSource(t *testing.T) {
	t.Parallel()
	url := []string{"DATABASE_URL=" + pgtest.Clone(t, storetest.Template())}
	file := ordersWithABadRow(t)
	before, _ := os.ReadFile(file)
	status, said := imported(t, url, append(importArgs(file), "--rejects", file)...)
	if after, _ := os.ReadFile(file); status != 1 || string(after) != string(before) ||
		!strings.Contains(said, "--rejects names the file that is imported") {
		t.Errorf("exit status %d, file %q: %s", status, after, said)
	}
	// A file of rejects that is there may have been corrected.
	for _, name := range []string{".rejects.csv", ".rejects-2.csv"} {
		if status, said := imported(t, url, importArgs(file)...); status != 1 || !strings.Contains(said, file+name) {
			t.Errorf("exit status %d: %s", status, said)
		}
	}
}

func TestADryRunFailsForBadRowsAndWritesNoFile(t *testing.T) {
	t.Parallel()
	url := []string{"DATABASE_URL=" + pgtest.Clone(t, storetest.Template())}
	file := ordersWithABadRow(t)
	status, said := imported(t, url, append(importArgs(file), "--dry-run")...)
	for _, says := range []string{"2 created", "1 rejected", `line 2: equipment="EX-1"`, `line 3, column "Date" "2026-13-02"`,
		"Read as CSV, utf-8, values separated by commas, header in line 1"} {
		if !strings.Contains(said, says) {
			t.Errorf("it does not say %s: %s", says, said)
		}
	}
	if files, _ := filepath.Glob(file + "*"); status != 1 || len(files) != 1 {
		t.Errorf("exit status %d, files %q", status, files)
	}
	if status, said := imported(t, url, append(importArgs(file), "--dry-run", "--skip-bad")...); status != 0 {
		t.Errorf("exit status %d: %s", status, said)
	}
	if status, said := imported(t, url, "import", "list", "--company", "Ours"); status != 1 ||
		!strings.Contains(said, "no company") {
		t.Errorf("the company of a dry run is there: %d, %s", status, said)
	}
}

// TestAnImportWorksBesideTheServer on its private PostgreSQL, which the data folder tells of.
func TestAnImportWorksBesideTheServer(t *testing.T) {
	t.Parallel()
	settings := []string{"FLEET_DATA_DIR=" + dataDir(t)}
	serve(t, patience, settings...)
	status, said := imported(t, settings, append(importArgs(ordersWithABadRow(t)), "--skip-bad")...)
	if status != 0 || !strings.Contains(said, "2 created") {
		t.Errorf("exit status %d: %s", status, said)
	}
	list := run1(t, settings, "import", "list", "--company", "Ours")
	if !strings.Contains(list, "orders.csv") {
		t.Errorf("import list says %s", list)
	}
	id := regexp.MustCompile(`(?m)^[0-9a-f]{8}-\S+`).FindString(list)
	if said := run1(t, settings, "import", "undo", id, "--company", "Ours"); !strings.Contains(said, "2 rows removed") {
		t.Errorf("import undo says %s", said)
	}
}

func TestInspectProposesAMappingThatImports(t *testing.T) {
	t.Parallel()
	url := []string{"DATABASE_URL=" + pgtest.Clone(t, storetest.Template())}
	dir := t.TempDir()
	file, mapping := filepath.Join(dir, "ordenes.csv"), filepath.Join(dir, "mapping.yaml")
	if err := os.WriteFile(
		file,
		[]byte("Taller Norte;;;;\nOT;Equipo;Fecha;Estado;Costo\n1;EX-1;28/5/2025;Cerrada;1.234,50\n"+
			"2;EX-2;3/4/2025;Cerrada;12,00\n"),
		0o600,
	); err != nil {
		t.Fatal(err)
	}
	said := run1(t, nil, "import", "inspect", file, "--output", mapping)
	for _, says := range []string{"semicolons", "header in line 2", `maintenanceDate  "Fecha"`, "100.0 % filled"} {
		if !strings.Contains(said, says) {
			t.Errorf("it does not say %s: %s", says, said)
		}
	}
	status, said := imported(t, url, "import", "maintenance", file, "--company", "Ours", "--create-company",
		"--create-missing", "--default-category", "X", "--mapping", mapping)
	if status != 0 || !strings.Contains(said, "2 created") {
		text, _ := os.ReadFile(mapping)
		t.Errorf("exit status %d: %s\n%s", status, said, text)
	}
}

func TestTheHelpOfImportListsTheFields(t *testing.T) {
	t.Parallel()
	for entity, field := range map[string]string{"equipment": "serialNumber", "operators": "licenseNumber",
		"sites": "timeZone", "papers": "validUntil", "maintenance": "downFrom"} {
		said := run1(t, nil, "import", entity, "--help")
		for _, says := range []string{field, "sourceRef", "leave what is there", "DD", "--status-map", "A|B"} {
			if !strings.Contains(said, says) {
				t.Errorf("import %s --help does not say %s", entity, says)
			}
		}
		if template := run1(t, nil, "import", "template", entity); !strings.Contains(template, field) {
			t.Errorf("the template of %s is %s", entity, template)
		}
	}
}
