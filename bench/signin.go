package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// runSignIn compares how long sign-ins take, whatever the address has: an attacker must not tell from the
// time whether it has a user, in how many companies, or a disabled one. Samples of all cases are
// taken in turn, in random order. A rank test compares each case with the unknown address.
//
//	go run ./bench signin
func runSignIn(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("signin", flag.ExitOnError)
	samples := flags.Int("samples", 400, "sign-ins of each case")
	if err := flags.Parse(args); err != nil {
		return err
	}
	url, remove, err := emptyPostgres(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	config := app.Default()
	config.Database.URL, config.Log = url, slog.New(slog.DiscardHandler)
	config.Addr, config.MetricsAddr = "127.0.0.1:0", ""
	a, err := app.New(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	cases, err := signInCases(ctx, a)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for i := range *samples + warmUp {
		if _, err := conn.Exec(ctx, `TRUNCATE sign_in_failures`); err != nil { // else they are throttled
			return err
		}
		for _, k := range rand.Perm(len(cases)) {
			c := &cases[k]
			begun := time.Now()
			_, _, err := a.Auth.SignIn(ctx, c.credentials, auth.Client{Network: "192.0.2.1"})
			took := time.Since(begun)
			if code := fleet.CodeOf(err); (err == nil) != c.succeeds || err != nil && code != fleet.Unauthenticated {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			if i >= warmUp {
				c.took = append(c.took, took)
			}
		}
	}
	fmt.Println("| sign-in | samples | p10 | p50 | p90 | P(slower than unknown) | p of the rank test |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|")
	for _, c := range cases {
		slower, p := rankTest(c.took, cases[0].took)
		fmt.Printf("| %s | %d | %v | %v | %v | %.3f | %.3f |\n", c.name, len(c.took), quantile(c.took, 0.1),
			quantile(c.took, 0.5), quantile(c.took, 0.9), slower, p)
	}
	return nil
}

// warmUp is how many sign-ins of each case are not counted.
const warmUp = 5

type signInCase struct {
	name        string
	credentials auth.Credentials
	succeeds    bool
	took        []time.Duration
}

// signInCases makes users for the cases; the first case is the one that others are compared with.
func signInCases(ctx context.Context, a *app.App) ([]signInCase, error) {
	const password, wrong = "correct horse battery staple", "umbrella dumptruck seven"
	var disabled fleet.User
	var by fleet.Viewer
	for i, addresses := range [][]string{{"one", "three", "disabled"}, {"three"}, {"three"}} {
		company, err := a.Store.Identity().CreateCompany(ctx, fmt.Sprintf("Company %d", i))
		if err != nil {
			return nil, err
		}
		viewer := fleet.Viewer{CompanyID: company.ID, Role: fleet.RoleAdmin}
		for _, name := range addresses {
			u, err := a.Auth.AddUser(ctx, viewer, fleet.WriteInfo{},
				fleet.User{Email: name + "@example.com", Name: "Bench", Role: fleet.RoleAnalyst}, password)
			if err != nil {
				return nil, err
			}
			if name == "disabled" {
				disabled, by = u, viewer
			}
		}
	}
	if _, err := a.Auth.ChangeUser(ctx, by, fleet.WriteInfo{}, disabled.ID, nil,
		fleet.UserChange{Disabled: fleet.Maybe[bool]{Set: true, To: true}}); err != nil {
		return nil, err
	}
	list := []signInCase{
		{name: "unknown address"}, {name: "another unknown address"}, {name: "one company"}, {name: "three companies"},
		{name: "disabled user"}, {name: "right password", succeeds: true},
	}
	for i, email := range []string{"nowhere", "nobody.here", "one", "three", "disabled", "one"} {
		list[i].credentials = auth.Credentials{Email: email + "@example.com", Password: wrong}
		if list[i].succeeds {
			list[i].credentials.Password = password
		}
	}
	return list, nil
}

func quantile(took []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[int(q*float64(len(sorted)-1))].Round(10 * time.Microsecond)
}

// rankTest returns how probable it is that a sample of a exceeds one of b, and the two-sided p-value of the
// Mann-Whitney U test that both have the same distribution, in its normal approximation.
func rankTest(a, b []time.Duration) (greater, p float64) {
	type ranked struct {
		value time.Duration
		ofA   bool
	}
	var all []ranked
	for _, v := range a {
		all = append(all, ranked{v, true})
	}
	for _, v := range b {
		all = append(all, ranked{v, false})
	}
	slices.SortFunc(all, func(x, y ranked) int { return cmp.Compare(x.value, y.value) })
	ranks := 0.0 // sum of the ranks of a; equal values, to the nanosecond, hardly occur
	for i := range all {
		if all[i].ofA {
			ranks += float64(i + 1)
		}
	}
	n, m := float64(len(a)), float64(len(b))
	u := ranks - n*(n+1)/2
	z := (u - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
	return u / (n * m), math.Erfc(math.Abs(z) / math.Sqrt2)
}
