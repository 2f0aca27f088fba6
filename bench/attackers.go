package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// clients is how many attack at once, each signed in as another user.
const clients = 50

// victim is the server under attack, as the attacking process reads it from its standard input.
type victim struct {
	Addr   string
	Tokens []string // of the clients
	Admins []string // access tokens of administrators
	User   string   // id of the user that has its password reset
}

// attackers is that process. It ends when its standard input does.
type attackers struct {
	addr   string
	tokens []string
	admins []string
	user   string

	mu      sync.Mutex
	answers map[string]int // by status and code
}

// attack is a way to do harm.
type attack struct {
	name string
	run  func(a *attackers, ctx context.Context)
}

func attacks() []attack {
	return []attack{
		{"the most expensive queries", (*attackers).expensiveQueries},
		{"bodies of 50 MB", (*attackers).hugeBodies},
		{"deep and endless fragments", (*attackers).fragments},
		{"huge variables", (*attackers).variables},
		{"a byte a second", (*attackers).slowly},
		{"10,000 sockets", (*attackers).sockets},
		{"sockets that ping", (*attackers).pings},
		{"administrators who reset passwords", (*attackers).resets},
	}
}

// runAttackers is that process: it attacks in the ways that are named.
func runAttackers(ctx context.Context, names []string) error {
	a := &attackers{answers: map[string]int{}}
	var target victim
	if err := json.NewDecoder(os.Stdin).Decode(&target); err != nil {
		return err
	}
	a.addr, a.tokens, a.admins, a.user = target.Addr, target.Tokens, target.Admins, target.User
	ctx, cancel := context.WithCancel(ctx)
	go func() { // the parent lets go of the pipe when it is enough
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	var all sync.WaitGroup
	for _, way := range attacks() {
		if slices.Contains(names, way.name) {
			all.Go(func() { way.run(a, ctx) })
		}
	}
	all.Wait()
	var counts []string
	for _, answer := range slices.Sorted(maps.Keys(a.answers)) {
		counts = append(counts, fmt.Sprintf("%s %d", answer, a.answers[answer]))
	}
	fmt.Println(strings.Join(counts, ", "))
	return nil
}

// note counts an answer by its status and its first error's code.
func (a *attackers) note(status int, body []byte) {
	var answer struct {
		Errors []struct{ Extensions struct{ Code string } }
	}
	what := strconv.Itoa(status)
	if json.Unmarshal(body, &answer) == nil && len(answer.Errors) > 0 {
		what += " " + answer.Errors[0].Extensions.Code
	}
	a.count(what)
}

func (a *attackers) count(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[what]++
}

// each lets every client do the same again and again.
func (a *attackers) each(ctx context.Context, do func(client *http.Client, token string, n int)) {
	var group sync.WaitGroup
	for _, token := range a.tokens {
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for n := 0; ctx.Err() == nil; n++ {
				do(client, token, n)
			}
		})
	}
	group.Wait()
}

// post sends a request as a client that heeds no limit.
func (a *attackers) post(ctx context.Context, client *http.Client, token string, body io.Reader) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+a.addr+"/graphql", body)
	if err != nil {
		panic(err) // what we made ourselves
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := client.Do(r)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		a.count("cut off")
		return
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		a.count("cut off")
		return
	}
	a.note(answer.StatusCode, text)
	if answer.StatusCode == http.StatusTooManyRequests {
		sleep(ctx, 20*time.Millisecond) // so that they do not only measure their own machine
	}
}

func sleep(ctx context.Context, long time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(long):
	}
}

// operation is the body of a request.
func operation(query string, variables any) *bytes.Reader {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		panic(err)
	}
	return bytes.NewReader(body)
}

// expensiveQueries sends the queries that were found to take the most of what limits let
// through: rows, groups, counts over the whole history, searches that no index
// serves, each time with another filter.
func (a *attackers) expensiveQueries(ctx context.Context) {
	a.each(ctx, func(client *http.Client, token string, n int) {
		cost := fmt.Sprintf("-%d.%02d", 1000+n%9000, n%100)
		variables := map[string]any{"cost": cost, "search": []string{"e", "an", "er", "x 3"}[n%4]}
		a.post(ctx, client, token, operation([]string{
			`query ($cost: Decimal) { maintenanceSummary(filter: {cost: {gte: $cost}}, groupBy: [CATEGORY, KIND, STATUS, MONTH]) { records totalCost averageCost } }`,
			`query ($cost: Decimal) { ` + copies(20, `maintenanceRecords(first: 1, filter: {cost: {gte: $cost}}) { totalCount }`) + ` }`,
			`query ($search: String) { ` + copies(20, `equipmentList(first: 100, orderBy: COST_DESC, filter: {search: $search}) { totalCount nodes { id } }`) + ` }`,
			`{ equipmentList(first: 100) { nodes { id maintenanceRecords(first: 100) { nodes { id description cost kind status } } } } }`,
			`{ maintenanceRecords(first: 100, orderBy: COST_DESC) { totalCount nodes { equipment { assignments(first: 20) { nodes { operator { assignedEquipment(first: 5) { nodes { id name } } } } } } } } }`,
		}[n%5], variables))
	})
}

