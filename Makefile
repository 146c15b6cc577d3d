VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest
PARALLEL := -n auto --dist worksteal

.PHONY: demo
demo: setup  ## Validate, build and query the dataset (default)
	$(BIN)/kursk-claims validate
	$(BIN)/kursk-claims build --quiet
	$(BIN)/kursk-claims query --name numbers
	$(BIN)/kursk-claims query --name disputes
	$(BIN)/kursk-claims query --name long-chains

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: test
test: setup  ## Run the tests for daily work
	$(PYTEST) $(PARALLEL) -m "not slow and not hostile and not browser and not spark"

.PHONY: test-slow
test-slow: setup  ## Run the tests that `make test` leaves out, apart from Spark
	$(PYTEST) $(PARALLEL) -m "(slow or hostile or browser or hypothesis) and not spark" --hypothesis-profile=gate

.PHONY: lint
lint: setup  ## Check style, types, imports between packages, the form of the records and what runs in CI
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/kursk-claims format --check
	$(BIN)/zizmor --offline --quiet action.yml docs/sample
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows docs/sample/.github/workflows/*.yml

.PHONY: format
format: setup  ## Rewrite code and records in their standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/kursk-claims format

.PHONY: docs
docs: setup  ## Write the outputs of the examples into the documentation again, as after a release
	$(BIN)/python tests/documentation.py

.PHONY: reproduce
reproduce: setup  ## Build twice and compare, verify and rebuild every release
	scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	$(BIN)/kursk-claims build --quiet --to "$$scratch/first" > /dev/null && \
	$(BIN)/kursk-claims build --quiet --to "$$scratch/second" > /dev/null && \
	diff -r "$$scratch/first" "$$scratch/second"
	$(BIN)/kursk-claims verify

.PHONY: check
check: lint reproduce test test-slow  ## Run everything that CI runs, apart from Spark

.PHONY: setup
setup: $(VENV)/.ready  ## Create the environment in .venv

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.PHONY: lock
lock: setup  ## Pin the dependencies again, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/pandas.in -o requirements/pandas.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/clients.in -o requirements/clients.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/old-duckdb.in -o requirements/old-duckdb.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/action.in -c requirements/dev.txt -o requirements/action.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/sbom.in -o requirements/sbom.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --resolution lowest-direct --generate-hashes --no-header \
		pyproject.toml --extra xlsx -o requirements/lowest.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/spark.in --extra spark -o requirements/spark.txt

.PHONY: sbom
sbom:  ## Write the bill of materials
	requirements/sbom.sh build/sbom.cdx.json
