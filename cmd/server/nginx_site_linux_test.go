package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/internal/testlog"
)

// behind is three instances on one database behind a real nginx with the configuration of deploy/nginx.
type behind struct {
	t           *testing.T
	folder      string // of the configuration
	plain, port string // of nginx: http and https
	authority   *x509.CertPool
	url         string // of the database

	mu        sync.Mutex
	instances map[string]*process // by address
}

// nginxProgram finds nginx, which is in no PATH of ordinary users.
func nginxProgram(t *testing.T) string {
	t.Helper()
	if os.Getenv("SKIP_NGINX") == "1" {
		t.Skip("SKIP_NGINX is set")
	}
	for _, program := range []string{"nginx", "/usr/sbin/nginx"} {
		if path, err := exec.LookPath(program); err == nil {
			return path
		}
	}
	t.Fatal("there is no nginx: make nginx installs it, SKIP_NGINX=1 leaves the test out")
	return ""
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func newBehind(t *testing.T) *behind {
	t.Helper()
	program := nginxProgram(t)
	b := &behind{t: t, folder: t.TempDir(), plain: freePort(t), port: freePort(t),
		url: pgtest.Clone(t, storetest.Template()), instances: map[string]*process{}}
	var addresses []string
	for range 3 {
		address := "127.0.0.1:" + freePort(t)
		addresses = append(addresses, address)
		b.restart(address)
	}
	b.certify()
	b.configure(addresses)
	nginx := exec.Command(program, "-p", b.folder, "-c", filepath.Join(b.folder, "nginx.conf"), "-g", "daemon off;")
	var said testlog.Buffer
	nginx.Stdout, nginx.Stderr = &said, &said
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = nginx.Process.Signal(syscall.SIGTERM)
		_ = nginx.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(b.folder, "error.log"))
			t.Logf("nginx: %s\n%s", &said, log)
		}
	})
	client := b.client("127.0.0.1")
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if w, err := client.Get(b.at("/healthz")); err == nil {
			_ = w.Body.Close()
			if w.StatusCode == http.StatusOK {
				return b
			}
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(b.folder, "error.log"))
			t.Fatalf("nginx does not answer:\n%s\n%s", &said, log)
		}
	}
}

func (b *behind) at(path string) string { return "https://localhost:" + b.port + path }

// restart stops the instance at an address, if there is one, and starts another.
func (b *behind) restart(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old := b.instances[address]; old != nil {
		_ = old.cmd.Process.Signal(syscall.SIGTERM)
		<-old.ended
	}
	p := start(b.t, []string{"DATABASE_URL=" + b.url, "FLEET_ADDR=" + address, "FLEET_METRICS_ADDR=",
		"FLEET_TRUSTED_PROXIES=127.0.0.1/32", "FLEET_MAX_CONNS=10", "FLEET_KEEP_CONNS=2"}, "serve", "--demo")
	p.says(`GraphQL +(http://\S+/graphql)`, patience)
	b.instances[address] = p
}

// certify makes an authority and the certificate of localhost.
func (b *behind) certify() {
	fail := func(err error) {
		if err != nil {
			b.t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	fail(err)
	template := func(serial int64, name string) *x509.Certificate {
		return &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), BasicConstraintsValid: true}
	}
	ca := template(1, "authority of a test")
	ca.IsCA, ca.KeyUsage = true, x509.KeyUsageCertSign
	signed, err := x509.CreateCertificate(rand.Reader, ca, ca, key.Public(), key)
	fail(err)
	ca, err = x509.ParseCertificate(signed)
	fail(err)
	b.authority = x509.NewCertPool()
	b.authority.AddCert(ca)
	leaf := template(2, "localhost")
	leaf.DNSNames, leaf.KeyUsage = []string{"localhost"}, x509.KeyUsageDigitalSignature
	signed, err = x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), key)
	fail(err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	fail(err)
	for name, block := range map[string]*pem.Block{
		"fullchain.pem": {Type: "CERTIFICATE", Bytes: signed}, "privkey.pem": {Type: "PRIVATE KEY", Bytes: secret},
	} {
		fail(os.WriteFile(filepath.Join(b.folder, name), pem.EncodeToMemory(block), 0o600))
	}
}

