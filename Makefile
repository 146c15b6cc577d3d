VENV := .venv
SITE := .site
PYTHON ?= python3
BIN := $(VENV)/bin
PYTEST := $(BIN)/pytest
EXPLORER := src/kursk_claims/explorer
BUNDLE := $(EXPLORER)/bundle/page.js
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
	$(BIN)/zizmor --offline --quiet action.yml .github docs/sample
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/sample/.github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml

.PHONY: format
format: setup  ## Rewrite code and records in their standard form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/kursk-claims format

.PHONY: docs
docs: setup  ## Write the outputs of the examples into the documentation again, as after a release
	$(BIN)/python tests/documentation.py

.PHONY: screenshots
screenshots: setup  ## Take the pictures of the page in docs/ again; needs Chromium
	$(BIN)/python tests/screenshots.py

.PHONY: site
site: $(SITE)/pages $(SITE)/venv/.ready  ## Build the documentation site in .site/html
	$(SITE)/venv/bin/zensical build --clean --strict --config-file $(SITE)/zensical.toml

.PHONY: serve
serve: $(SITE)/pages $(SITE)/venv/.ready  ## Serve the documentation site; run it again after a change
	$(SITE)/venv/bin/zensical serve --config-file $(SITE)/zensical.toml

.PHONY: $(SITE)/pages
$(SITE)/pages: setup
	PYTHONPATH=tests $(BIN)/python -m website.pages $(SITE)

$(SITE)/venv/.ready: requirements/site.txt
	$(PYTHON) -m venv $(SITE)/venv
	$(SITE)/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/site.txt
	touch $@

.PHONY: pages
pages: site  ## Put the page and the releases beside the documentation, as they are published
	mkdir -p $(SITE)/html/explore $(SITE)/html/build
	$(BIN)/kursk-claims explore --out $(SITE)/html/explore/index.html
	cp -R build/index.json build/[0-9]* $(SITE)/html/build

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
setup: $(VENV)/.ready $(BUNDLE)  ## Create the environment in .venv, and the script of the page

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.PHONY: page
page: $(BUNDLE)  ## Build the script of the page, after a change in its sources

$(BUNDLE): $(wildcard $(EXPLORER)/page/*.* $(EXPLORER)/page/src/*.js) | $(VENV)/.ready
	$(BIN)/python hatch_build.py

.PHONY: lock
lock: setup  ## Pin the dependencies again, with hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --extra curate --extra explore --extra prompt --extra xlsx requirements/dev.in -o requirements/dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --extra check requirements/pandas.in -o requirements/pandas.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/clients.in -o requirements/clients.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/old-duckdb.in -o requirements/old-duckdb.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml --extra check requirements/action.in -c requirements/dev.txt -o requirements/action.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/sbom.in -o requirements/sbom.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		requirements/site.in -o requirements/site.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --resolution lowest-direct --generate-hashes --no-header \
		pyproject.toml --extra curate --extra prompt --extra xlsx -o requirements/lowest.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		pyproject.toml requirements/spark.in --extra spark -o requirements/spark.txt

.PHONY: dist
dist: setup  ## Build the package and the files that go with its release, in dist/
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(BIN)/python -m zipfile --list dist/*.whl | grep explorer/bundle/page.js > /dev/null  # which takes Node
	version=$$($(BIN)/python -c 'import json; print(json.load(open("build/index.json"))["latest"])') && \
	(cd build && ../$(BIN)/python -m zipfile -c ../dist/kursk-claims-data-$$version.zip $$version)
	cp build/sbom.cdx.json dist/

.PHONY: sbom
sbom:  ## Write the bill of materials
	requirements/sbom.sh build/sbom.cdx.json
