package fleet

import (
	"errors"
	"fmt"
	"strings"
)

// Faults are the Errors of one input, all at once: a form shows each beside
// its field.
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

// Add adds the faults in err below field; nil adds nothing. An err that is
// none of the caller's doing does not belong here and panics.
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

// FaultsOf returns the Errors within err; nil when err is internal.
func FaultsOf(err error) []*Error {
	var many Faults
	if errors.As(err, &many) {
		return many
	}
	var one *Error
	if errors.As(err, &one) {
		return []*Error{one}
	}
	return nil
}

// StaleVersion is a CONFLICT: the row has changed since the caller read it.
type StaleVersion struct {
	Field    string // of the input, the version's
	Expected int    // the version that the caller has read
	Version  int    // the row's version now
	Current  any    // the row now: *Equipment, *Operator or *MaintenanceRecord
}

func (c *StaleVersion) Error() string { return c.Unwrap().Error() }

// Unwrap returns the conflict as an Error.
func (c *StaleVersion) Unwrap() error {
	return &Error{Code: Conflict, Field: c.Field, Message: c.Message()}
}

// Message tells people both versions.
func (c *StaleVersion) Message() string {
	return fmt.Sprintf("version %d was expected, but the row has changed since and is at version %d: look at it again", c.Expected, c.Version)
}

// CheckVersion returns a StaleVersion unless the row's version is the
// expected one; nil expects nothing.
func CheckVersion(expected *int, version int, current any) error {
	if expected == nil || *expected == version {
		return nil
	}
	return &StaleVersion{Field: "expectedVersion", Expected: *expected, Version: version, Current: current}
}