// configure copies deploy/nginx with the places of this test in place of those of an installation.
func (b *behind) configure(addresses []string) {
	temporary := "sendfile on;"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += fmt.Sprintf("\n    %s_temp_path %s/%s;", kind, b.folder, kind)
	}
	changes := map[string][]string{
		"nginx.conf": {
			"user www-data;",
			"user root;",
			"sendfile on;",
			temporary,
			"/run/nginx.pid",
			b.folder + "/nginx.pid",
			"/var/log/nginx",
			b.folder,
			"worker_processes auto",
			"worker_processes 2",
			"worker_connections 32768",
			"worker_connections 1024",
			"worker_rlimit_nofile 65536",
			"worker_rlimit_nofile 4096",
		},
		"fleet.conf": {"listen 80;", "listen 127.0.0.1:" + b.plain + ";", "listen 443 ssl http2;",
			"listen 127.0.0.1:" + b.port + " ssl http2;", "    listen [::]:80;\n", "", "    listen [::]:443 ssl http2;\n", "",
			"/etc/ssl/fleet", b.folder, "/var/log/nginx", b.folder, "/var/cache/nginx/fleet", b.folder + "/cache",
			"fleet.example.com;", "localhost;"},
		"upstream.conf": {"fleet-1:8080", addresses[0], "fleet-2:8080", addresses[1], "fleet-3:8080", addresses[2]},
		"proxy.conf":    {},
	}
	for name, pairs := range changes {
		text, err := os.ReadFile(filepath.Join("../../deploy/nginx", name))
		if err != nil {
			b.t.Fatal(err)
		}
		for i := 0; i < len(pairs); i += 2 {
			if !bytes.Contains(text, []byte(pairs[i])) {
				b.t.Fatalf("%s has no %q", name, pairs[i])
			}
			text = bytes.ReplaceAll(text, []byte(pairs[i]), []byte(pairs[i+1]))
		}
		if err := os.WriteFile(filepath.Join(b.folder, name), text, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// client returns an HTTP client that connects from an address of the loopback network, by HTTP/2 where the
// server speaks it, and follows no redirects.
func (b *behind) client(from string, set ...func(*tls.Config)) *http.Client {
	config := &tls.Config{RootCAs: b.authority}
	for _, s := range set {
		s(config)
	}
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, "127.0.0.1:"+port)
		}}
	b.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// post sends a GraphQL request and returns the answer and its text.
func (b *behind) post(client *http.Client, body string, headers ...string) (*http.Response, string, error) {
	r, err := http.NewRequest(http.MethodPost, b.at("/graphql"), strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := client.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = w.Body.Close() }()
	text, err := io.ReadAll(w.Body)
	return w, string(text), err
}

const someMachines = `{"query":"{ equipmentList(first: 3) { nodes { name } } }"}`

// load is clients that send one request after the other, each from an address of its own and at less than
// the rate that nginx allows one.
type load struct {
	stop    func() (sent int, failures []string)
	clients int
	sent    func() int
}

func (b *behind) load(clients int) *load {
	ctx, cancel := context.WithCancel(context.Background())
	var mu sync.Mutex
	var failures []string
	var all sync.WaitGroup
	sent := 0
	for i := range clients {
		client := b.client(fmt.Sprintf("127.0.1.%d", i+1))
		all.Go(func() {
			every := time.NewTicker(125 * time.Millisecond)
			defer every.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-every.C:
				}
				w, text, err := b.post(client, someMachines)
				mu.Lock()
				sent++
				switch {
				case err != nil:
					failures = append(failures, err.Error())
				case w.StatusCode != http.StatusOK || !strings.Contains(text, `"nodes"`):
					failures = append(failures, w.Status+" "+text)
				}
				mu.Unlock()
			}
		})
	}
	l := &load{clients: clients, sent: func() int {
		mu.Lock()
		defer mu.Unlock()
		return sent
	}}
	l.stop = func() (int, []string) {
		cancel()
		all.Wait()
		return sent, failures
	}
	b.t.Cleanup(cancel)
	return l
}

// goesOn waits until so many more requests have been sent.
func (l *load) goesOn(t *testing.T, requests int) {
	t.Helper()
	goal := l.sent() + requests
	for deadline := time.Now().Add(patience); l.sent() < goal; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the load has come to a stop")
		}
	}
}
