package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
)

const (
	faults     = ` errors { code reason message field ... on VersionConflict { expectedVersion version current { id ... on Equipment { name version status assignedOperator { id } } } } }`
	ofMachine  = ` id name status serialNumber cost version assignedOperator { id lastName } `
	createOne  = `mutation($in: CreateEquipmentInput!, $key: String) { p: createEquipment(input: $in, idempotencyKey: $key) { equipment {` + ofMachine + `}` + faults + ` } }`
	updateOne  = `mutation($in: UpdateEquipmentInput!, $key: String) { p: updateEquipment(input: $in, idempotencyKey: $key) { equipment {` + ofMachine + `}` + faults + ` } }`
	deleteOne  = `mutation($id: ID!, $v: Int) { p: deleteEquipment(input: { equipmentId: $id, expectedVersion: $v }) { deletedId equipment {` + ofMachine + `}` + faults + ` } }`
	restoreOne = `mutation($id: ID!, $v: Int) { p: restoreEquipment(input: { equipmentId: $id, expectedVersion: $v }) { equipment {` + ofMachine + `}` + faults + ` } }`
)

// fault is an error of a payload.
type fault struct {
	Code, Reason, Message    string
	Field                    elements
	ExpectedVersion, Version int
	Current                  *machine
}

// elements is a path, written with dots.
type elements string

// UnmarshalJSON reads the list of its elements, or null.
func (e *elements) UnmarshalJSON(text []byte) error {
	var list []string
	err := json.Unmarshal(text, &list)
	*e = elements(strings.Join(list, "."))
	return err
}

// argument is the path of the argument that an error blames.
func argument(extensions map[string]any) string {
	list, _ := extensions["argument"].([]any)
	path := make([]string, len(list))
	for i, element := range list {
		path[i] = fmt.Sprint(element)
	}
	return strings.Join(path, ".")
}

type machine struct {
	ID, Name, Status string
	SerialNumber     *string
	Cost             *string
	Version          int
	AssignedOperator *struct{ ID, LastName string }
}

type equipmentPayload struct {
	Equipment *machine
	DeletedID *string // of a deletion
	Errors    []fault
}

type vars = map[string]any

// change runs a mutation with the field alias p.
func change[P any](s *service, mutation string, variables vars) P {
	s.t.Helper()
	var d struct{ P P }
	s.data(&d, mutation, variables)
	return d.P
}

// machine creates a machine.
func (s *service) machine(in vars) machine {
	s.t.Helper()
	given := vars{"name": "Digger", "category": "Excavator"}
	for k, v := range in {
		given[k] = v
	}
	p := change[equipmentPayload](s, createOne, vars{"in": given})
	if len(p.Errors) > 0 {
		s.t.Fatal(p.Errors)
	}
	return *p.Equipment
}

func (s *service) operator(licence string) string {
	s.t.Helper()
	p := change[struct {
		Operator *struct{ ID string }
		Errors   []fault
	}](s, `mutation($l: String) { p: createOperator(input: { firstName: "Ada", lastName: "Byron", licenseNumber: $l }) { operator { id } errors { code reason message field } } }`, vars{"l": licence})
	if len(p.Errors) > 0 {
		s.t.Fatal(p.Errors)
	}
	return p.Operator.ID
}

// count counts rows past the server.
func (s *service) count(sql string, args ...any) (n int) {
	s.t.Helper()
	s.row(sql, []any{&n}, args...)
	return n
}
