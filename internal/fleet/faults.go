package fleet

import (
	"errors"
	"fmt"
	"strings"
)

// Faults are all Errors of one input, so that a form can show each beside its field.
type Faults []*Error

func (f Faults) Error() string {
	texts := make([]string, len(f))
	for i, e := range f {
		texts[i] = e.Error()
	}
	return strings.Join(texts, "; ")
}

// Unwrap lets errors.As find the first fault.
func (f Faults) Unwrap() []error {
	list := make([]error, len(f))
	for i, e := range f {
		list[i] = e
	}
	return list
}

// Add adds the faults in err below field; nil adds nothing. It panics when err is an internal
// error, which is not a fault of the input.
func (f *Faults) Add(field string, err error) {
	if err == nil {
		return
	}
	list := FaultsOf(InField(field, err))
	if list == nil {
		panic("fleet: not a fault of the input: " + err.Error())
	}
	*f = append(*f, list...)
}

// Err returns the faults as an error, nil if there are none.
func (f Faults) Err() error {
	switch len(f) {
	case 0:
		return nil
	case 1:
		return f[0]
	default:
		return f
	}
}

// MaxFaults is the maximum number of faults that are reported of one input.
const MaxFaults = 10

// FaultsOf returns the Errors within err, of many the first MaxFaults; nil when err is internal.
func FaultsOf(err error) []*Error {
	var many Faults
	if errors.As(err, &many) {
		return many[:min(len(many), MaxFaults)]
	}
	var one *Error
	if errors.As(err, &one) {
		return []*Error{one}
	}
	return nil
}

// Versioned is a row that is updated by expected version: *Equipment,
// *Operator, *MaintenanceRecord, *ServiceSchedule, *SavedQuery, *User or *Company.
type Versioned interface {
	GlobalID() string
	RowVersion() int // 1 when new, one more with every change
}

// StaleVersion is a CONFLICT: the row has changed since the caller read it.
type StaleVersion struct {
	Field    string    // path of the version in the input
	Expected int       // the version that the caller has read
	Version  int       // the row's version now
	Current  Versioned // the row now
}

func (c *StaleVersion) Error() string { return c.Unwrap().Error() }

// Unwrap returns the conflict as an Error.
func (c *StaleVersion) Unwrap() error {
	return &Error{Code: Conflict, Reason: Stale, Field: c.Field, Message: c.Message()}
}

// Message is the text for people, with both versions.
func (c *StaleVersion) Message() string {
	return fmt.Sprintf("version %d was expected, but the row has changed since and is at version %d: look at it again",
		c.Expected, c.Version)
}

// CheckDeletedVersion is CheckVersion for a deleted row, which has no current values to show.
func CheckDeletedVersion(expected *int, version int) error {
	if expected == nil || *expected == version {
		return nil
	}
	return &StaleVersion{Field: "expectedVersion", Expected: *expected, Version: version}
}

// CheckVersion returns a StaleVersion unless the row's version is the expected
// one. A nil expected matches any version.
func CheckVersion(expected *int, current Versioned) error {
	if expected == nil || *expected == current.RowVersion() {
		return nil
	}
	return &StaleVersion{Field: "expectedVersion", Expected: *expected, Version: current.RowVersion(), Current: current}
}
