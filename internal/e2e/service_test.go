package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// served is a machine with its make and service.
type served struct {
	ID                                       string
	Manufacturer, Model                      *string
	Year                                     *int
	InServiceOn, RetiredOn, ReplacementValue *string
	ScheduledHoursPerWeek                    *string
	Version                                  int
}

type servedPayload struct {
	Equipment *served
	Errors    []fault
}

const (
	ofServed    = ` id manufacturer model year inServiceOn retiredOn replacementValue scheduledHoursPerWeek version `
	createServe = `mutation($in: CreateEquipmentInput!) { p: createEquipment(input: $in) { equipment {` + ofServed + `} errors { code reason message field } } }`
	updateServe = `mutation($in: UpdateEquipmentInput!) { p: updateEquipment(input: $in) { equipment {` + ofServed + `} errors { code reason message field } } }`
)

// TestTheMakeAndServiceOfAMachine are created, changed and cleared, and the history tells of each. A machine retires
// today in the company's zone, unless another day is given.
func TestTheMakeAndServiceOfAMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(`UPDATE companies SET time_zone = 'Pacific/Kiritimati'`) // 14 hours ahead of UTC
	zone, err := time.LoadLocation("Pacific/Kiritimati")
	if err != nil {
		t.Fatal(err)
	}
	given := vars{"name": "Digger", "category": "Excavator", "manufacturer": " Cat ", "model": "336", "year": 2019,
		"inServiceOn": "2020-05-04", "replacementValue": "210000", "scheduledHoursPerWeek": "60.5"}
	p := change[servedPayload](s, createServe, vars{"in": given})
	want := served{Manufacturer: of("Cat"), Model: of("336"), Year: of(2019), InServiceOn: of("2020-05-04"),
		ReplacementValue: of("210000.00"), ScheduledHoursPerWeek: of("60.5"), Version: 1}
	made := *p.Equipment
	want.ID = made.ID
	if diff := cmp.Diff(want, made); diff != "" || len(p.Errors) > 0 {
		t.Errorf("%v %s", p.Errors, diff)
	}
	// Others of the manufacturer are spelled alike.
	alike := vars{"name": "x", "category": "x", "manufacturer": "CAT", "model": "3 36"}
	other := change[servedPayload](s, createServe, vars{"in": alike})
	if *other.Equipment.Manufacturer != "Cat" || *other.Equipment.Model != "336" {
		t.Errorf("spelled %s and %s", *other.Equipment.Manufacturer, *other.Equipment.Model)
	}
	update := func(version int, in vars) servedPayload {
		t.Helper()
		in["equipmentId"], in["expectedVersion"] = made.ID, version
		return change[servedPayload](s, updateServe, vars{"in": in})
	}
	p = update(1, vars{"manufacturer": "Komatsu", "model": nil, "year": 2018, "inServiceOn": nil, "replacementValue": nil,
		"scheduledHoursPerWeek": nil})
	want = served{ID: made.ID, Manufacturer: of("Komatsu"), Year: of(2018), Version: 2}
	if diff := cmp.Diff(want, *p.Equipment); diff != "" {
		t.Error(diff)
	}
	before := time.Now().In(zone).Format(time.DateOnly)
	p = update(2, vars{"status": "RETIRED"})
	after := time.Now().In(zone).Format(time.DateOnly)
	if on := *p.Equipment.RetiredOn; on != before && on != after {
		t.Errorf("retired on %s, want %s", on, after)
	}
	if p = update(3, vars{"retiredOn": "2026-01-31"}); p.Equipment == nil || *p.Equipment.RetiredOn != "2026-01-31" {
		t.Errorf("%+v", p)
	}
	if p = update(4, vars{"status": "INACTIVE"}); p.Equipment == nil || p.Equipment.RetiredOn != nil {
		t.Errorf("%+v", p)
	}
	for field, value := range map[string]any{"retiredOn": "2026-01-31", "inServiceOn": "1949-12-31", "year": 1899,
		"replacementValue": "0", "scheduledHoursPerWeek": "169", "manufacturer": " ", "model": strings.Repeat("x", 101)} {
		if p = update(5, vars{field: value}); len(p.Errors) != 1 || p.Errors[0].Code != "BAD_INPUT" ||
			p.Errors[0].Field != elements("input."+field) {
			t.Errorf("%s %v: %+v", field, value, p.Errors)
		}
		in := vars{"name": "x", "category": "x", field: value}
		p = change[servedPayload](s, createServe, vars{"in": in})
		if len(p.Errors) != 1 || p.Errors[0].Field != elements("input."+field) {
			t.Errorf("new with %s %v: %+v", field, value, p.Errors)
		}
	}
	var h struct {
		Equipment struct {
			History struct {
				Nodes []struct {
					Action  string
					Changes []struct {
						Field    string
						From, To *string
					}
				}
			}
		}
	}
	s.data(
		&h,
		`query($id: ID!) { equipment(id: $id) { history { nodes { action changes { field from to } } } } }`,
		vars{"id": made.ID},
	)
	told := []string{}
	for _, n := range h.Equipment.History.Nodes {
		for _, c := range n.Changes {
			told = append(told, c.Field+" "+text(c.From)+" "+text(c.To))
		}
	}
	for _, line := range []string{"manufacturer Cat Komatsu", "model 336 null", "year 2019 2018", "inServiceOn 2020-05-04 null",
		"replacementValue 210000.00 null", "scheduledHoursPerWeek 60.5 null", "retiredOn 2026-01-31 null"} {
		if !slices.Contains(told, line) {
			t.Errorf("the history does not tell %q: %q", line, told)
		}
	}
}

