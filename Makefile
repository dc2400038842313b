# Two commands are enough for most days: make run, make test.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO    ?= go
DATA  ?= ./data
PKGS  ?= ./...
BENCH ?= sign

BIN   := bin/duban
LINT  := bin/tools/golangci-lint
CHECK := bin/tools/workflowcheck

.PHONY: help
help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- run ---------------------------------------------------------------------

.PHONY: run
run: build ## start Duban with the example plan at http://localhost:8080
	@echo "Duban starts at http://localhost:8080 and keeps its data in $(DATA)."
	@echo "Stop it with Ctrl-C."
	$(BIN) serve --example --data $(DATA)

.PHONY: build
build: ## build bin/duban
	@test -x $(BIN) || echo "The first build compiles the embedded Temporal server and takes some minutes; later ones take seconds."
	$(GO) build -o $(BIN) ./cmd/duban

.PHONY: demo
demo: build ## lead one task through its whole life and tell what happens
	$(BIN) demo

.PHONY: bench
bench: build ## measure; BENCH=sign names what
	$(BIN) bench $(BENCH)

# --- check -------------------------------------------------------------------

.PHONY: test
test: fmt-check vet workflowcheck lint ## every check and every test
	$(GO) run ./internal/testreport $(PKGS)

.PHONY: test-short
test-short: ## what needs no engine, database or HTTP server, in seconds
	@$(GO) run ./internal/testreport -short $(PKGS)

.PHONY: ci
ci: ## what the build machine does
	.ci/run

# find, because the page's packages bring Go files that are not ours.
GO_FILES := find . \( -name node_modules -o -path ./bin -o -path ./data \) -prune -o -name '*.go' -print0

.PHONY: fmt
fmt: ## format the Go files
	$(GO_FILES) | xargs -0 gofmt -s -w

.PHONY: fmt-check
fmt-check:
	@unformatted="$$($(GO_FILES) | xargs -0 gofmt -s -l)"; \
	if [ -n "$$unformatted" ]; then echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet: ## go vet
	$(GO) vet $(PKGS)

.PHONY: workflowcheck
workflowcheck: $(CHECK) ## workflows do nothing that a replay could do differently
	$(CHECK) -config .workflowcheck.yaml ./workflows/...

.PHONY: lint
lint: $(LINT) ## golangci-lint with the rules of the house
	$(LINT) run $(PKGS)

# The tools have a module of their own, so that their dependencies stay out of
# the product's.
$(LINT) $(CHECK) &: tools/go.mod tools/go.sum
	@echo "Building the checking tools; this takes a minute or two once."
	GOBIN=$(CURDIR)/bin/tools $(GO) -C tools install tool
	@touch $(LINT) $(CHECK)

.PHONY: clean
clean: ## remove what was built; data stay
	rm -rf bin
