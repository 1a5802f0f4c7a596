# Everything runs in .venv, which `make setup` builds from requirements.lock.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# Where it is set, nothing is compiled, and every start takes 2 to 4 times as long.
unexport PYTHONDONTWRITEBYTECODE

# A Python to make .venv with; empty: python3.11, else the first python3 that is new enough.
PYTHON ?=
export PYTHON

PY := .venv/bin/python
SEED ?= 1
COUNT ?= 60
UV := uv==0.13.9
# Tests on every core; a core that runs out of its own takes from the others.
SIDE_BY_SIDE := -n logical --dist worksteal

.PHONY: help setup system-packages demo test test-fast check bench samples pictures lock clean

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

setup: ## Make .venv from requirements.lock; at once when it is there
	@scripts/setup

system-packages: ## Debian packages that the tests and samples need: install them (root) or name them
	@scripts/system-packages samples

demo: setup ## Read the sample reports with the flow: summary, pictures, export
	@$(PY) -m flows.demo

test: setup system-packages ## All tests
	@$(PY) -m pytest $(SIDE_BY_SIDE)

test-fast: setup ## The tests that start no server, no browser and no office program
	@$(PY) -m pytest $(SIDE_BY_SIDE) -m "not slow" --hypothesis-profile fast

check: setup ## Style, types and floors
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports

bench: setup system-packages ## Speed, memory and right cells beside other readers
	@$(PY) -m bench

samples: setup system-packages ## Sample reports with known truth into samples/made (SEED=1 COUNT=60)
	@$(PY) -m samples.generator --seed $(SEED) --count $(COUNT) --out samples/made

pictures: setup ## Draw the pictures of README.md anew
	@$(PY) scripts/pictures.py

lock: ## Resolve requirements.lock again; LOCK=--upgrade takes newer versions
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	"$$(scripts/python)" -m venv "$$folder"; \
	"$$folder/bin/pip" install --quiet $(UV); \
	"$$folder/bin/uv" pip compile pyproject.toml --all-extras --group dev --python-version 3.11 \
	    --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet \
	    --output-file requirements.lock $(LOCK)

clean: ## Remove what was made here, but not .venv and no store of readings
	@rm -rf out build samples/made .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	    .import_linter_cache .grimp_cache
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