// TestMachinesAreFoundByMakeAndService: filters, orders with machines of unknown values first, and groups.
func TestMachinesAreFoundByMakeAndService(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, in := range map[string]vars{
		"A": {"manufacturer": "Björn", "model": "X 10", "year": 2010, "inServiceOn": "2011-01-01", "replacementValue": "100", "cost": "5"},
		"B": {"manufacturer": "Ajax", "model": "X 9", "year": 2020, "inServiceOn": "2020-06-01", "replacementValue": "50", "cost": "7"},
		"C": {"cost": "11", "scheduledHoursPerWeek": "50"},
	} {
		in["name"] = name
		s.machine(in)
	}
	s.machine(vars{"name": "D", "status": "RETIRED", "retiredOn": "2026-02-01", "manufacturer": "ajax"})
	names := func(arguments string) (list string) {
		t.Helper()
		var got struct {
			EquipmentList struct{ Nodes []struct{ Name string } }
		}
		s.data(&got, `{ equipmentList(`+arguments+`) { nodes { name } } }`, nil)
		for _, n := range got.EquipmentList.Nodes {
			list += n.Name
		}
		return list
	}
	for arguments, want := range map[string]string{
		`filter: { manufacturer: { in: ["BJORN"] } }`:                                                 "A",
		`filter: { manufacturer: { in: ["ajax", "none"] } }, orderBy: NAME_ASC`:                       "BD",
		`filter: { manufacturer: { isNull: true } }`:                                                  "C",
		`filter: { model: { in: ["x9"] } }`:                                                           "B",
		`filter: { model: { isNull: true } }, orderBy: NAME_ASC`:                                      "CD",
		`filter: { year: { lt: 2020 } }`:                                                              "A",
		`filter: { not: { year: { lt: 2020 } } }, orderBy: NAME_ASC`:                                  "BCD",
		`filter: { year: { isNull: true } }, orderBy: NAME_ASC`:                                       "CD",
		`filter: { inServiceOn: { lte: "2020-06-01" } }, orderBy: NAME_ASC`:                           "AB",
		`filter: { retiredOn: { isNull: false } }`:                                                    "D",
		`filter: { retiredOn: { lt: "2026-02-02" } }`:                                                 "D",
		`filter: { replacementValue: { lt: "100" } }`:                                                 "B",
		`filter: { scheduledHoursPerWeek: { gte: "50" } }`:                                            "C",
		`filter: { scheduledHoursPerWeek: { isNull: true } }, orderBy: NAME_ASC`:                      "ABD",
		`orderBy: YEAR_DESC, first: 2`:                                                                "BA",
		`orderBy: IN_SERVICE_ON_DESC, first: 2`:                                                       "BA",
		`orderBy: REPLACEMENT_VALUE_DESC, first: 2`:                                                   "AB",
		`orderBy: RETIRED_ON_DESC, first: 1`:                                                          "D",
		`orderBy: MODEL_DESC, first: 2`:                                                               "AB", // 10 after 9
		`orderBy: MANUFACTURER_DESC, first: 1`:                                                        "A",
		`orderBy: MANUFACTURER_ASC, first: 1`:                                                         "C",
		`filter: { year: { isNull: false } }, orderBy: YEAR_ASC`:                                      "AB",
		`filter: { year: { isNull: false } }, orderBy: IN_SERVICE_ON_ASC`:                             "AB",
		`filter: { year: { isNull: false } }, orderBy: REPLACEMENT_VALUE_ASC`:                         "BA",
		`filter: { year: { isNull: false } }, orderBy: MODEL_ASC`:                                     "BA",
		`filter: { status: [RETIRED, ACTIVE], year: { isNull: true } }, orderBy: RETIRED_ON_ASC`:      "CD",
		`filter: { year: { gte: 2010 }, manufacturer: { in: ["Björn", "Ajax"] } }, orderBy: NAME_ASC`: "AB",
	} {
		if got := names(arguments); got != want {
			t.Errorf("%s: %q, want %q", arguments, got, want)
		}
	}
	var got struct {
		EquipmentAggregates []struct {
			Keys  []struct{ Value *string }
			Count int
			Cost  struct{ Sum string }
		}
	}
	s.data(&got, `{ equipmentAggregates(groupBy: [MANUFACTURER]) { keys { value } count cost { sum } } }`, nil)
	lines := []string{}
	for _, g := range got.EquipmentAggregates {
		lines = append(lines, text(g.Keys[0].Value)+" "+g.Cost.Sum)
	}
	if diff := cmp.Diff([]string{"Ajax 7.00", "Björn 5.00", "null 11.00"}, lines); diff != "" {
		t.Error(diff)
	}
}
