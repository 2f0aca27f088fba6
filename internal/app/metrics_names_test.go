package app_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/app"
)

var metricName = regexp.MustCompile(`\b(fleet|graphql|http|go|process)_[a-z_]+\b`)

// TestTheDashboardAndTheAlertsNameMetricsThatExist compares deploy/ with what a server exports.
func TestTheDashboardAndTheAlertsNameMetricsThatExist(t *testing.T) {
	t.Parallel()
	var started *app.App
	c := onDatabase(t)
	c.Demo = true
	url := "http://" + run(t, &c, false, func(a *app.App) { started = a })
	send(t, "POST", url+"/graphql", someMachines)
	send(t, "POST", url+"/graphql", `{"query":"{ nothing }"}`)
	if err := touch(t, c.Database.URL); err != nil {
		t.Fatal(err)
	}
	exported := map[string]bool{}
	until(t, "the feed has heard a change", func() bool {
		families, err := started.Registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range families {
			exported[f.GetName()] = true
		}
		return exported["fleet_feed_changes_total"]
	})
	for _, file := range []string{"../../deploy/grafana/fleet.json", "../../deploy/prometheus/alerts.yml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		named := metricName.FindAllString(string(text), -1)
		if len(named) < 10 {
			t.Errorf("%s: only %d names were found", file, len(named))
		}
		for _, name := range named {
			base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count"), "_sum")
			if !exported[name] && !exported[base] {
				t.Errorf("%s names %s, which no server exports", file, name)
			}
		}
	}
}

// touch changes a machine past the server.
func touch(t *testing.T, url string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(t.Context()) }()
	_, err = conn.Exec(
		t.Context(),
		`UPDATE equipment SET version = version + 1 WHERE id = (SELECT id FROM equipment LIMIT 1)`,
	)
	return err
}
