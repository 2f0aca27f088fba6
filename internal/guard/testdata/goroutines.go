// Package testdata starts goroutines, four of which do not recover.
package testdata

func good() { defer guard.Recover("here") }

func bad() {}

func start() {
	go good()
	go bad()
	go func() { bad() }()
	go func() {
		defer guard.Recover("here")
	}()
	group.Go(bad)
	time.AfterFunc(1, func() { bad() })
	context.AfterFunc(ctx, cancel)
}
