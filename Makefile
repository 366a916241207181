# `make today` runs the main job, `make test` the tests; every target sets up what it needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

.PHONY: help today demo serve dev test lint check bench train stories lock clean

help: ## say what there is to make
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

today: $(VENV)/.run ## read the ten feeds and publish today's edition
	@$(BIN)/dailyten today

demo: $(VENV)/.run ## three days on sample feeds, offline, with mails
	@$(BIN)/dailyten demo

serve: $(VENV)/.run ## run the digest day by day: polls, publishes, mails
	@$(BIN)/dailyten serve

dev: $(VENV)/.dev ## set up .venv with everything that developers need

test: $(VENV)/.dev ## run the tests
	@$(BIN)/pytest -n 2

lint: $(VENV)/.dev ## format, lint, types, layers
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports

check: lint test ## all that CI runs

bench: $(VENV)/.dev ## measure, beside other programs where they are installed
	@$(BIN)/python bench/run.py

train: $(VENV)/.dev ## fit the classifier of each pack anew
	@$(BIN)/dailyten topics train --all

stories: $(VENV)/.dev ## fit the weights of the stories anew
	@$(BIN)/python bench/tune_stories.py --write

lock: $(VENV)/.dev ## pin what `make today` and `make dev` install
	$(BIN)/uv pip compile -q --universal --no-emit-index-url --generate-hashes --python-version 3.11 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --no-emit-index-url --generate-hashes --python-version 3.11 --all-extras pyproject.toml -o requirements-dev.txt

clean: ## remove what was made, keep what was read (var/)
	rm -rf $(VENV) .bench .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.run: requirements.txt pyproject.toml
	@sh scripts/venv.sh $(PYTHON) requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml
	@sh scripts/venv.sh $(PYTHON) requirements-dev.txt
	@touch $@ $(VENV)/.run
