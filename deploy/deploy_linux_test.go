// Package deploy_test checks the files of this folder with the programs that read them.
package deploy_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// program returns the path of a program, and skips the test where a variable says that it is missing on
// purpose; without a name of one the program is a linter, which may be missing.
func program(t *testing.T, name, skip string) string {
	t.Helper()
	if skip != "" && os.Getenv(skip) == "1" {
		t.Skip(skip + " is set")
	}
	for _, place := range []string{name, "/usr/sbin/" + name} {
		if path, err := exec.LookPath(place); err == nil {
			return path
		}
	}
	if skip == "" {
		t.Skip("there is no " + name)
	}
	t.Fatalf("there is no %s: install it, or set %s=1", name, skip)
	return ""
}

func passes(t *testing.T, program string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput(); err != nil {
		t.Errorf("%s %v: %v\n%s", filepath.Base(program), args, err, out)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPromtoolAcceptsTheAlerts and that they fire, each one, for a server that is sick, and none for one
// that is well.
func TestPromtoolAcceptsTheAlerts(t *testing.T) {
	t.Parallel()
	promtool := program(t, "promtool", "SKIP_PROMTOOL")
	passes(t, promtool, "check", "config", "prometheus/prometheus.yml")
	passes(t, promtool, "check", "rules", "--lint=all", "--lint-fatal", "prometheus/alerts.yml")
	passes(t, promtool, "test", "rules", "prometheus/alerts_test.yml")
}

// TestPromtoolAcceptsTheDashboard turns its queries into rules.
func TestPromtoolAcceptsTheDashboard(t *testing.T) {
	t.Parallel()
	promtool := program(t, "promtool", "SKIP_PROMTOOL")
	type rule struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	var rules []rule
	for i, expr := range queries(t) {
		expr = strings.NewReplacer("$__rate_interval", "5m", "$instance", ".*").Replace(expr)
		rules = append(rules, rule{"fleet:query" + strings.Repeat("x", i), expr})
	}
	text, err := yaml.Marshal(map[string]any{"groups": []map[string]any{{"name": "dashboard", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "dashboard.yml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	passes(t, promtool, "check", "rules", file)
}

// queries returns those of the dashboard.
func queries(t *testing.T) (found []string) {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Title, Description string
			Targets            []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/fleet.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			found = append(found, target.Expr)
			if p.Description == "" {
				t.Errorf("panel %s has no description", p.Title)
			}
		}
	}
	if len(found) < 30 {
		t.Fatalf("only %d queries", len(found))
	}
	return found
}

// TestEachAlertHasARunbook with its name, and each runbook an alert.
func TestEachAlertHasARunbook(t *testing.T) {
	t.Parallel()
	_, runbooks, found := strings.Cut(read(t, "../docs/operations.md"), "\n## Alerts\n")
	if !found {
		t.Fatal("docs/operations.md has no alerts")
	}
	names := func(pattern, text string) (list []string) {
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			list = append(list, m[1])
		}
		slices.Sort(list)
		return list
	}
	alerts := read(t, "prometheus/alerts.yml")
	if got, want := names(`(?m)^### (\w+)$`, runbooks), names(`alert: (\w+)`, alerts); !slices.Equal(got, want) {
		t.Errorf("runbooks %v\nalerts   %v", got, want)
	}
	for _, m := range regexp.MustCompile(`(?s)alert: (\w+).*?operations\.md#(\w+)`).FindAllStringSubmatch(alerts, -1) {
		if strings.ToLower(m[1]) != m[2] {
			t.Errorf("%s names the runbook %s", m[1], m[2])
		}
	}
}

func TestShellScripts(t *testing.T) {
	t.Parallel()
	scripts := []string{"../.ci/run", "../.ci/test", "../.ci/reproducible"}
	for _, pattern := range []string{"*.sh", "*/*.sh"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, found...)
	}
	if len(scripts) < 8 {
		t.Fatal(scripts)
	}
	passes(t, program(t, "shellcheck", ""), scripts...)
}

// TestSystemdAcceptsTheUnit and finds little of the machine that it could touch.
func TestSystemdAcceptsTheUnit(t *testing.T) {
	t.Parallel()
	analyze := program(t, "systemd-analyze", "")
	unit := strings.Replace(read(t, "systemd/fleet@.service"), "/usr/local/bin/fleet-server", "/bin/true", 1)
	file := filepath.Join(t.TempDir(), "fleet@8081.service")
	if err := os.WriteFile(file, []byte(unit), 0o600); err != nil {
		t.Fatal(err)
	}
	passes(t, analyze, "verify", file)
	passes(t, analyze, "security", "--offline=true", "--threshold=15", file)
}

// TestManifestsHoldWhatTheServerNeeds reads the YAML: there is no engine here to apply it.
func TestManifestsHoldWhatTheServerNeeds(t *testing.T) {
	t.Parallel()
	for file, wanted := range map[string][]string{
		"docker/compose.yaml": {"read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "stop_grace_period: 30s"},
		"docker/Dockerfile":   {"gcr.io/distroless/static-debian12:nonroot", "USER 65532:65532", "deploy/build.sh"},
		"kubernetes/fleet.yaml": {"enableServiceLinks: false", "runAsNonRoot: true", "readOnlyRootFilesystem: true",
			"kind: PodDisruptionBudget", "readinessProbe", "livenessProbe", "startupProbe", "FLEET_DRAIN_DELAY"},
	} {
		text := read(t, file)
		for _, part := range wanted {
			if !strings.Contains(text, part) {
				t.Errorf("%s has no %s", file, part)
			}
		}
		if !strings.HasSuffix(file, ".yaml") {
			continue
		}
		for document := range strings.SplitSeq(text, "\n---\n") {
			var parsed map[string]any
			if err := yaml.Unmarshal([]byte(document), &parsed); err != nil || len(parsed) == 0 {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}
