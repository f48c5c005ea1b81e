# The names the README uses. Everything lives in .venv, made from the lock.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input

ROUNDS := 1

# What the kind of database makes no difference to.
SAME_EITHER_WAY := -m 'not external and not browser and not chaos and not pure' --ignore=tests/boot --ignore=tests/cli \
	--ignore=tests/sandbox --ignore=tests/test_architecture.py --ignore=tests/test_templates.py

.PHONY: run test test-external check bench chaos help

help:
	@echo "make run            everything on this machine; Ctrl-C stops it"
	@echo "make test           every test, on SQLite and PostgreSQL, with a browser"
	@echo "make check          linters, types and import layers only"
	@echo "make test-external  what reads ../shared, or needs root's packages, Node, S3 or Schemathesis"
	@echo "make bench          the budgets, measured"
	@echo "make chaos          kills parts and takes away what they stand on, ROUNDS=1 times"

run: $(VENV)/.ready
	@SYNQRO_FOLLOW_PARENT=1 exec $(BIN)/python app.py

test: check
	@CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && \
	 HEADLESS_SHELL="$$(.ci/headless-shell)" && export HEADLESS_SHELL && \
	 $(BIN)/python -m pytest -n auto && $(BIN)/python -m pytest -n auto --db postgresql $(SAME_EITHER_WAY)

test-external: $(VENV)/.ready-dev
	@.ci/webkit && CHROMIUM="$$(.ci/chromium)" && export CHROMIUM && \
	 HEADLESS_SHELL="$$(.ci/headless-shell)" && export HEADLESS_SHELL && \
	 TUS_CLIENT="$$(.ci/tus-client)" && export TUS_CLIENT && \
	 MOTO_SERVER="$$(.ci/s3)" && export MOTO_SERVER && \
	 SCHEMATHESIS="$$(.ci/schemathesis)" && export SCHEMATHESIS && \
	 $(BIN)/python -m pytest -m external

check: $(VENV)/.ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.bench

chaos: $(VENV)/.ready-dev
	@for round in $$(seq $(ROUNDS)); do $(BIN)/python -m pytest -n 0 -m chaos tests/chaos || exit; done

$(VENV)/bin/python:
	@.ci/venv $(VENV)

$(VENV)/.ready: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
