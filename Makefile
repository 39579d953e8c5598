# Guantong: everything a person or CI runs. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
GUANTONG := $(BIN)/guantong

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- the environment --------------------------------------------------------------------------------------------------

# The stamp is newer than the lock and the project file exactly when the environment matches them.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Guantong needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV) (once) …"
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --no-index -e .
	@touch $@

.PHONY: install
install: $(STAMP) ## Create .venv from the hashed lock

.PHONY: lock
lock: ## Resolve pyproject.toml anew into requirements.lock (uses uv; UPGRADE=1 takes newer versions)
	@uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
	  test -x build/uv/bin/uv || { $(PYTHON) -m venv build/uv && build/uv/bin/pip install --quiet uv; }; uv=build/uv/bin/uv; \
	fi; \
	"$$uv" pip compile pyproject.toml --extra dev --extra tables --extra tracing --extra build --generate-hashes --universal \
	  --python-version 3.11 --no-header --no-annotate --quiet $(if $(UPGRADE),--upgrade) -o requirements.lock; \
	"$$uv" pip compile examples/python/requirements.in --generate-hashes --universal \
	  --python-version 3.11 --no-header --no-annotate --quiet $(if $(UPGRADE),--upgrade) -o examples/python/requirements.lock

# Neither registries nor funders: a lock names no address.
.PHONY: lock-examples
lock-examples: ## Resolve the example client in TypeScript anew into its lock (uses npm)
	@cd examples/typescript && npm install --package-lock-only --ignore-scripts --no-audit --no-fund --silent
	@cd examples/typescript && node -p 'const lock = JSON.parse(fs.readFileSync("package-lock.json")); for (const one of Object.values(lock.packages)) delete one.funding; JSON.stringify(lock, null, 2)' > package-lock.new
	@mv examples/typescript/package-lock.new examples/typescript/package-lock.json

# --- running ----------------------------------------------------------------------------------------------------------

.PHONY: run
run: $(STAMP) ## Install, migrate, load the demonstration, serve at http://127.0.0.1:$PORT/ (8000)
	@$(GUANTONG) migrate
	@$(GUANTONG) demo
	@exec $(GUANTONG) serve

.PHONY: clean
clean: ## Remove what was built, keep .venv and the data in .guantong
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# --- checking ---------------------------------------------------------------------------------------------------------

.PHONY: check
check: lint types contracts docs-check test ## All checks of CI, on the databases at hand (CI adds a fresh clone)

.PHONY: lint
lint: $(STAMP) ## Style and formatting, changing nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

.PHONY: format
format: $(STAMP) ## Mend style and formatting
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: $(STAMP) ## Strict type check
	$(BIN)/mypy

.PHONY: contracts
contracts: $(STAMP) ## Who may import whom
	$(BIN)/lint-imports --no-logo

.PHONY: test
test: $(STAMP) ## Tests on SQLite, and on PostgreSQL when GUANTONG_TEST_POSTGRES holds its URL
	$(BIN)/pytest -n 2 --dist worksteal
	@if [ -z "$${GUANTONG_TEST_POSTGRES:-}" ]; then \
	  echo "SKIPPED: every test on PostgreSQL. To run them, set GUANTONG_TEST_POSTGRES to the URL of a server"; \
	  echo "where databases may be made, for example postgresql://postgres@127.0.0.1:5432/postgres"; fi

.PHONY: nightly
nightly: $(STAMP) clients examples ## The tests again with many more generated examples, and with other people's clients (needs node)
	GUANTONG_REQUIRE_NODE=1 GUANTONG_HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n 2 --dist worksteal

# The lock names no registry: npm asks the one that it is set to, and compares what comes with the hashes.
.PHONY: clients
clients: ## Install other people's clients (node) for the nightly tests into build/clients
	@mkdir -p build/clients
	@cp tests/clients/package.json tests/clients/package-lock.json tests/clients/.npmrc build/clients/
	@cd build/clients && npm ci --ignore-scripts --no-audit --no-fund --silent

# The sources stay where they are, so that what is generated and installed for a test lies outside of what is kept here.
.PHONY: examples
examples: ## Install what the example clients are made with (node, Python) for the nightly tests into build/examples
	@mkdir -p build/examples/typescript
	@cd examples/typescript && cp package.json package-lock.json .npmrc ../../build/examples/typescript/
	@cd build/examples/typescript && npm ci --ignore-scripts --no-audit --no-fund --silent
	@test -x build/examples/python/bin/python || $(PYTHON) -m venv build/examples/python
	@build/examples/python/bin/python -m pip install --quiet --require-hashes --no-deps -r examples/python/requirements.lock

.PHONY: bench
bench: $(STAMP) ## Measure everything into bench/RESULTS.md (PEOPLE=20000 GROWTH="2000 10000" ROUNDS=1 SECONDS=1 ONLY="graph web")
	@failed=0; \
	$(BIN)/python -m bench $(if $(PEOPLE),--people $(PEOPLE)) $(if $(GROWTH),--growth $(GROWTH)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(ONLY),--only $(ONLY)) || failed=1; \
	$(BIN)/python -m server.documents; exit $$failed

# --- documents --------------------------------------------------------------------------------------------------------

.PHONY: docs
docs: $(STAMP) ## Regenerate the marked tables in the READMEs and the JSON Schemas
	$(BIN)/python -m server.documents

.PHONY: docs-check
docs-check: $(STAMP) schema-check ## Fail when a table or schema differs from what it is generated from
	$(BIN)/python -m server.documents --check

.PHONY: schema-check
schema-check: $(STAMP) ## Fail when the GraphQL schema may break clients of the released one, unless it is accepted
	$(BIN)/python -m schema.releasing --check

.PHONY: schema-release
schema-release: $(STAMP) ## Make the GraphQL schema as it is the released one, as of today
	$(BIN)/python -m schema.releasing
