package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// TestNoSubscriptionEndsTheProgram sends subscriptions whose execution used to
// panic, in a goroutine that many subscribers share.
func TestNoSubscriptionEndsTheProgram(t *testing.T) {
	t.Parallel()
	s := serve(t, patience, "FLEET_DATA_DIR="+dataDir(t))
	for _, query := range []string{
		`subscription($n: Boolean = true) { dashboardStats(scope: MINE) { totalEquipment @include(if: $n) } }`,
		`subscription($n: Boolean = true) { dashboardStats { ...F @skip(if: $n) } } fragment F on DashboardStats { totalEquipment }`,
		`subscription($n: Boolean = true) { equipmentChanged { change @skip(if: $n) } }`,
		`subscription($n: Boolean = true) { equipmentChanged { change equipment { name @include(if: $n) } } }`,
	} {
		if events := s.stream(
			query,
			map[string]any{"n": nil},
		); len(events) != 2 ||
			!strings.Contains(events[0], `"code":"BAD_INPUT"`) ||
			events[1] != "complete" {
			t.Errorf("%s\nis answered %v, want one BAD_INPUT and the end", query, events)
		}
	}
	if n := s.machines(); n != demoMachines {
		t.Errorf("afterwards the demo has %d machines", n)
	}
	s.stop(syscall.SIGTERM)
}

// stream subscribes over server-sent events, and returns the data of each event
// until the server ends the stream; "complete" is that event.
func (s *site) stream(query string, variables map[string]any) (events []string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	client := http.Client{Timeout: patience}
	response, err := client.Do(request)
	if err != nil {
		s.t.Errorf("%s: %v", query, err)
		return nil
	}
	defer func() { _ = response.Body.Close() }()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		switch data, isData := strings.CutPrefix(lines.Text(), "data: "); {
		case isData:
			events = append(events, data)
		case lines.Text() == "event: complete":
			return append(events, "complete")
		}
	}
	return events
}
