package batch

import (
	"context"
	"errors"
)

// Asking resolves one field of many objects, one after the other, before the
// answer to any of them is waited for: a resolver that ends in Load then
// queues its key and leaves the rest for later, so that one goroutine does for
// all objects.
type Asking struct {
	place *place
	later func() (any, error) // what Load left
}

type askingKey struct{}

// NewAsking returns what asks the field that ctx resolves, and the context to
// call its resolver with.
func NewAsking(ctx context.Context) (context.Context, *Asking) {
	place, _ := placeOf(ctx)
	a := &Asking{place: place}
	return context.WithValue(ctx, askingKey{}, a), a
}

// askedLater is what Load returns within Ask. A resolver passes it on.
type askedLater struct{}

func (askedLater) Error() string { return "asked, to be answered later" }

// Ask calls the resolver for one object. What it returns is called once, when
// the field has been asked of all objects, and waits for the value.
func Ask[R any](a *Asking, resolve func() (R, error)) (answer func() (R, error)) {
	a.later = nil
	result, err := resolve()
	if !errors.Is(err, askedLater{}) { // no key was queued
		return func() (R, error) { return result, err }
	}
	later := a.later
	return func() (R, error) {
		value, err := later()
		if err != nil {
			var zero R
			return zero, err
		}
		return value.(R), nil
	}
}