// copies asks for a field many times, under names of its own.
func copies(n int, field string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d: %s\n", i, field)
	}
	return b.String()
}

func (a *attackers) hugeBodies(ctx context.Context) {
	const size = 50 << 20
	a.each(ctx, func(client *http.Client, token string, n int) {
		r, w := io.Pipe() // without a length: the server must count
		go func() {
			_, _ = io.WriteString(w, `{"query":"`)
			block := bytes.Repeat([]byte("{a}"), 10_000)
			for sent := 0; sent < size; sent += len(block) {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
			_ = w.CloseWithError(nil)
		}()
		a.post(ctx, client, token, r)
		_ = r.Close()
	})
}

func (a *attackers) fragments(ctx context.Context) {
	var laughs strings.Builder // each fragment asks for the next one ten times
	laughs.WriteString("{ equipmentList { nodes { ...f0 } } }\n")
	for i := range 12 {
		fmt.Fprintf(&laughs, "fragment f%d on Equipment { %s }\n", i, strings.Repeat(fmt.Sprintf("...f%d ", i+1), 10))
	}
	laughs.WriteString("fragment f12 on Equipment { id }")
	deep := "{ equipmentList { nodes {" + strings.Repeat(
		" assignedOperator { assignedEquipment { nodes {",
		1600,
	) + " id " + strings.Repeat(
		"}}}",
		1600,
	) + "}}}"
	wide := "{ equipmentList { nodes {" + strings.Repeat(" ... on Equipment { id name }", 700) + "}}}"
	most := "{ equipmentList { nodes {" + strings.Repeat(
		" ... on Equipment { id name }",
		100,
	) + "}}}" // as many as are let through
	var strange strings.Builder // likewise, and each name is compared with those that there are
	strange.WriteString("{ equipmentList { nodes { id")
	for i := range 99 {
		fmt.Fprintf(&strange, " ...f%d", i)
	}
	strange.WriteString(" } } }")
	for i := range 99 {
		fmt.Fprintf(&strange, "\nfragment f%d on Equipment {", i)
		for j := range 40 {
			fmt.Fprintf(&strange, " strange%d_%d", i, j)
		}
		strange.WriteString(" }")
	}
	list := strings.Repeat("[", 40_000)
	a.each(ctx, func(client *http.Client, token string, n int) {
		a.post(
			ctx,
			client,
			token,
			operation(
				[]string{laughs.String(), deep, wide, most, strange.String() + "# " + strconv.Itoa(n), "{ equipmentList(filter: " + list}[n%6],
				nil,
			),
		)
	})
}

func (a *attackers) variables(ctx context.Context) {
	ids := make([]string, 45_000)
	for i := range ids {
		ids[i] = "equipment_" + strconv.Itoa(i)
	}
	const query = `query ($ids: [ID!]!, $f: EquipmentFilter) { nodes(ids: $ids) { id } equipmentList(filter: $f) { totalCount } }`
	nested := `{"query":"` + query + `","variables":{"f":` + strings.Repeat(
		`{"a":`,
		150_000,
	) + "1" + strings.Repeat(
		"}",
		150_000,
	) + "}}"
	long := strings.Repeat("a", 1_000_000)
	a.each(ctx, func(client *http.Client, token string, n int) {
		switch n % 3 {
		case 0:
			a.post(ctx, client, token, operation(query, map[string]any{"ids": ids}))
		case 1:
			a.post(ctx, client, token, strings.NewReader(nested))
		default:
			a.post(ctx, client, token, operation(query, map[string]any{"ids": []string{}, "f": map[string]any{"search": long}}))
		}
	})
}

// resets lets nine requests of each administrator reset three passwords each, again and again.
func (a *attackers) resets(ctx context.Context) {
	reset := `(input: {userId: "` + a.user + `"}) { errors { code } }`
	query := "mutation { a: resetPassword" + reset + " b: resetPassword" + reset + " c: resetPassword" + reset + " }"
	var group sync.WaitGroup
	for i := range 9 * len(a.admins) {
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for ctx.Err() == nil {
				a.post(ctx, client, a.admins[i%len(a.admins)], operation(query, nil))
			}
		})
	}
	group.Wait()
}
