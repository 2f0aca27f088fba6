package e2e_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestSubscriptionsEndWithTheirCredentials: an idle one too, with 4403 alone over
// a socket and without "complete" over a stream.
func TestSubscriptionsEndWithTheirCredentials(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	for _, end := range []string{
		`UPDATE access_tokens SET revoked_at = now() WHERE revoked_at IS NULL`,
		`UPDATE access_tokens SET expires_at = now()`,
		`UPDATE users SET disabled_at = now() WHERE email = 'max@example.com'`,
		`UPDATE users SET disabled_at = NULL, role = 'ANALYST' WHERE email = 'max@example.com'`,
	} {
		o.exec(`UPDATE users SET disabled_at = NULL, role = 'MANAGER' WHERE email = 'max@example.com'`)
		token, _ := o.token("max", fleet.ScopeRead)
		c := o.signedIn("ann")
		o.header = http.Header{"Authorization": {"Bearer " + token}}
		socket, stream := o.overSocket(watchStats, nil), o.overStream(watchStats)
		o.header = http.Header{"Cookie": {"fleet_session=" + o.cookie(c)}}
		stays := o.overSocket(watchStats, nil)
		for _, s := range []*subscriber{socket, stream, stays} {
			o.eventually(func() bool { return len(all[statistics](t, s)) == 1 })
		}
		o.exec(end)
		o.eventually(func() bool { return socket.why() != "" && stream.why() != "" })
		if why := socket.why(); !strings.Contains(why, "4403") {
			t.Errorf("%s: the socket ended with %s", end, why)
		}
		if why := stream.why(); why != "the stream ended" {
			t.Errorf("%s: the stream ended with %s", end, why)
		}
		if why := stays.why(); why != "" {
			t.Errorf("%s: another user's socket ended with %s", end, why)
		}
		o.exec(`DELETE FROM sessions`)
		o.eventually(func() bool { return strings.Contains(stays.why(), "4403") })
	}
	o.header = nil
}

// TestTheReferenceClientsSubscribeAgainWithANewToken runs web/test/tokens.
func TestTheReferenceClientsSubscribeAgainWithANewToken(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	web, _ := filepath.Abs("../../web")
	if err == nil {
		_, err = os.Stat(filepath.Join(web, "node_modules", "graphql-sse"))
	}
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("node and the packages of web/ are needed: ", err)
	}
	o := newSignInFixture(t)
	o.exec(
		`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'Digger', 'Excavator')`,
		[16]byte(o.viewer.CompanyID),
	)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		o.exec(`UPDATE users SET disabled_at = NULL, role = 'MANAGER' WHERE email = 'max@example.com'`)
		token, _ := o.token("max", fleet.ScopeRead)
		_, _ = io.WriteString(w, token)
	})
	for how, sql := range map[string]string{
		"revoke":  `UPDATE access_tokens SET revoked_at = now() WHERE revoked_at IS NULL`,
		"expire":  `UPDATE access_tokens SET expires_at = now() WHERE expires_at > now()`,
		"disable": `UPDATE users SET disabled_at = now() WHERE email = 'max@example.com'`,
		"demote":  `UPDATE users SET role = 'ANALYST' WHERE email = 'max@example.com'`,
		"change":  `UPDATE equipment SET description = clock_timestamp()::text`,
	} {
		mux.HandleFunc("POST /"+how, func(http.ResponseWriter, *http.Request) { o.exec(sql) })
	}
	control := httptest.NewServer(mux)
	defer control.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	run := exec.CommandContext(ctx, node, "--test", filepath.Join(web, "test", "tokens", "clients.test.mjs"))
	run.Dir = web
	run.Env = append(os.Environ(), "FLEET_URL="+o.url+"/graphql", "FLEET_CONTROL="+control.URL)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
