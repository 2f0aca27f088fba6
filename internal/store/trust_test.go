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
