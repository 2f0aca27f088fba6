package e2e_test

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files again")

// historyOf is the history as a person reads it, the oldest entry first: names stand for ids, and times are left out.
func (s *service) historyOf(names map[string]string) string {
	s.t.Helper()
	var got struct {
		History struct {
			Nodes []struct {
				Subject, Action                string
				SubjectID, SubjectName, Reason *string
				User                           *struct{ Name string }
				Changes                        []struct{ Field, From, To *string }
			}
		}
	}
	s.data(&got, `{ history(first: 100) { nodes { subject action subjectId subjectName reason user { name }
		changes { field from to } } } }`, nil)
	moment := regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`)
	today := regexp.MustCompile(`\d{4}-\d\d-\d\d`)
	value := func(v *string) string {
		if v == nil {
			return "nothing"
		}
		if name := names[*v]; name != "" {
			return name
		}
		return today.ReplaceAllString(moment.ReplaceAllString(*v, "a moment"), "a day")
	}
	var b strings.Builder
	for i := len(got.History.Nodes) - 1; i >= 0; i-- {
		h := got.History.Nodes[i]
		b.WriteString(h.Action + " " + h.Subject + " " + value(h.SubjectID) + " (" + text(h.SubjectName) + ")")
		if h.User != nil {
			b.WriteString(" by " + h.User.Name)
		}
		if h.Reason != nil {
			b.WriteString(", because: " + *h.Reason)
		}
		b.WriteString("\n")
		for _, c := range h.Changes {
			b.WriteString("  " + *c.Field + ": " + value(c.From) + " -> " + value(c.To) + "\n")
		}
	}
	return b.String()
}

// golden compares a text with the one that is kept.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the history has changed; if it reads well, write it again with -update: %s", diff)
	}
}

// TestTheHistoryOfMendedRecordsReadsWell has each way to set a record right.
func TestTheHistoryOfMendedRecordsReadsWell(t *testing.T) {
	t.Parallel()
	s := newService(t)
	wrong, right := s.machine(vars{"name": "Crane 1"}), s.machine(vars{"name": "Crane 2"})
	job := s.work(recordWork, vars{"equipmentId": wrong.ID, "kind": "CORRECTIVE", "cost": "100", "labourHours": "3",
		"description": "new hose"}).MaintenanceRecord.ID
	s.work(correctWork, vars{"maintenanceRecordId": job, "expectedVersion": 1, "cost": "110.50",
		"reason": "the invoice has another amount"})
	s.work(moveWork, vars{"maintenanceRecordId": job, "equipmentId": right.ID, "reason": "the plate was misread"})
	s.work(reopenWork, vars{"maintenanceRecordId": job, "reason": "it still leaks", "stopsMachine": true})
	s.work(completeWork, vars{"maintenanceRecordId": job})
	back := s.work(recordWork, vars{"equipmentId": right.ID, "kind": "CORRECTIVE", "cost": "-110.50",
		"reversalOfId": job}).MaintenanceRecord.ID
	s.work(deleteWork, vars{"maintenanceRecordId": back, "reason": "the workshop insists"})
	s.work(restoreWork, vars{"maintenanceRecordId": back, "reason": "settled by the court"})
	golden(t, "history_of_records.txt", s.historyOf(map[string]string{wrong.ID: "crane one", right.ID: "crane two",
		job: "the repair", back: "the reversal"}))
}
