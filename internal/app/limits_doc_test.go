package app

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// row matches a row of the table of limits: what is limited, the default, and
// the setting.
var row = regexp.MustCompile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| (?:`(FLEET_[A-Z_]+)`)? ?\\|$")

// TestTheTableOfLimitsHasEveryDefault compares docs/limits.md with the
// settings, in both directions: every row with its setting's default, and every
// setting that is a limit with a row.
func TestTheTableOfLimitsHasEveryDefault(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	documented, constants := map[string]string{}, map[string]string{}
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		if m[3] == "" {
			constants[m[1]] = m[2]
		} else {
			documented[m[3]] = m[2]
		}
	}
	defaults := settingDefaults()
	if len(defaults) < 25 {
		t.Fatalf("only %d settings are limits", len(defaults))
	}
	for setting, want := range defaults {
		if got, ok := documented[setting]; !ok {
			t.Errorf("docs/limits.md has no row for %s", setting)
		} else if got != want {
			t.Errorf("docs/limits.md says that %s is %q by default, want %q", setting, got, want)
		}
	}
	for setting := range documented {
		if _, ok := defaults[setting]; !ok {
			t.Errorf("docs/limits.md has a row for %s, which is no limit", setting)
		}
	}
	for what, want := range map[string]int{
		"rows of a page": fleet.MaxPage, "inputs of a batch": fleet.MaxBatch, "valid access tokens of a user": fleet.MaxTokens,
		"rows that a page may skip (`offset`)": fleet.MaxOffset,
		"groups of a summary with `first`":     fleet.MaxSummaryFirst, "groups of a summary without `first`": fleet.MaxSummaryGroups,
	} {
		if got := constants[what]; got != number(want) {
			t.Errorf("docs/limits.md says that the limit of %s is %q, want %d", what, got, want)
		}
	}
}

// TestEveryLimitIsInTheText looks for the settings that are no figure.
func TestEveryLimitIsInTheText(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/limits.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"FLEET_REPORT_COST", "FLEET_TRUSTED_DOCUMENTS", "FLEET_TRUSTED_ONLY", "FLEET_ORIGINS"} {
		if !strings.Contains(string(text), "`"+setting) {
			t.Errorf("docs/limits.md has nothing about %s", setting)
		}
	}
}

// settingDefaults returns the default of each setting that is a limit, as the
// document writes it. All numbers and times of a Config are limits, but for
// those listed here.
func settingDefaults() map[string]string {
	c := Default()
	q := c.userQuotas()
	c.RateLimit, c.MaxSubscriptions, c.MaxSockets = &q.rate, &q.subscriptions, &q.sockets
	other := map[string]bool{
		"FLEET_STATS_TTL": true, "FLEET_SESSION_IDLE": true, "FLEET_SESSION_MAX": true,
		"FLEET_MAX_CONNS": true, "FLEET_KEEP_CONNS": true,
	}
	defaults := map[string]string{}
	for _, v := range []reflect.Value{reflect.ValueOf(c), reflect.ValueOf(c.Database)} {
		for i := range v.NumField() {
			setting := v.Type().Field(i).Tag.Get("env")
			if text := written(setting, reflect.Indirect(v.Field(i))); setting != "" && !other[setting] && text != "" {
				defaults[setting] = text
			}
		}
	}
	return defaults
}

// written returns a number or a time as the document writes it, and nothing for
// other types.
func written(setting string, v reflect.Value) string {
	switch value := v.Interface().(type) {
	case time.Duration:
		return fmt.Sprintf("%g s", value.Seconds())
	case float64:
		return fmt.Sprintf("%g", value)
	case int:
		switch {
		case setting == "FLEET_MAX_TURNS" && value == 0:
			return "half the processors"
		case value%(1<<20) == 0 && value > 0:
			return fmt.Sprintf("%d MiB", value>>20)
		case value%(1<<10) == 0 && value > 0:
			return fmt.Sprintf("%d KiB", value>>10)
		}
		return number(value)
	}
	return ""
}

// number writes n with commas between thousands.
func number(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
