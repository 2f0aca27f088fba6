package events

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// channel is where the triggers notify.
const channel = "fleet_changes"

const (
	connectTimeout = 5 * time.Second
	// askEvery is how long silence is trusted: a connection that died without
	// a word, as behind a firewall, is found within it and answerWithin.
	askEvery     = 5 * time.Second
	answerWithin = 2 * time.Second
	// lookWithin bounds what is asked of a database that has much to do.
	lookWithin = 10 * time.Second
)

// Postgres listens on a connection of its own, which must be one to the
// server itself: a pooler in transaction mode loses LISTEN.
type Postgres struct {
	// Rates are DefaultRates unless they are set before Listen.
	Rates  Rates
	config *pgx.ConnConfig
}

// NewPostgres returns a carrier from the database at url.
func NewPostgres(url string) (*Postgres, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil { // pgx's message would repeat the URL, which may hold a password
		return nil, errors.New("listen: DATABASE_URL is not a valid PostgreSQL URL")
	}
	config.ConnectTimeout = connectTimeout
	config.RuntimeParams["application_name"] = "fleet feed"
	return &Postgres{Rates: DefaultRates, config: config}, nil
}

// Listen implements Carrier.
func (p *Postgres) Listen(ctx context.Context, ready func(), each func(string)) error {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(last)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	l := &listener{conn: conn, rates: p.Rates, each: each, place: none}
	if err := l.settle(ctx); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	ready()
	for {
		if l.place == none {
			err = l.look(ctx)
		} else {
			err = l.hear(ctx)
		}
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
	}
}

// next waits for a notification; "" says that there was none for so long.
func next(ctx context.Context, conn *pgx.Conn, long time.Duration) (string, error) {
	silence, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	n, err := conn.WaitForNotification(silence)
	if err == nil {
		return n.Payload, nil
	}
	if ctx.Err() != nil || silence.Err() == nil || conn.IsClosed() {
		return "", err
	}
	return "", nil
}
