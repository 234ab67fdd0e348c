# Every target sets itself up from a bare checkout. Needs only make and Python >= 3.11.
.DEFAULT_GOAL := help
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
    if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; exit; fi; done; echo python3)
BIN := .venv/bin
# Processes that run tests side by side; a file's tests stay together, since they share what they set up.
TEST_JOBS ?= 2

.PHONY: help demo test check fix bench bench-200m accuracy docs clean

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done

demo: .make/demo .make/scores ## Run a small campaign's night: real polls of 2016, synthetic voters; writes demo/
	$(BIN)/hustings demo --out demo

test: .make/dev ## Run all tests, coverage printed
	@tools/ensure-chromium
	$(BIN)/python -m pytest --numprocesses $(TEST_JOBS) --dist loadfile --cov=hustings --cov-report=term

check: .make/dev ## Lint, format, types, import walls
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

fix: .make/dev ## Let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .make/dev ## Measure speed and accuracy (never part of the tests)
	@found=0; for script in benchmarks/bench_*.py; do [ -e "$$script" ] || continue; found=1; echo "== $$script"; $(BIN)/python "$$script"; done; \
	if [ $$found = 0 ]; then echo "no benchmarks/bench_*.py yet"; fi

bench-200m: .make/dev ## Measure 200 million voters, stored and scored (20 GB of disk, an hour); docs/scale.md has the result
	$(BIN)/python benchmarks/bench_scores.py --voters 200000000 --folder benchmarks/out --json benchmarks/out/scores-200m.json
	$(BIN)/python benchmarks/bench_electorate.py --voters 200000000 --json benchmarks/out/electorate-200m.json

accuracy: .make/dev ## Back-test every season with polls at hand; writes docs/accuracy.md
	$(BIN)/python benchmarks/bench_accuracy.py

docs: .make/dev ## Write the pages that are generated from the code
	$(BIN)/python tools/build_docs.py

clean: ## Remove the environment and everything generated
	rm -rf .venv .make demo build dist .coverage htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.make/venv:
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: install Python 3.11 or newer, or say make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else "hustings needs Python 3.11 or newer and $(PYTHON) is %d.%d: say make PYTHON=/path/to/python3" % tuple(v[:2]))'
	@if [ ! -x $(BIN)/python ]; then $(PYTHON) -m venv .venv || { rm -rf .venv; echo "cannot make .venv: on Debian, apt-get install python3-venv" >&2; exit 1; }; fi
	@mkdir -p .make && touch $@

# A stamp an extra: pip runs again only when pyproject.toml has changed.
.make/%: .make/venv pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@
