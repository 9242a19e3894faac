# `make run` starts the bot in its sandbox, `make test` proves it; both set everything up the first time.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet

.PHONY: run test lint format bench soak docs lock clean
.DEFAULT_GOAL := run

run: $(VENV)/.run
	@$(BIN)/guildwright run --sandbox --dir ./sandbox-bot

test: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist worksteal --junit-xml reports/junit.xml

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright --level error
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/python tools/file_sizes.py

format: $(VENV)/.dev
	$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

soak: $(VENV)/.dev
	$(BIN)/pytest -m soak --timeout 0

docs: $(VENV)/.dev
	$(BIN)/mkdocs build --strict

lock: $(VENV)/.dev
	$(COMPILE) --group build -o requirements.lock
	$(COMPILE) --group build --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf $(VENV) reports site

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Guildwright needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) (once, about half a minute) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
