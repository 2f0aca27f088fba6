package store_test

import (
	"reflect"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// TestEveryMethodOfFleetTakesAViewer reads the method set: a method without a
// viewer could return the rows of any company.
func TestEveryMethodOfFleetTakesAViewer(t *testing.T) {
	methods := reflect.TypeFor[*store.Fleet]()
	if methods.NumMethod() == 0 {
		t.Fatal("Fleet has no methods")
	}
	for i := range methods.NumMethod() {
		m := methods.Method(i)
		if m.Type.NumIn() < 3 || m.Type.In(2) != reflect.TypeFor[fleet.Viewer]() {
			t.Errorf("%s%v takes no fleet.Viewer after the context", m.Name, m.Type)
		}
	}
}

// TestEveryReadTakesAViewer reads the method set of Reads: whatever makes a Read takes the viewer that it is for.
// Send can send nothing else, because the fields of a Read are not exported.
func TestEveryReadTakesAViewer(t *testing.T) {
	methods := reflect.TypeFor[store.Reads]()
	made := 0
	for i := range methods.NumMethod() {
		m := methods.Method(i)
		if m.Type.NumOut() != 1 || m.Type.Out(0) != reflect.TypeFor[store.Read]() {
			continue
		}
		made++
		takes := false
		for in := 1; in < m.Type.NumIn(); in++ {
			takes = takes || m.Type.In(in) == reflect.TypeFor[fleet.Viewer]()
		}
		if !takes {
			t.Errorf("%s%v takes no fleet.Viewer", m.Name, m.Type)
		}
	}
	if made < 10 {
		t.Errorf("only %d methods make a Read", made)
	}
	for i := range reflect.TypeFor[store.Read]().NumField() {
		if f := reflect.TypeFor[store.Read]().Field(i); f.IsExported() {
			t.Errorf("Read.%s is exported: a Read could be made without a viewer", f.Name)
		}
	}
}
