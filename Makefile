# The two commands that matter: `go run ./cmd/firstsign demo` and `make test`.

GOLANGCI = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VERSION ?= dev
FUZZTIME ?= 60s

.PHONY: help build check lint-new unit test static fmt vet rules browser race arithmetic nightly equal bench bench-compare bench-peers bench-detection fuzz lint image clean

help: ## every target with one line
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' Makefile | column -t -s '|'

build: ## the binary of the Dockerfile: static, the same bytes from the same source
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -buildid= -X main.release=$(VERSION)' -o bin/firstsign ./cmd/firstsign

check: fmt vet lint-new unit ## the fast loop: format, vet, lint, unit tests; no services, no race detector

# What judges long histories or needs services is for `make test`.
unit:
	FIRSTSIGN_NO_KAFKA=1 go test -short ./...

test: static browser ## everything that CI runs, on a real Kafka, Redis and Chromium (fetched when they are missing)
	$(MAKE) --no-print-directory -j2 -Otarget race arithmetic

static: fmt vet rules

fmt:
	@unformatted=$$(gofmt -l $$(go list -f '{{.Dir}}' ./...)) && \
	if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; fi

vet:
	go vet ./...

browser:
	deploy/browser

rules: ## the alert rules and their unit tests, by promtool
	deploy/prometheus/check

# A broker of a test lives too briefly to earn its optimised code back. And a program
# under the race detector waits a second at its end, unless told otherwise.
race:
	KAFKA_JIT=1 GORACE=atexit_sleep_ms=100 deploy/services run -- deploy/test -race -shuffle=on -p 3 -parallel 4 -timeout 25m ./...

# What the race detector would only slow: see internal/racetest.
arithmetic: ## simulations and figures, without the race detector
	go test -shuffle=on -timeout 25m ./detector ./backtest ./backtest/calibrate ./backtest/messagecheck ./backtest/simulate ./backtest/survey ./cmd/firstsign/migrate ./internal/table ./signals/mapping ./signals/text
	go test -shuffle=on -parallel 4 -run TestExampleCases ./cmd/firstsign

# Long fault runs with a fresh seed, which is printed; every fuzz target; detection quality in full.
nightly: fuzz ## long fault runs with a fresh seed, fuzzing, detection quality in full
	deploy/services run -- go test -count=1 -timeout 2h -run TestNothingLostNothingTwice -v ./cmd/firstsign -args -chaos.seed=0 -chaos.faults=300
	deploy/services run -- go test -count=1 -timeout 1h -run TestNothingLostNothingTwice -v ./cmd/firstsign -args -chaos.seed=0 -chaos.faults=100 -chaos.redis=cluster
	deploy/services run -- go test -count=1 -timeout 20m -run TestManyOpenAlerts -v ./web -args -web.alerts=50000
	deploy/services run -- go test -count=1 -timeout 20m -run TestServiceWithManyAlerts -v ./cmd/firstsign -args -alerts.open=50000
	deploy/services run -- go test -count=1 -timeout 1h -run TestFlood -v ./cmd/firstsign -args -flood=50000
	deploy/schemathesis 10m
	deploy/axe
	go test -count=1 -timeout 2h -run TestMemoryIsBounded -v ./internal/table -args -endless=400
	FIRSTSIGN_QUALITY=full go test -count=1 -timeout 2h -run TestQuality -v ./detector
	go test -count=1 -timeout 2h -v ./backtest/messagecheck -args -portfolios=500

equal: ## what load and run say beside what backtest says, for a thousand accounts and a year
	FIRSTSIGN_E2E_ACCOUNTS=1000 deploy/services run -- go test -count=1 -run TestEqual -v ./cmd/firstsign

bench: ## events per second of this machine beside a bare read loop, then the hot paths
	deploy/services run -- go run ./cmd/firstsign bench
	go test -run '^$$' -bench . -benchmem ./...

# The commit that speed is compared with, and how often the two take turns.
BASE ?= main
PAIRS ?= 3
bench-compare: ## the speed of this checkout beside that of BASE, in turn, as a table of ratios
	deploy/bench/compare $(BASE) $(PAIRS)

EVENTS ?= 2000000
ROUNDS ?= 1
bench-peers: ## Firstsign beside Kafka Streams and Flink on one topic: speed, CPU, memory
	deploy/bench/peers $(EVENTS) $(ROUNDS)

bench-detection: ## how well changes are found: real histories, made-up portfolios
	deploy/bench/detection

fuzz: ## every fuzz target in turn, FUZZTIME each
	@set -e; for package in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done

lint: ## golangci-lint on everything
	go run $(GOLANGCI) run

# What a change adds since it left LINT_BASE.
LINT_BASE ?= main
lint-new: ## golangci-lint on what a branch adds
	go run $(GOLANGCI) run --new-from-merge-base $(LINT_BASE)

image: ## the container image
	docker build --build-arg VERSION=$(VERSION) -t firstsign:$(VERSION) .

clean:
	rm -rf bin .cache
