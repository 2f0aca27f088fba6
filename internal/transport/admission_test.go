package transport_test

import "context"

// admission is an Admission and a SocketAdmission of functions; what is nil
// admits everything.
type admission struct {
	reserve func(ctx context.Context, bytes int) (func(), error)
	parse   func(ctx context.Context, bytes int) (func(), error)
	open    func(ctx context.Context) error
	receive func(ctx context.Context, bytes int) (context.Context, error)
	charge  func(ctx context.Context, bytes int) error
}

func (a admission) Charge(ctx context.Context, bytes int) error {
	if a.charge == nil {
		return nil
	}
	return a.charge(ctx, bytes)
}

func (a admission) Reserve(ctx context.Context, bytes int) (func(), error) {
	if a.reserve == nil {
		return func() {}, nil
	}
	return a.reserve(ctx, bytes)
}

func (a admission) Parse(ctx context.Context, bytes int) (func(), error) {
	if a.parse == nil {
		return func() {}, nil
	}
	return a.parse(ctx, bytes)
}

func (a admission) OpenSocket(ctx context.Context) error {
	if a.open == nil {
		return nil
	}
	return a.open(ctx)
}

func (a admission) Receive(ctx context.Context, bytes int) (context.Context, error) {
	if a.receive == nil {
		return ctx, nil
	}
	return a.receive(ctx, bytes)
}
