# make run | make test | make lint | make lock | make bench — see README.md
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: run test lint format docs lock bench opensearch opensearch-stop clean

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	touch $@

run: $(VENV)/.run ## install, show the sample posts when the data directory is empty, serve
	$(BIN)/kb status --quiet-if-filled || $(BIN)/kb ingest data/posts --source samples
	$(BIN)/kb serve --port $(PORT)

test: lint ## lint and the whole suite
	$(BIN)/python -m pytest

lint: $(VENV)/.dev ## formatter, linter, strict types, import contracts, container files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Containerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## renew the lock files from pyproject.toml (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet -o requirements.lock pyproject.toml
	uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	uv pip compile --universal --generate-hashes --no-header --no-annotate --quiet --extra tantivy --extra opensearch --extra postgresql -c requirements-dev.lock -o requirements-server.lock pyproject.toml

docs: $(VENV)/.dev ## the generated pages of docs/
	$(BIN)/python docs/generate.py

# the figures of docs/benchmarks.md. POSTS=folders of posts, WORK=where bases and figures stay, SIZES=made collections,
# ONLY=sections, QUERIES=file, GOLD=file CORPUS=folder; a million posts need 30 GB in WORK and half an hour
POSTS ?= data/posts
WORK ?= var/bench
SIZES ?= 100000 1000000
GROWTH ?= 5000 20000 100000 300000 1000000
bench: $(VENV)/.dev ## ingestion, reindexing, searches, growth, other indexes, extraction; writes docs/benchmarks.md
	$(BIN)/python -m bench --posts $(POSTS) --work $(WORK) --sizes $(SIZES) --growth $(GROWTH) \
		$(if $(ONLY),--only $(ONLY)) $(if $(QUERIES),--queries $(QUERIES)) \
		$(if $(GOLD),--gold $(GOLD) --corpus $(CORPUS))

opensearch: $(VENV)/.dev ## three OpenSearch nodes on loopback, to try things out (needs Maven and Java 21)
	$(BIN)/python -m tests.servers.opensearch start

opensearch-stop:
	$(BIN)/python -m tests.servers.opensearch stop

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache *.egg-info build
