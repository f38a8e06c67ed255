# The two commands that matter: `go run ./cmd/firstsign demo` and `make test`.

GOLANGCI = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
VERSION ?= dev
FUZZTIME ?= 60s

.PHONY: build test static fmt vet rules race equal bench bench-detection fuzz lint image clean

# The binary of the Dockerfile: static, and the same bytes from the same source.
build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -buildid= -X main.release=$(VERSION)' -o bin/firstsign ./cmd/firstsign

# Everything that CI runs. Kafka, Redis and promtool are fetched when they are missing.
test: static race

static: fmt vet rules

fmt:
	@unformatted=$$(gofmt -l $$(go list -f '{{.Dir}}' ./...)) && \
	if [ -n "$$unformatted" ]; then echo "not formatted, run gofmt -w:"; echo "$$unformatted"; exit 1; fi

vet:
	go vet ./...

# The alert rules, their unit tests and the scrape config, by promtool.
rules:
	deploy/prometheus/check

race:
	deploy/services run -- deploy/test -race -shuffle=on -timeout 40m ./...

# What load and run say beside what backtest says, for a thousand accounts and a year.
equal:
	FIRSTSIGN_E2E_ACCOUNTS=1000 deploy/services run -- go test -count=1 -run TestEqual -v ./cmd/firstsign

# Events per second of this machine beside a bare read loop, then the hot paths one by one.
bench:
	deploy/services run -- go run ./cmd/firstsign bench
	go test -run '^$$' -bench . -benchmem ./...

# How well changes are found: real histories by an outside scorer, made-up portfolios, and what a day's close costs.
bench-detection:
	deploy/bench/detection

# Every fuzz target in turn, FUZZTIME each.
fuzz:
	@set -e; for package in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "$$package $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
	  done; \
	done

lint:
	go run $(GOLANGCI) run

image:
	docker build --build-arg VERSION=$(VERSION) -t firstsign:$(VERSION) .

clean:
	rm -rf bin .cache
